using Joule.Compute;
using Joule.Networks;
using Joule.States;

namespace Joule.Energies;

/// <summary>Options of an energy that is fitted to the training data once and has nothing to train.</summary>
public abstract record FittedOptions : EnergyOptions
{
    /// <inheritdoc/>
    public sealed override Energy Create(Device device, StateSpace space) => Create(device, space, PlanBuilder.MostParameters);

    /// <inheritdoc/>
    public sealed override Energy Create(Device device, StateSpace space, long mostParameters)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(space);
        string name = Catalogue.NameOf(GetType()) ?? GetType().Name;
        OptionsCheck.Require(this, $"The energy \"{name}\"");
        CheckSpace(name, space);
        long length = CountFitted(space);
        if (length > mostParameters)
        {
            throw new InvalidInputException($"The energy \"{name}\" on {space} holds {length:N0} numbers; at most {mostParameters:N0} are "
                + "possible here. Use fewer rows or columns.");
        }
        return Create(device, space, device.Allocate(length).AsRows(1, (int)length));
    }

    /// <summary>Refuses a space on which the energy cannot be defined.</summary>
    /// <param name="name">The name of the energy.</param>
    /// <param name="space">The space.</param>
    private protected virtual void CheckSpace(string name, StateSpace space)
    {
        if (space.Domain != Domain.Real)
        {
            throw new InvalidInputException($"The energy \"{name}\" needs real states without walls, as tables have; these are {space}. "
                + "Use network or residual, or edge_neighbours for images.");
        }
    }

    /// <summary>Numbers that are fitted, for states of a space.</summary>
    internal abstract long CountFitted(StateSpace space);

    /// <summary>Creates the energy on memory for what is fitted, which it then owns.</summary>
    internal abstract Energy Create(Device device, StateSpace space, Rows memory);
}
