using System.Runtime.ExceptionServices;

namespace Joule.Compute;

/// <summary>
/// A thread of its own for work beside the training, one piece at a time: writing to a disk. It sleeps while there is nothing to do. An
/// error of the work is kept and raised at whoever asks next: nothing is lost. To be called from one thread.
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

    /// <summary>Prepares; the thread starts with the first work.</summary>
    /// <param name="name">The thread's name.</param>
    public BackgroundWork(string name) => _name = name;

    /// <summary>Whether the last work is still going on.</summary>
    public bool IsBusy => _busy;

    /// <summary>Hands over a piece of work.</summary>
    /// <exception cref="InvalidOperationException">The last one is still going on.</exception>
    public void Start(Action work)
    {
        ArgumentNullException.ThrowIfNull(work);
        if (_busy)
            throw new InvalidOperationException("The work before is still going on.");
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

    /// <summary>Raises the error of the last work, once, if it had one. Cheap: may be called at every step.</summary>
    public void RaiseFailure()
    {
        if (_busy || Volatile.Read(ref _failure) is null)
            return;
        Exception failure = _failure!;
        _failure = null;
        ExceptionDispatchInfo.Throw(failure);
    }

    /// <summary>Waits until the last work is done, and raises its error if it had one.</summary>
    public void Wait()
    {
        WaitQuietly();
        RaiseFailure();
    }

    /// <summary>
    /// Waits for the last work, and ends the thread. An error that nobody asked for is dropped: ask with <see cref="Wait"/> first.
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
