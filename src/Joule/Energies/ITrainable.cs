using Joule.Compute;
using Joule.Networks;
using Joule.States;

namespace Joule.Energies;

/// <summary>An energy E(x; θ) whose parameters can be trained.</summary>
public interface ITrainable
{
    /// <inheritdoc cref="Energy.Space"/>
    StateSpace Space { get; }

    /// <summary>The device.</summary>
    Device Device { get; }

    /// <summary>θ: all parameters, concatenated, in device memory. Call <see cref="Commit"/> after changing them.</summary>
    Rows Parameters { get; }

    /// <summary>
    /// The parameters as tensors, in memory order, as a model file holds them; by default one vector.
    /// </summary>
    IReadOnlyList<Parameter> Tensors => [new Parameter("parameters", [Parameters.Length], 0, 1, 1)];

    /// <summary>Draws the initial parameters, a function of the seed alone, and commits them.</summary>
    /// <param name="seed">The seed.</param>
    void Initialize(ulong seed);

    /// <summary>Makes changed parameters take effect. Nothing else may use the energy meanwhile.</summary>
    void Commit();

    /// <summary>The program of <see cref="Commit"/>, for a launch with the program that changes the parameters.</summary>
    DeviceProgram CommitProgram { get; }

    /// <summary>Allocates a training pass.</summary>
    /// <param name="capacity">Largest number of states, at least 1.</param>
    /// <exception cref="InvalidInputException">The pass needs too much memory.</exception>
    ITrainingPass CreatePass(int capacity);

    /// <summary>Allocates a training pass with derivatives along directions.</summary>
    /// <param name="capacity">Largest number of states, at least 1.</param>
    /// <param name="order">The highest derivative: 1 or 2.</param>
    /// <exception cref="InvalidInputException">The energy has no such derivatives, or the pass needs too much memory.</exception>
    IDirectionalPass CreatePass(int capacity, int order) =>
        throw new InvalidInputException($"{GetType().Name} on {Space} has no derivatives along directions that can be trained. "
            + "Train it by an objective of energies alone, such as contrastive_divergence or noise_contrastive.");
}
