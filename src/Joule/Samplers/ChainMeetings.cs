namespace Joule.Samplers;

/// <summary>The steps of a schedule after which all chains meet, for its parts and its observers.</summary>
internal sealed class ChainMeetings
{
    private readonly List<int> _wanted = [];

    /// <summary>The next meeting: after the warm-up, where the schedule or an observer asks for it, and at the end.</summary>
    /// <param name="done">Steps of the schedule so far.</param>
    /// <param name="schedule">The schedule.</param>
    /// <param name="observers">The observers; null: none.</param>
    /// <exception cref="InvalidOperationException">An observer asks for a step that is over.</exception>
    public int Next(int done, ChainSchedule schedule, IReadOnlyList<IChainObserver>? observers)
    {
        int stop = done < schedule.WarmUp ? schedule.WarmUp : schedule.Total;
        _wanted.Clear();
        if (observers is null || observers.Count == 0)
            return stop;
        stop = Math.Min(stop, schedule.NextMeeting(done));
        for (int i = 0; i < observers.Count; i++)
        {
            int wanted = observers[i].Next(done, schedule);
            if (wanted <= done)
            {
                throw new InvalidOperationException(
                    $"The observer {observers[i].GetType().Name} asks for step {wanted} after step {done}; it must lie above it.");
            }
            _wanted.Add(wanted);
            stop = Math.Min(stop, wanted);
        }
        return stop;
    }

    /// <summary>Whether an observer is told of a meeting.</summary>
    public bool Wants(int observer, int done, ChainSchedule schedule) =>
        _wanted[observer] == done || (schedule.Meeting > 0 && done % schedule.Meeting == 0);
}
