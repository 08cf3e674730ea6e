namespace Joule.Compute;

/// <summary>
/// The work of a launch: a number of independent rows or tasks. The device cuts them into blocks and distributes those; the cut does not
/// depend on the number of workers. Programs that must wait for each other are launched together, in order (<see cref="Device.Launch"/>). A
/// program is created once and launched often; what changes between launches is set before.
/// </summary>
public abstract class DeviceProgram
{
    /// <summary>A short description, for errors.</summary>
    public abstract string Name { get; }

    /// <summary>Rows or tasks of the next launch. Read at the program's turn: an earlier program of the same launch may set it.</summary>
    public abstract int Count { get; }

    /// <summary>Rows that a worker should take at a time, at least 1.</summary>
    public virtual int BlockRows => 1;

    /// <summary>
    /// Called once per launch, by one worker, at the program's turn: earlier programs are done, and <see cref="Count"/> is read afterwards.
    /// For the few numbers that all blocks share.
    /// </summary>
    protected internal virtual void Begin() { }

    /// <summary>The part that runs in steps: the program itself, or a member.</summary>
    internal virtual StepProgram? Stepping => null;

    /// <summary>Blocks of the next launch.</summary>
    internal int Blocks => (Count + BlockRows - 1) / BlockRows;

    /// <summary>Processes some rows or tasks on a processor: the body of the program.</summary>
    /// <param name="start">The first row or task.</param>
    /// <param name="count">Number of rows or tasks, at least 1.</param>
    /// <param name="lane">The worker, from 0 to <see cref="Device.Lanes"/> − 1: the index of its own scratch memory.</param>
    protected abstract void Run(int start, int count, int lane);

    /// <summary>Processes those of some rows that exist, for programs that follow each other on the same rows without a barrier.</summary>
    internal void RunRows(int start, int count, int lane)
    {
        if (start < Count)
            Run(start, Math.Min(count, Count - start), lane);
    }

    /// <summary>Processes one block.</summary>
    internal virtual void RunBlock(int block, int lane)
    {
        int start = block * BlockRows;
        Run(start, Math.Min(BlockRows, Count - start), lane);
    }
}
