namespace Joule.Runs;

/// <summary>
/// What cuts short the work of a run that is to stop: whoever cancels it, at once, and the end of its time, a moment later, so that what is nearly done is not thrown away.
/// All of it is over within a second of the run's time.
/// </summary>
internal sealed class RunLimit : IDisposable
{
    private static readonly TimeSpan UpdateGrace = TimeSpan.FromSeconds(0.3), LastGrace = TimeSpan.FromSeconds(0.7);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(20); // what a timer can wait; the clock is looked at after every update as well

    private readonly CancellationTokenSource _update, _closing, _last;
    private readonly CancellationToken _cancellation;

    /// <summary>Starts the timers.</summary>
    /// <param name="left">The time that the run has left; no limit where it is null.</param>
    /// <param name="cancellation">Cuts everything.</param>
    public RunLimit(TimeSpan? left, CancellationToken cancellation)
    {
        _cancellation = cancellation;
        (_update, _closing, _last) = (Source(left + UpdateGrace, cancellation), Source(left, cancellation), Source(left + LastGrace, cancellation));
    }

    /// <summary>Cuts an update that is under way.</summary>
    public CancellationToken Update => _update.Token;

    /// <summary>Cuts the measuring and sampling at the end of an epoch while the run is to go on after it.</summary>
    public CancellationToken Closing => _closing.Token;

    /// <summary>Cuts the measuring and sampling of the run's last epoch.</summary>
    public CancellationToken Last => _last.Token;

    /// <summary>Whether the run was cancelled, and is not over by its time alone.</summary>
    public bool IsCancelled => _cancellation.IsCancellationRequested;

    /// <summary>Stops the timers.</summary>
    public void Dispose()
    {
        _update.Dispose();
        _closing.Dispose();
        _last.Dispose();
    }

    private static CancellationTokenSource Source(TimeSpan? time, CancellationToken cancellation)
    {
        CancellationTokenSource source = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (time is { } after && after < Longest)
            source.CancelAfter(after > TimeSpan.Zero ? after : TimeSpan.Zero);
        return source;
    }
}
