using System.Runtime.InteropServices;

namespace Joule.Cli;

/// <summary>Ctrl-C and SIGTERM: the first asks the work to stop, the second lets the system end the process at once.</summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _registrations;
    private readonly TextWriter _error;
    private int _seen;

    public Interruption(TextWriter error)
    {
        _error = error;
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal),
        ];
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>The exit code that says which signal came first.</summary>
    public int ExitCode { get; private set; } = ExitCodes.Cancelled;

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations) registration.Dispose();
        _source.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        if (Interlocked.Increment(ref _seen) > 1)
        {
            // A live display hides the cursor; who ends the program in the middle of it wants the cursor back.
            if (!Console.IsErrorRedirected) _error.Write("\e[?25h");
            return;
        }

        context.Cancel = true;
        if (context.Signal == PosixSignal.SIGTERM) ExitCode = ExitCodes.Terminated;
        try
        {
            _error.WriteLine("joule: stopping; once more to end at once.");
        }
        catch (IOException)
        {
            // Standard error leads to a disk that is full or gone; to stop matters more.
        }
        _source.Cancel();
    }
}
