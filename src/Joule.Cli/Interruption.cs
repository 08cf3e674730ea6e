using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Joule.Cli;

/// <summary>
/// Ctrl-C, SIGTERM and SIGHUP: the first asks the work to stop, another one after half a second or later lets the system end the process at once. Work that has not stopped within a moment is left as it is,
/// unless it holds on to save something (<see cref="Hold"/>): what it was making has not got its final name yet. A signal that the process was started to ignore, as SIGHUP
/// by <c>nohup</c>, stays ignored: the runtime does not replace that.
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

    /// <summary>Starts to listen.</summary>
    /// <param name="error">Where it is said that the signal was heard.</param>
    /// <param name="end">Ends the process with an exit code; null where it is not to be ended from here.</param>
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

    /// <summary>The exit code that says which signal came first.</summary>
    public int ExitCode { get; private set; } = ExitCodes.Cancelled;

    /// <summary>Until what is returned is disposed of, a signal ends the work only by the token: there is something to be saved first.</summary>
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
            // 'timeout' and a closing terminal send one signal to the process and one to its group: both mean the same.
            if (Stopwatch.GetElapsedTime(Interlocked.Read(ref _first)) < Together)
            {
                context.Cancel = true;
                return;
            }
            // A live display hides the cursor; who ends the program in the middle of it wants the cursor back.
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
        Say("joule: stopping; once more to end at once.", line: true);
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
            // Standard error leads to a disk that is full or gone; to stop matters more.
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
