using Joule.Compute;
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
}
