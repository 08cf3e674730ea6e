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

    internal sealed override StepProgram Stepping => this;

    /// <inheritdoc/>
    protected sealed override void Run(int start, int count, int lane) => Run(start, count, 0, Steps, lane);

    internal bool RunBlock(int block, int firstStep, int steps, int lane)
    {
        (int start, int count) = RowsOf(block);
        return Run(start, count, firstStep, steps, lane);
    }
}
