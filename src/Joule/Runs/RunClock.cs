using System.Diagnostics;

namespace Joule.Runs;

/// <summary>The total time of a run, resumed parts included, and when its next checkpoint is due.</summary>
internal sealed class RunClock
{
    private readonly CheckpointInterval _interval;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly double _before;
    private double _lastSeconds;
    private int _lastEpoch;

    /// <summary>Starts the clock from the run's state.</summary>
    public RunClock(RunState state, CheckpointInterval interval)
    {
        State = state;
        _interval = interval;
        _before = state.Seconds;
        Saved();
    }

    /// <summary>The run's state.</summary>
    public RunState State { get; }

    private double Seconds => _before + _clock.Elapsed.TotalSeconds;

    /// <summary>Stores the time in the run's state.</summary>
    public void Stamp() => State.Seconds = Seconds;

    /// <summary>Whether the run's time limit has passed.</summary>
    public bool IsOver(RunEnd end) => end.Minutes is { } minutes && Seconds >= minutes * 60;

    /// <summary>The time left; null without a time limit.</summary>
    public TimeSpan? Left(RunEnd end) =>
        end.Minutes is { } minutes
            ? TimeSpan.FromSeconds(Math.Clamp(minutes * 60 - Seconds, 0, TimeSpan.MaxValue.TotalSeconds / 2))
            : null;

    /// <summary>Whether a checkpoint is due.</summary>
    public bool IsCheckpointDue =>
            (_interval.Seconds is { } seconds && Seconds - _lastSeconds >= seconds)
            || (_interval.Epochs is { } epochs && State.Rows.Count - _lastEpoch >= epochs);

    /// <summary>Records that a checkpoint was saved.</summary>
    public void Saved() => (_lastSeconds, _lastEpoch) = (Seconds, State.Rows.Count);
}
