using Joule.Compute;
using Joule.States;

namespace Joule.Energies;

/// <summary>
/// An energy of which a part is fitted to the training data before the first update, and does not change afterwards. What is fitted lies in
/// memory apart from <see cref="ITrainable.Parameters"/>; <see cref="ITrainable.Commit"/> makes it take effect.
/// </summary>
public interface IFitted
{
    /// <summary>What is fitted, in device memory: it belongs to checkpoints and model files, and optimisers leave it alone.</summary>
    Rows Fitted { get; }

    /// <summary>The trained parameters followed by <see cref="Fitted"/>: one block, as checkpoints and model files hold it.</summary>
    Rows Saved { get; }

    /// <summary>Fits the part, and commits it. The result is a function of the data and the seed, for any number of workers.</summary>
    /// <param name="data">The training data, of the energy's space.</param>
    /// <param name="seed">The seed of all draws.</param>
    /// <param name="cancellation">Stops the fit; what is fitted is then undefined.</param>
    /// <exception cref="InvalidInputException">The data have another space or cannot be fitted.</exception>
    /// <exception cref="OperationCanceledException">The fit was cancelled.</exception>
    void Fit(StateSet data, ulong seed, CancellationToken cancellation);
}
