using Joule.Compute;
using Joule.Networks;
using Joule.States;

namespace Joule.Energies;

/// <summary>Options of an energy. To add an energy is to add one file: a record that derives from this and carries a <see cref="NamedAttribute"/>, and the energy.</summary>
[DefaultType("network")]
public abstract record EnergyOptions
{
    /// <summary>Makes the energy. Its parameters are drawn by <see cref="ITrainable.Initialize"/>.</summary>
    /// <param name="device">Where it runs.</param>
    /// <param name="space">The states.</param>
    /// <exception cref="InvalidInputException">It cannot be defined on these states.</exception>
    public abstract Energy Create(Device device, StateSpace space);

    /// <summary>The same for a file that holds a number of parameters: an energy of more is refused before it takes memory.</summary>
    /// <param name="device">Where it runs.</param>
    /// <param name="space">The states.</param>
    /// <param name="mostParameters">Most parameters.</param>
    /// <exception cref="InvalidInputException">It cannot be defined on these states, or would have more parameters.</exception>
    public virtual Energy Create(Device device, StateSpace space, long mostParameters) => Create(device, space);

    /// <summary>The state space of the energy where its options determine it; null if the data determine it.</summary>
    /// <exception cref="InvalidInputException">The options contradict each other.</exception>
    public virtual StateSpace? OwnSpace() => null;

    /// <summary>What the energy is made of, one row a layer; empty where there is nothing to list.</summary>
    /// <param name="input">The shape of a state.</param>
    /// <exception cref="InvalidInputException">A layer does not fit.</exception>
    public virtual IReadOnlyList<LayerRow> ListLayers(Shape input) => [];
}
