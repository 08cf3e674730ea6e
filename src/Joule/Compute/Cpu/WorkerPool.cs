namespace Joule.Compute;

/// <summary>Work that is cut into blocks. The cut does not depend on the number of threads.</summary>
public interface IBlockWork
{
    /// <summary>Does one block.</summary>
    /// <param name="block">Which block, from 0.</param>
    /// <param name="lane">Which worker does it, from 0 to threads − 1: the index of a worker's own scratch memory.</param>
    void Run(int block, int lane);
}

/// <summary>
/// Threads that wait for block work: they spin for some microseconds, then park. The caller is lane 0 and works too, so one thread needs no pool.
/// Every lane begins with a share of the blocks that is always its own, since its core's caches may still hold what it worked on before, and then helps the others.
/// An exception in a block stops the hand-out of further blocks and reaches the caller.
/// </summary>
internal sealed class WorkerPool : IDisposable
{
    private const int SpinsBeforeParking = 6000;

    // Counters of different lanes lie this many ints apart, so that no two of them share a line of the cache.
    private const int Apart = 32;

    [ThreadStatic]
    private static bool s_insideBlock;

    private readonly Thread[] _threads;
    private readonly object _gate = new();
    private readonly Lock _oneCaller = new();
    private volatile IBlockWork? _work;
    private Exception? _failure;
    private readonly int[] _next;
    private int _blocks;
    private int _busy;
    private int _parked;
    private volatile int _generation;
    private volatile bool _stop;

    public WorkerPool(int threads)
    {
        _threads = new Thread[threads - 1];
        _next = new int[(threads + 1) * Apart];
        for (int i = 0; i < _threads.Length; i++)
        {
            int lane = i + 1;
            _threads[i] = new Thread(() => Loop(lane)) { IsBackground = true, Name = $"joule worker {lane}" };
            _threads[i].Start();
        }
    }

    public int Lanes => _threads.Length + 1;

    /// <summary>Runs every block once and returns when all are done. Calls from several threads take turns.</summary>
    public void Run(IBlockWork work, int blocks)
    {
        if (blocks <= 0)
            return;
        if (s_insideBlock)
            throw new InvalidOperationException("A block of work cannot hand out work of its own: the workers are busy with the work that it belongs to.");
        lock (_oneCaller)
        {
            if (_threads.Length == 0 || blocks == 1)
            {
                RunAlone(work, blocks);
                return;
            }
            _failure = null;
            _blocks = blocks;
            for (int lane = 0; lane < Lanes; lane++)
                Next(lane) = Share(lane);
            _busy = _threads.Length;
            _work = work;
            Interlocked.Increment(ref _generation);
            if (Volatile.Read(ref _parked) > 0)
            {
                lock (_gate)
                    Monitor.PulseAll(_gate);
            }
            Take(work, 0);
            int spins = 0;
            while (Volatile.Read(ref _busy) != 0)
            {
                if (++spins > SpinsBeforeParking)
                    Thread.Yield();
                else
                    Thread.SpinWait(2);
            }
            _work = null;
            if (_failure is { } failure)
                System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        }
    }

    public void Dispose()
    {
        _stop = true;
        Interlocked.Increment(ref _generation);
        lock (_gate)
            Monitor.PulseAll(_gate);
        foreach (Thread thread in _threads)
            thread.Join();
    }

    private void Loop(int lane)
    {
        int seen = 0;
        while (true)
        {
            int spins = 0;
            while (_generation == seen)
            {
                if (++spins <= SpinsBeforeParking)
                {
                    Thread.SpinWait(2);
                    continue;
                }
                Interlocked.Increment(ref _parked);
                lock (_gate)
                {
                    while (_generation == seen)
                        Monitor.Wait(_gate);
                }
                Interlocked.Decrement(ref _parked);
            }
            if (_stop)
                return;
            seen = _generation;
            Take(_work!, lane);
            Interlocked.Decrement(ref _busy);
        }
    }

    private static void RunAlone(IBlockWork work, int blocks)
    {
        s_insideBlock = true;
        try
        {
            for (int i = 0; i < blocks; i++)
                work.Run(i, 0);
        }
        finally
        {
            s_insideBlock = false;
        }
    }

    // The next block of a lane's share that nobody has taken.
    private ref int Next(int lane) => ref _next[(lane + 1) * Apart];

    // The first block of a lane's share: the end of the one before.
    private int Share(int lane) => (int)((long)_blocks * lane / Lanes);

    private void Take(IBlockWork work, int lane)
    {
        s_insideBlock = true;
        try
        {
            for (int i = 0; i < Lanes; i++)
            {
                int owner = (lane + i) % Lanes, end = Share(owner + 1), block;
                // Looked at first: where nothing is left, nothing need be written that all lanes read.
                while (Volatile.Read(ref Next(owner)) < end && (block = Interlocked.Increment(ref Next(owner)) - 1) < end)
                    work.Run(block, lane);
            }
        }
        catch (Exception failure)
        {
            Interlocked.CompareExchange(ref _failure, failure, null);
            for (int i = 0; i < Lanes; i++)
                Volatile.Write(ref Next(i), _blocks);
        }
        finally
        {
            s_insideBlock = false;
        }
    }
}
