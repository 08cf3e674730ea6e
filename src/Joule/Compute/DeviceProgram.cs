namespace Joule.Compute;

/// <summary>
/// What a launch does: work on a number of rows, or a number of tasks, that do not depend on each other. The device cuts them into blocks and hands those out; the cut does
/// not depend on the number of workers. Programs that must wait for each other are launched together, one after another: see <see cref="Device.Launch"/>. A program is made
/// once and launched often; what changes from launch to launch is set before.
/// </summary>
public abstract class DeviceProgram
{
    /// <summary>What it does, in a few words, for errors.</summary>
    public abstract string Name { get; }

    /// <summary>Rows or tasks of the next launch. Read when its turn comes: an earlier program of the same launch may set it.</summary>
    public abstract int Count { get; }

    /// <summary>How many rows a worker should take at a time, at least 1.</summary>
    public virtual int BlockRows => 1;

    /// <summary>
    /// Called once in a launch, by one worker, when the program's turn comes: what programs before it wrote is there, and <see cref="Count"/> is asked afterwards. For the few
    /// numbers that all blocks have in common.
    /// </summary>
    protected internal virtual void Begin() { }

    /// <summary>What of it goes in steps: itself, or a member.</summary>
    internal virtual StepProgram? Stepping => null;

    /// <summary>Blocks of the next launch.</summary>
    internal int Blocks => (Count + BlockRows - 1) / BlockRows;

    /// <summary>Does some rows or tasks on a processor: the body of the program.</summary>
    /// <param name="start">The first of them.</param>
    /// <param name="count">How many, at least 1.</param>
    /// <param name="lane">Which worker does it, from 0 to <see cref="Device.Lanes"/> − 1: the index of a worker's own scratch memory.</param>
    protected abstract void Run(int start, int count, int lane);

    /// <summary>Does those of some rows that there are: for programs that follow each other on the same rows without a meeting.</summary>
    internal void RunRows(int start, int count, int lane)
    {
        if (start < Count)
            Run(start, Math.Min(count, Count - start), lane);
    }

    /// <summary>Does one block: the place where rows are cut.</summary>
    internal virtual void RunBlock(int block, int lane)
    {
        int start = block * BlockRows;
        Run(start, Math.Min(BlockRows, Count - start), lane);
    }
}
