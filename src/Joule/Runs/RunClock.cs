using System.Diagnostics;

namespace Joule.Runs;

/// <summary>The time of a run over all its parts, and when its next checkpoint is due.</summary>
internal sealed class RunClock
{
    private readonly CheckpointInterval _interval;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly double _before;
    private double _lastSeconds;
    private int _lastEpoch;

    /// <summary>Starts where the run stands.</summary>
    public RunClock(RunState state, CheckpointInterval interval)
    {
        State = state;
        _interval = interval;
        _before = state.Seconds;
        Saved();
    }

    /// <summary>Where the run stands.</summary>
    public RunState State { get; }

    private double Seconds => _before + _clock.Elapsed.TotalSeconds;

    /// <summary>Notes the time in the run's state.</summary>
    public void Stamp() => State.Seconds = Seconds;

    /// <summary>Whether the run's time is over.</summary>
    public bool IsOver(RunEnd end) => end.Minutes is { } minutes && Seconds >= minutes * 60;

    /// <summary>The time that the run has left, or null where it has no limit.</summary>
    public TimeSpan? Left(RunEnd end) => end.Minutes is { } minutes ? TimeSpan.FromSeconds(Math.Clamp(minutes * 60 - Seconds, 0, TimeSpan.MaxValue.TotalSeconds / 2)) : null;

    /// <summary>Whether a checkpoint is due.</summary>
    public bool IsCheckpointDue =>
        (_interval.Seconds is { } seconds && Seconds - _lastSeconds >= seconds) || (_interval.Epochs is { } epochs && State.Rows.Count - _lastEpoch >= epochs);

    /// <summary>Notes that a checkpoint was taken.</summary>
    public void Saved() => (_lastSeconds, _lastEpoch) = (Seconds, State.Rows.Count);
}
