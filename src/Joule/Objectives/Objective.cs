using Joule.Compute;
using Joule.Energies;

namespace Joule.Objectives;

/// <summary>The context of an objective.</summary>
/// <param name="Device">The device.</param>
/// <param name="Energy">The energy being trained.</param>
/// <param name="Batch">Largest number of data states in an update.</param>
/// <param name="Seed">The seed of the run.</param>
public sealed record ObjectiveContext(Device Device, Energy Energy, int Batch, ulong Seed)
{
    /// <summary>The width of the states (<see cref="States.StateWidth"/>), in their own units.</summary>
    public double Width { get; init; } = 1;

    /// <summary>The training data, for an objective that fits noise to them; null where only an update's data are given.</summary>
    public States.StateSet? Train { get; init; }

    /// <summary>Number of updates that the training is planned for, for objectives with phases; 0 if unknown.</summary>
    public long PlannedUpdates { get; init; }
}

/// <summary>One update of a training, for its objective.</summary>
/// <param name="Number">The update, counted from 0.</param>
/// <param name="Pass">Receives the gradient, which is 0 at the start. It stops on <paramref name="Cancellation"/>.</param>
/// <param name="Data">
/// Writes the data. An objective with <see cref="Objective.LaunchesData"/> launches it before any reader of the data.
/// </param>
/// <param name="Cancellation">Cancels the update.</param>
public readonly record struct TrainingUpdate(long Number, ITrainingPass Pass, DeviceProgram Data, CancellationToken Cancellation)
{
    /// <summary>The class of every data state, as an index into the levels of the training set's labels; empty if it has none.</summary>
    public ReadOnlyMemory<int> Labels { get; init; }
}

/// <summary>
/// The objective that a training minimises. It owns what it needs besides the energy: negatives, noise levels, a coupling. All its random
/// draws are functions of its seed and of the update, and an update allocates nothing on the managed heap.
/// </summary>
public abstract class Objective : IDisposable
{
    /// <summary>The figures of an update, in the order of metrics.csv.</summary>
    public abstract FigureList Figures { get; }

    /// <summary>Largest number of states in a training pass.</summary>
    public abstract int PassCapacity { get; }

    /// <summary>
    /// Whether <see cref="Accumulate"/> launches <see cref="TrainingUpdate.Data"/> together with its own programs, which saves a launch. If
    /// not, the data are there when it is called.
    /// </summary>
    public virtual bool LaunchesData => false;

    /// <summary>Memory that the next update needs; empty for an objective without state.</summary>
    public virtual IReadOnlyList<StateMemory> State => [];

    /// <summary>
    /// The factor of the learning rate that the objective asks for, after the update of <see cref="Accumulate"/>. Above 0, at most 1.
    /// </summary>
    public virtual double RateFactor => 1;

    /// <summary>
    /// What to do when the training cannot work with any random draws or learning rate; null otherwise.
    /// </summary>
    public virtual string? Advice => null;

    /// <summary>
    /// The smallest standard deviation of the noise with which the objective sees states, in units of the state: details of the data below
    /// it are not learned. 0 if there is none.
    /// </summary>
    public virtual double LeastNoise => 0;

    /// <summary>Allocates the training pass that <see cref="TrainingUpdate.Pass"/> will be.</summary>
    /// <param name="energy">The energy being trained.</param>
    /// <exception cref="InvalidInputException">The energy lacks what the objective needs, or there is too little memory.</exception>
    public virtual ITrainingPass CreatePass(ITrainable energy)
    {
        ArgumentNullException.ThrowIfNull(energy);
        return energy.CreatePass(PassCapacity);
    }

    /// <summary>The rows that receive the data of the next update.</summary>
    /// <param name="count">Number of states, at most <see cref="ObjectiveContext.Batch"/>.</param>
    public abstract Rows DataRows(int count);

    /// <summary>
    /// Adds the objective's gradient with respect to the parameters to that of the pass, and writes the figures. If the update is
    /// cancelled, <see cref="State"/> is unchanged: the same update can be repeated.
    /// </summary>
    /// <param name="update">The update.</param>
    /// <param name="data">The data, in the rows of <see cref="DataRows"/>.</param>
    /// <param name="figures">
    /// Receives one number for each of <see cref="Figures"/>, but those that <see cref="CompleteFigures"/> writes.
    /// </param>
    /// <exception cref="DivergenceException">An energy or a gradient is non-finite.</exception>
    /// <exception cref="OperationCanceledException">The update was cancelled.</exception>
    public abstract void Accumulate(in TrainingUpdate update, Rows data, Span<double> figures);

    /// <summary>
    /// Writes the figures that <see cref="Accumulate"/> left open, since their numbers were still on their way from the device: called once
    /// after it, when the parameters' step has been made.
    /// </summary>
    /// <param name="figures">The figures.</param>
    public virtual void CompleteFigures(Span<double> figures) { }

    /// <summary>Continues as another attempt.</summary>
    /// <param name="adjustment">The adjustments relative to the configuration. Those that do not apply are ignored.</param>
    /// <param name="seed">The seed of all further draws.</param>
    public abstract void Adjust(Adjustment adjustment, ulong seed);

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the memory.</summary>
    protected abstract void Dispose(bool disposing);
}
