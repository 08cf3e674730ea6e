using Joule.Compute;
using Joule.States;

namespace Joule.Energies;

/// <summary>Options of <see cref="ClampedEnergy"/>: the conditional distribution of another energy.</summary>
[Named("clamped", "another energy with some numbers of its states held fixed: the conditional distribution of the others")]
public sealed record ClampedOptions : EnergyOptions
{
    /// <summary>The energy of whole states. It must define its own states, as the known energies do.</summary>
    public required EnergyOptions Energy { get; init; }

    /// <summary>The clamped numbers by name, for example `x0`, with their values.</summary>
    public IReadOnlyDictionary<string, float> Values { get; init; } = new SortedDictionary<string, float>(StringComparer.Ordinal);

    /// <summary>The space of the free numbers; null where the energy has no states of its own.</summary>
    public override StateSpace? OwnSpace()
    {
        if (Energy.OwnSpace() is not { } whole)
            return null;
        using ClampedEnergy energy = Clamp(Device.Shared, whole);
        return energy.Space;
    }

    /// <inheritdoc/>
    public override Energy Create(Device device, StateSpace space)
    {
        ArgumentNullException.ThrowIfNull(space);
        if (Energy.OwnSpace() is not { } whole)
        {
            throw new InvalidInputException("The energy \"clamped\" needs an energy that defines its own states; "
                + $"\"{Catalogue.NameOf(Energy.GetType()) ?? Energy.GetType().Name}\" takes those of the data, which are not whole here.");
        }
        ClampedEnergy energy = Clamp(device, whole);
        if (energy.Space == space)
            return energy;
        using (energy)
        {
            throw new InvalidInputException($"The energy \"clamped\" is defined on {energy.Space}, its free numbers; it was given {space}. "
                + "Change its options, or give it states of its own space.");
        }
    }

    private ClampedEnergy Clamp(Device device, StateSpace whole)
    {
        Energy energy = Energy.Create(device, whole);
        try
        {
            return ClampedNames.Clamp(energy, [.. Values], owns: true);
        }
        catch
        {
            (energy as IDisposable)?.Dispose();
            throw;
        }
    }
}
