using Joule.Compute;
using Joule.States;

namespace Joule.Energies;

/// <summary>
/// Options of an energy that defines its own states. To add one is to add one file: a named record that derives from this, and the energy.
/// </summary>
public abstract record KnownEnergyOptions : EnergyOptions
{
    /// <summary>Makes the energy.</summary>
    /// <exception cref="InvalidInputException">An option is out of range; every violation is listed.</exception>
    public Energy Create()
    {
        OptionsCheck.Require(this, $"The energy \"{Catalogue.NameOf(GetType()) ?? GetType().Name}\"");
        return CreateChecked();
    }

    /// <inheritdoc/>
    public sealed override Energy Create(Device device, StateSpace space)
    {
        ArgumentNullException.ThrowIfNull(space);
        Energy energy = Create();
        if (energy.Space == space)
            return energy;
        throw new InvalidInputException($"The energy \"{Catalogue.NameOf(GetType()) ?? GetType().Name}\" is defined on "
            + $"{energy.Space}; it was given {space}. "
            + "Change its options, or give it states of its own space.");
    }

    /// <inheritdoc/>
    public sealed override StateSpace? OwnSpace() => Create().Space;

    /// <summary>Makes the energy of options that are in range.</summary>
    protected abstract Energy CreateChecked();
}
