using Joule.Compute;
using Joule.Energies;

namespace Joule.Objectives;

/// <summary>What an objective works with during a training.</summary>
/// <param name="Device">Where it runs.</param>
/// <param name="Energy">The energy being trained.</param>
/// <param name="Batch">Most states of the data in one update.</param>
/// <param name="Seed">The seed of the run.</param>
public sealed record ObjectiveContext(Device Device, Energy Energy, int Batch, ulong Seed)
{
    /// <summary>How wide the states are (<see cref="States.StateWidth"/>), in units of the state.</summary>
    public double Width { get; init; } = 1;
}

/// <summary>One update of a training, for its objective.</summary>
/// <param name="Number">Which one, counted from 0.</param>
/// <param name="Pass">Where the gradient goes. It is 0 at the start, and the pass stops when <paramref name="Cancellation"/> asks it to.</param>
/// <param name="Data">Writes the data: an objective with <see cref="Objective.LaunchesData"/> launches it before what reads them.</param>
/// <param name="Cancellation">Cuts the update short.</param>
public readonly record struct TrainingUpdate(long Number, ITrainingPass Pass, DeviceProgram Data, CancellationToken Cancellation);

/// <summary>
/// What a training minimises. It owns what it needs beside the energy: negatives, noise levels, a coupling. Everything random in it is a
/// function of its seed and of the
/// update, and an update allocates nothing on the managed heap.
/// </summary>
public abstract class Objective : IDisposable
{
    /// <summary>The figures of an update, in the order of metrics.csv.</summary>
    public abstract FigureList Figures { get; }

    /// <summary>Most states of one training pass.</summary>
    public abstract int PassCapacity { get; }

    /// <summary>
    /// Whether <see cref="Accumulate"/> launches <see cref="TrainingUpdate.Data"/> itself, together with its own programs: that saves a launch. Otherwise the data are
    /// there when it is called.
    /// </summary>
    public virtual bool LaunchesData => false;

    /// <summary>Memory that the next update needs; none where every update starts anew.</summary>
    public virtual IReadOnlyList<StateMemory> State => [];

    /// <summary>
    /// What can be done where a training cannot go well, whatever its random draws and its learning rate are; null where it may.
    /// </summary>
    public virtual string? Advice => null;

    /// <summary>The rows that the data of the next update go to.</summary>
    /// <param name="count">How many states, at most <see cref="ObjectiveContext.Batch"/>.</param>
    public abstract Rows DataRows(int count);

    /// <summary>
    /// Adds the gradient of the objective with respect to the parameters to that of the pass, and writes the figures. Where the update is
    /// cut short, what
    /// <see cref="State"/> lists is as it was before: the same update can be made again.
    /// </summary>
    /// <param name="update">The update.</param>
    /// <param name="data">The data, in the rows of <see cref="DataRows"/>.</param>
    /// <param name="figures">Receives one number for each of <see cref="Figures"/>.</param>
    /// <exception cref="DivergenceException">An energy or a gradient is non-finite.</exception>
    /// <exception cref="OperationCanceledException">The update was cut short.</exception>
    public abstract void Accumulate(in TrainingUpdate update, Rows data, Span<double> figures);

    /// <summary>Goes on as another attempt.</summary>
    /// <param name="mending">How the attempt differs from the configuration. What does not apply to the objective is left alone.</param>
    /// <param name="seed">The seed of all further draws.</param>
    public abstract void Mend(Mending mending, ulong seed);

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the memory.</summary>
    protected abstract void Dispose(bool disposing);
}
