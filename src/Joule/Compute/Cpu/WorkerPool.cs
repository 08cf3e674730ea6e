using System.Runtime.ExceptionServices;

namespace Joule.Compute;

/// <summary>
/// Threads that wait for programs: they spin for some microseconds, then park. The caller is lane 0 and works too, so one thread needs no
/// pool. Each lane begins with its own fixed share of the blocks, since its core's caches may still hold what it worked on before, and then
/// helps the others. Programs of a launch follow each other without returning to the caller: the last lane to finish one begins the next.
/// A launch wakes as many lanes as its largest program has blocks, and leaves the others asleep: every lane more would only be waited for.
/// An exception in a block stops the distribution of further blocks and programs, and reaches the caller.
/// </summary>
internal sealed class WorkerPool : IDisposable
{
    private const int SpinsBeforeParking = 6000;

    // Counters of different lanes lie this many ints apart, so that no two of them share a cache line.
    private const int Apart = 32;

    [ThreadStatic]
    private static bool s_insideBlock;

    private readonly Thread[] _threads;
    private readonly object[] _gates;
    private readonly Lock _oneCaller = new();
    private readonly int[] _next;
    private readonly int[] _calls;
    private readonly StepSchedule _schedule = new();
    private DeviceProgram[] _programs = new DeviceProgram[4];
    private int _count;
    private Exception? _failure;
    private int _blocks;
    private int _active = 1;
    private int _most;
    private int _mostOfSteps;
    private int _busy;
    private volatile bool _stop;

    public WorkerPool(int threads)
    {
        _threads = new Thread[threads - 1];
        _next = new int[(threads + 3) * Apart];
        _calls = new int[2 * (threads + 1) * Apart];
        _gates = new object[threads];
        for (int i = 0; i < _threads.Length; i++)
        {
            int lane = i + 1;
            _gates[lane] = new object();
            _threads[i] = new Thread(() => Loop(lane)) { IsBackground = true, Name = $"joule worker {lane}" };
            _threads[i].Start();
        }
    }

    /// <summary>Whether the calling thread runs the body of a program.</summary>
    public static bool IsInsideBlock => s_insideBlock;

    public int Lanes => _threads.Length + 1;

    /// <summary>The most blocks of a program in any launch so far: of steps if there were any, otherwise of any program.</summary>
    public int MostBlocks => _mostOfSteps > 0 ? _mostOfSteps : _most;

    /// <summary>
    /// Runs all blocks of all programs, the programs in order, and returns when all are done. Calls from several threads take turns.
    /// </summary>
    public void Run(ReadOnlySpan<DeviceProgram> programs)
    {
        if (s_insideBlock)
        {
            throw new InvalidOperationException(
                "A block of work cannot launch further work: the workers are busy with the work that it belongs to.");
        }
        lock (_oneCaller)
        {
            int lanes = LanesFor(programs);
            if (lanes == 1)
            {
                RunAlone(programs);
                return;
            }
            _active = lanes;
            if (_programs.Length < programs.Length)
                _programs = new DeviceProgram[programs.Length];
            programs.CopyTo(_programs);
            _count = programs.Length;
            _failure = null;
            Turn = -1;
            Begin();
            _busy = lanes - 1;
            for (int lane = 1; lane < lanes; lane++)
                Call(lane);
            Work(0);
            int spins = 0;
            while (Volatile.Read(ref _busy) != 0)
                Wait(ref spins);
            Array.Clear(_programs, 0, _count);
            if (_failure is { } failure)
                ExceptionDispatchInfo.Throw(failure);
        }
    }

    public void Dispose()
    {
        _stop = true;
        for (int lane = 1; lane < Lanes; lane++)
            Call(lane);
        foreach (Thread thread in _threads)
            thread.Join();
    }

    // The lanes that have a block to begin with, in some program.
    private int LanesFor(ReadOnlySpan<DeviceProgram> programs)
    {
        int lanes = 1;
        foreach (DeviceProgram program in programs)
        {
            int blocks = program is StepProgram ? 0 : program.BlocksFor(Lanes);
            if (program.Stepping is { } steps)
            {
                int ofSteps = steps.BlocksFor(Lanes);
                _mostOfSteps = Math.Max(_mostOfSteps, ofSteps);
                blocks += ofSteps;
            }
            _most = Math.Max(_most, blocks);
            lanes = Math.Max(lanes, Math.Min(Lanes, blocks));
        }
        return lanes;
    }

    // Wakes a lane.
    private void Call(int lane)
    {
        Interlocked.Increment(ref Calls(lane));
        if (Volatile.Read(ref Parked(lane)) == 0)
            return;
        lock (_gates[lane])
            Monitor.Pulse(_gates[lane]);
    }

    private static void Wait(ref int spins)
    {
        if (++spins > SpinsBeforeParking)
            Thread.Yield();
        else
            Thread.SpinWait(2);
    }

    private void RunAlone(ReadOnlySpan<DeviceProgram> programs)
    {
        s_insideBlock = true;
        try
        {
            foreach (DeviceProgram program in programs)
            {
                program.Begin();
                program.Cut(1);
                for (int i = 0, blocks = program is StepProgram ? 0 : program.Blocks; i < blocks; i++)
                    program.RunBlock(i, 0);
                if (program.Stepping is not { } steps)
                    continue;
                _schedule.Begin(steps, 1);
                _schedule.Work(0);
                if (_schedule.Stopped)
                    return;
            }
        }
        finally
        {
            s_insideBlock = false;
        }
    }

    private void Loop(int lane)
    {
        int seen = 0;
        while (true)
        {
            int spins = 0;
            while (Volatile.Read(ref Calls(lane)) == seen)
            {
                if (++spins <= SpinsBeforeParking)
                {
                    Thread.SpinWait(2);
                    continue;
                }
                Interlocked.Exchange(ref Parked(lane), 1);
                lock (_gates[lane])
                {
                    while (Volatile.Read(ref Calls(lane)) == seen)
                        Monitor.Wait(_gates[lane]);
                }
                Volatile.Write(ref Parked(lane), 0);
            }
            if (_stop)
                return;
            seen = Volatile.Read(ref Calls(lane));
            Work(lane);
            Interlocked.Decrement(ref _busy);
        }
    }

    // The current program, and the number of lanes not done with it: in separate cache lines, since waiting lanes poll the former.
    private ref int Turn => ref _next[(Lanes + 1) * Apart];

    private ref int Working => ref _next[(Lanes + 2) * Apart];

    // The number of launches that a lane was called to, and whether it must be woken.
    private ref int Calls(int lane) => ref _calls[2 * lane * Apart];

    private ref int Parked(int lane) => ref _calls[((2 * lane) + 1) * Apart];

    // The next free block of a lane's share.
    private ref int Next(int lane) => ref _next[(lane + 1) * Apart];

    // The first block of a lane's share, which is the end of the previous share.
    private int Share(int lane) => (int)((long)_blocks * lane / _active);

    /// <summary>
    /// Begins the next program with any work; a turn past the last one ends the launch. One lane calls it while the others wait.
    /// </summary>
    private void Begin()
    {
        int turn = Turn;
        try
        {
            if (turn >= 0 && _programs[turn].Stepping is not null && _schedule.Stopped)
                turn = _count;
            do
                turn++;
            while (turn < _count && _failure is null && !HasWork(_programs[turn]));
        }
        catch (Exception failure)
        {
            _failure = failure;
        }
        for (int lane = 0; lane < _active; lane++)
            Next(lane) = Share(lane);
        Working = _active;
        Volatile.Write(ref Turn, _failure is null ? Math.Min(turn, _count) : _count);
    }

    // Begins a program; returns whether it has any work.
    private bool HasWork(DeviceProgram program)
    {
        program.Begin();
        program.Cut(_active);
        _blocks = program is StepProgram ? 0 : program.Blocks;
        if (program.Stepping is not { } steps)
            return _blocks > 0;
        _schedule.Begin(steps, _active);
        return _blocks > 0 || steps.Count > 0;
    }

    private void Work(int lane)
    {
        s_insideBlock = true;
        int turn = Volatile.Read(ref Turn);
        while (turn < _count)
        {
            Take(_programs[turn], lane);
            if (Interlocked.Decrement(ref Working) == 0)
            {
                Begin();
            }
            else
            {
                int spins = 0;
                while (Volatile.Read(ref Turn) == turn)
                    Wait(ref spins);
            }
            turn = Volatile.Read(ref Turn);
        }
        s_insideBlock = false;
    }

    private void Take(DeviceProgram program, int lane)
    {
        try
        {
            for (int i = 0; i < _active; i++)
            {
                int owner = (lane + i) % _active, end = Share(owner + 1), block;
                // Read first: if nothing is left, no memory that all lanes read need be written.
                while (Volatile.Read(ref Next(owner)) < end && (block = Interlocked.Increment(ref Next(owner)) - 1) < end)
                    program.RunBlock(block, lane);
            }
            if (program.Stepping is not null)
                _schedule.Work(lane);
        }
        catch (Exception failure)
        {
            Interlocked.CompareExchange(ref _failure, failure, null);
            for (int i = 0; i < _active; i++)
                Volatile.Write(ref Next(i), _blocks);
        }
    }
}
