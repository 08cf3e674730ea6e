using Joule.Compute;
using Joule.Networks;
using Joule.States;

namespace Joule.Energies;

/// <summary>
/// Options of an energy. To add an energy, add one file: a record that derives from this and has a <see cref="NamedAttribute"/>, and the
/// energy.
/// </summary>
[DefaultType("network")]
public abstract record EnergyOptions
{
    /// <summary>Creates the energy. <see cref="ITrainable.Initialize"/> draws its parameters.</summary>
    /// <param name="device">The device.</param>
    /// <param name="space">The state space.</param>
    /// <exception cref="InvalidInputException">The energy cannot be defined on this space.</exception>
    public abstract Energy Create(Device device, StateSpace space);

    /// <summary>Creates the energy of a model file; one with more parameters than the file is refused before it allocates memory.</summary>
    /// <param name="device">The device.</param>
    /// <param name="space">The state space.</param>
    /// <param name="mostParameters">Largest number of parameters.</param>
    /// <exception cref="InvalidInputException">The energy cannot be defined on this space, or has more parameters.</exception>
    public virtual Energy Create(Device device, StateSpace space, long mostParameters) => Create(device, space);

    /// <summary>The state space of the energy where its options determine it; null if the data determine it.</summary>
    /// <exception cref="InvalidInputException">The options contradict each other.</exception>
    public virtual StateSpace? OwnSpace() => null;

    /// <summary>The layers of the energy, one row each; empty if it has none.</summary>
    /// <param name="input">The shape of a state.</param>
    /// <exception cref="InvalidInputException">A layer does not fit.</exception>
    public virtual IReadOnlyList<LayerRow> ListLayers(Shape input) => [];
}
