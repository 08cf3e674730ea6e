namespace Joule.Compute;

/// <summary>
/// A program that takes each block of rows through many steps in order: chains. A worker takes a block through all its steps before it
/// takes the next block; if there are few blocks for the workers, it takes part of the steps at a time.
/// </summary>
public abstract class StepProgram : DeviceProgram
{
    /// <summary>Steps of the next launch.</summary>
    public abstract int Steps { get; }

    /// <summary>Takes some rows through some steps on a processor.</summary>
    /// <param name="start">The first row.</param>
    /// <param name="count">Number of rows, at least 1.</param>
    /// <param name="firstStep">The first step, from 0; earlier steps are done.</param>
    /// <param name="steps">Number of steps, at least 1.</param>
    /// <param name="lane">The worker.</param>
    /// <returns>
    /// Whether the rows can continue; false after a divergence. The other blocks are still taken as far as this one, so that the earliest
    /// step of a divergence does not depend on the number of workers; then the launch ends.
    /// </returns>
    protected internal abstract bool Run(int start, int count, int firstStep, int steps, int lane);

    /// <summary>
    /// Rows that a block has at least when it is cut for many workers. A program may go below its <see cref="DeviceProgram.BlockRows"/> only
    /// if no row's result depends on the rows beside it, to the last bit.
    /// </summary>
    public virtual int LeastRows => BlockRows;

    internal sealed override StepProgram Stepping => this;

    /// <inheritdoc/>
    protected sealed override void Run(int start, int count, int lane) => Run(start, count, 0, Steps, lane);

    /// <summary>
    /// Rows of a block for some workers: halves of <see cref="DeviceProgram.BlockRows"/> while there are fewer than two blocks for every
    /// worker, but at least <see cref="LeastRows"/>.
    /// </summary>
    internal int RowsFor(int lanes)
    {
        int rows = BlockRows, least = Math.Max(1, LeastRows), half;
        while (lanes > 1 && (half = (rows + 1) / 2) >= least && half < rows && BlocksOf(rows) < 2 * lanes)
            rows = half;
        return rows;
    }

    /// <summary>Blocks of the next launch, of a number of rows.</summary>
    internal int BlocksOf(int rows) => (Count + rows - 1) / rows;

    /// <summary>Takes one block of a number of rows through some steps.</summary>
    internal bool RunBlock(int block, int rows, int firstStep, int steps, int lane)
    {
        int start = block * rows;
        return Run(start, Math.Min(rows, Count - start), firstStep, steps, lane);
    }
}
