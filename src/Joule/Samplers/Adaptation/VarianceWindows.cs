namespace Joule.Samplers;

/// <summary>
/// When a warm-up estimates variances, as Stan does: not in its first 75 steps, in which chains approach the typical set, nor in its last
/// 50, which adapt the step size to the last masses. Between them lie windows of 25, 50, 100, … steps, each of which replaces the estimate
/// of the one before; the last is as long as fits. Warm-ups of fewer than 150 steps have one window, after 15% and before the last 10%;
/// those of fewer than 20 have none.
/// </summary>
public sealed class VarianceWindows
{
    private const int Shortest = 20, Initial = 75, FirstWindow = 25, Terminal = 50;

    /// <summary>Lays out the windows of a warm-up.</summary>
    /// <param name="steps">Steps of the warm-up, at least 0.</param>
    public VarianceWindows(int steps)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        if (steps < Shortest)
            return;
        (int initial, int window, int terminal) = (Initial, FirstWindow, Terminal);
        if (initial + window + terminal > steps)
        {
            (initial, terminal) = ((int)(0.15 * steps), (int)(0.1 * steps));
            window = steps - initial - terminal;
        }
        Start = initial;
        int last = steps - terminal;
        List<int> ends = [initial + window];
        while (ends[^1] < last)
        {
            window *= 2;
            long end = (long)ends[^1] + window;
            // A window is stretched to the end where the next one, twice as long, would not fit behind it.
            ends.Add(end + 2L * window > last ? last : (int)end);
        }
        Ends = ends;
    }

    /// <summary>Steps before the first window.</summary>
    public int Start { get; }

    /// <summary>For every window, the number of steps after which it is over; empty where there is none.</summary>
    public IReadOnlyList<int> Ends { get; } = [];

    /// <summary>Whether the state after a number of steps lies in a window.</summary>
    public bool Contains(int step) => Ends.Count > 0 && step > Start && step <= Ends[^1];

    /// <summary>Whether a window is over after a number of steps.</summary>
    public bool IsEnd(int step) => Ends.Contains(step);
}
