using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Joule.Cli;

/// <summary>
/// Handles Ctrl-C, SIGTERM and SIGHUP. The first signal asks the work to stop; another one, at least half a second later, lets the
/// system end the process at once. Work that does not stop within a moment is abandoned, unless it holds (<see cref="Hold"/>) to save
/// something; abandoned output does not have its final name yet. A signal that the process was started to ignore, such as SIGHUP under
/// <c>nohup</c>, stays ignored: the runtime does not override that.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(0.4), Together = TimeSpan.FromSeconds(0.5);

    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _registrations;
    private readonly TextWriter _error;
    private readonly Action<int>? _end;
    private readonly Lock _gate = new();
    private readonly Timer _timer;
    private long _first = Stopwatch.GetTimestamp();
    private int _seen;
    private int _holds;
    private bool _over;

    /// <summary>Starts listening.</summary>
    /// <param name="error">Where a signal is acknowledged.</param>
    /// <param name="end">Ends the process with an exit code; null to leave it running.</param>
    public Interruption(TextWriter error, Action<int>? end = null)
    {
        (_error, _end) = (error, end);
        _timer = new Timer(_ => EndWhatIsLeft());
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnSignal),
        ];
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>The exit code of the first signal.</summary>
    public int ExitCode { get; private set; } = ExitCodes.Cancelled;

    /// <summary>Returns a hold. Until it is disposed, a signal only cancels the token, so that the work can save something first.</summary>
    public IDisposable Hold()
    {
        lock (_gate)
            _holds++;
        return new Held(this);
    }

    public void Dispose()
    {
        lock (_gate)
            _over = true;
        foreach (PosixSignalRegistration registration in _registrations)
            registration.Dispose();
        _timer.Dispose();
        _source.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        if (Interlocked.Increment(ref _seen) > 1)
        {
            // 'timeout' and a closing terminal signal the process and its group; both signals mean the same.
            if (Stopwatch.GetElapsedTime(Interlocked.Read(ref _first)) < Together)
            {
                context.Cancel = true;
                return;
            }
            // A live display hides the cursor; show it again.
            if (!Console.IsErrorRedirected)
                Say("\e[?25h", line: false);
            return;
        }

        Interlocked.Exchange(ref _first, Stopwatch.GetTimestamp());
        context.Cancel = true;
        ExitCode = context.Signal switch
        {
            PosixSignal.SIGTERM => ExitCodes.Terminated,
            PosixSignal.SIGHUP => ExitCodes.HungUp,
            _ => ExitCodes.Cancelled,
        };
        Say("joule: stopping; repeat to end at once.", line: true);
        _source.Cancel();
        Wait();
    }

    private void Wait()
    {
        lock (_gate)
        {
            if (!_over && _end is not null && _source.IsCancellationRequested)
                _timer.Change(Patience, Timeout.InfiniteTimeSpan);
        }
    }

    private void EndWhatIsLeft()
    {
        lock (_gate)
        {
            if (_over || _holds > 0)
                return;
            _over = true;
        }
        Say("joule: cancelled", line: true);
        _end!(ExitCode);
    }

    private void Release()
    {
        lock (_gate)
            _holds--;
        Wait();
    }

    private void Say(string text, bool line)
    {
        try
        {
            if (line)
                _error.WriteLine(text);
            else
                _error.Write(text);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // Standard error goes to a full or missing disk; stopping matters more.
        }
    }

    private sealed class Held(Interruption owner) : IDisposable
    {
        private bool _released;

        public void Dispose()
        {
            if (_released)
                return;
            _released = true;
            owner.Release();
        }
    }
}
