namespace Joule.Runs;

/// <summary>
/// Cancels the work of a run that has to stop: at once on cancellation, and a moment after the time limit, so that nearly finished work is
/// not lost. Everything stops within a second of the time limit.
/// </summary>
internal sealed class RunLimit : IDisposable
{
    private static readonly TimeSpan UpdateGrace = TimeSpan.FromSeconds(0.3), LastGrace = TimeSpan.FromSeconds(0.7);
    // The longest wait of a timer; the clock is also checked after every update.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(20);

    private readonly CancellationTokenSource _update, _closing, _last;
    private readonly CancellationToken _cancellation;

    /// <summary>Starts the timers.</summary>
    /// <param name="left">The time left; null: no limit.</param>
    /// <param name="cancellation">Cancels everything.</param>
    public RunLimit(TimeSpan? left, CancellationToken cancellation)
    {
        _cancellation = cancellation;
        _update = Source(left + UpdateGrace, cancellation);
        _closing = Source(left, cancellation);
        _last = Source(left + LastGrace, cancellation);
    }

    /// <summary>Cancels the current update.</summary>
    public CancellationToken Update => _update.Token;

    /// <summary>Cancels validation and sampling at the end of an epoch that is not the last.</summary>
    public CancellationToken Closing => _closing.Token;

    /// <summary>Cancels validation and sampling of the run's last epoch.</summary>
    public CancellationToken Last => _last.Token;

    /// <summary>Whether the run was cancelled, as opposed to out of time.</summary>
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
