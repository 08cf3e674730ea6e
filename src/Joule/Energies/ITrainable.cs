using Joule.Compute;
using Joule.Networks;
using Joule.States;

namespace Joule.Energies;

/// <summary>An energy E(x; θ) whose parameters can be trained.</summary>
public interface ITrainable
{
    /// <inheritdoc cref="Energy.Space"/>
    StateSpace Space { get; }

    /// <summary>Where it is trained.</summary>
    Device Device { get; }

    /// <summary>θ: all parameters, one after the other, in the device's memory. Call <see cref="Commit"/> after changing them.</summary>
    Rows Parameters { get; }

    /// <summary>
    /// The parameters as tensors, in the order in which they lie: what a model file holds. One vector where there is nothing else to say.
    /// </summary>
    IReadOnlyList<Parameter> Tensors => [new Parameter("parameters", [Parameters.Length], 0, 1, 1)];

    /// <summary>Draws the first parameters, a function of the seed alone, and commits them.</summary>
    /// <param name="seed">The seed.</param>
    void Initialize(ulong seed);

    /// <summary>Makes changed parameters take effect. Nothing else may use the energy meanwhile.</summary>
    void Commit();

    /// <summary>What <see cref="Commit"/> launches, to be launched together with what changes the parameters.</summary>
    DeviceProgram CommitProgram { get; }

    /// <summary>Takes memory for a pass over up to a number of states.</summary>
    /// <param name="capacity">Most states of one pass, at least 1.</param>
    /// <exception cref="InvalidInputException">The pass needs too much memory.</exception>
    ITrainingPass CreatePass(int capacity);
}
