using System.Runtime.ExceptionServices;

namespace Joule.Compute;

/// <summary>
/// A separate thread for background work, such as writing to a disk, one piece at a time. It sleeps while there is nothing to do. An error
/// is kept and raised at the next call. All members must be called from the same thread.
/// </summary>
internal sealed class BackgroundWork : IDisposable
{
    private readonly object _gate = new();
    private readonly string _name;
    private Thread? _thread;
    private Action? _work;
    private Exception? _failure;
    private volatile bool _busy;
    private bool _stop;

    /// <summary>The thread starts with the first work.</summary>
    /// <param name="name">The thread's name.</param>
    public BackgroundWork(string name) => _name = name;

    /// <summary>Whether work is still running.</summary>
    public bool IsBusy => _busy;

    /// <summary>Hands over a piece of work.</summary>
    /// <exception cref="InvalidOperationException">The previous work is still running.</exception>
    public void Start(Action work)
    {
        ArgumentNullException.ThrowIfNull(work);
        if (_busy)
            throw new InvalidOperationException("The previous work is still running.");
        RaiseFailure();
        lock (_gate)
        {
            _work = work;
            _busy = true;
            Monitor.PulseAll(_gate);
        }
        if (_thread is null)
        {
            _thread = new Thread(Loop) { IsBackground = true, Name = _name };
            _thread.Start();
        }
    }

    /// <summary>Raises an error of the last work, once. Cheap: it may be called at every step.</summary>
    public void RaiseFailure()
    {
        if (_busy || Volatile.Read(ref _failure) is null)
            return;
        Exception failure = _failure!;
        _failure = null;
        ExceptionDispatchInfo.Throw(failure);
    }

    /// <summary>Waits for the last work, and raises its error.</summary>
    public void Wait()
    {
        WaitQuietly();
        RaiseFailure();
    }

    /// <summary>
    /// Waits for the last work, and ends the thread. An error not yet raised is dropped: call <see cref="Wait"/> first.
    /// </summary>
    public void Dispose()
    {
        WaitQuietly();
        lock (_gate)
        {
            _stop = true;
            Monitor.PulseAll(_gate);
        }
        _thread?.Join();
    }

    private void WaitQuietly()
    {
        lock (_gate)
        {
            while (_busy)
                Monitor.Wait(_gate);
        }
    }

    private void Loop()
    {
        while (true)
        {
            Action work;
            lock (_gate)
            {
                while (_work is null && !_stop)
                    Monitor.Wait(_gate);
                if (_work is null)
                    return;
                work = _work;
                _work = null;
            }
            try
            {
                work();
            }
            catch (Exception failure)
            {
                Volatile.Write(ref _failure, failure);
            }
            lock (_gate)
            {
                _busy = false;
                Monitor.PulseAll(_gate);
            }
        }
    }
}
