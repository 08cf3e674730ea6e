namespace Joule.Compute;

/// <summary>
/// A program that takes every block of rows through many steps, one after another: chains. A worker takes a block through all of them before it takes the next one; where there are
/// few blocks for the workers, it takes a part of the steps at a time.
/// </summary>
public abstract class StepProgram : DeviceProgram
{
    /// <summary>Steps of the next launch.</summary>
    public abstract int Steps { get; }

    /// <summary>Takes some rows through some steps on a processor.</summary>
    /// <param name="start">The first row.</param>
    /// <param name="count">How many rows, at least 1.</param>
    /// <param name="firstStep">The first step, from 0: the steps before it are done.</param>
    /// <param name="steps">How many steps, at least 1.</param>
    /// <param name="lane">Which worker does it.</param>
    /// <returns>
    /// Whether the rows can go on; false where something diverged. Other blocks still get as far as this one was to get, so that the earliest step at which one fails does
    /// not depend on the number of workers; then the launch ends.
    /// </returns>
    protected internal abstract bool Run(int start, int count, int firstStep, int steps, int lane);

    internal sealed override StepProgram Stepping => this;

    /// <inheritdoc/>
    protected sealed override void Run(int start, int count, int lane) => Run(start, count, 0, Steps, lane);

    internal bool RunBlock(int block, int firstStep, int steps, int lane)
    {
        int start = block * BlockRows;
        return Run(start, Math.Min(BlockRows, Count - start), firstStep, steps, lane);
    }
}
