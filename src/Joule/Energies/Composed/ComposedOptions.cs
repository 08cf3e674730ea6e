using Joule.Compute;
using Joule.States;

namespace Joule.Energies;

/// <summary>Options of an energy that is made of others.</summary>
public abstract record ComposedOptions : EnergyOptions
{
    /// <summary>The options of the parts.</summary>
    private protected abstract IReadOnlyList<EnergyOptions> PartOptions { get; }

    /// <summary>The space of the first part that has one of its own; null where the data determine it.</summary>
    public sealed override StateSpace? OwnSpace() => PartOptions.Select(p => p.OwnSpace()).FirstOrDefault(s => s is not null);

    /// <inheritdoc/>
    public sealed override Energy Create(Device device, StateSpace space)
    {
        OptionsCheck.Require(this, $"The energy \"{Catalogue.NameOf(GetType()) ?? GetType().Name}\"");
        List<Energy> parts = [];
        try
        {
            foreach (EnergyOptions part in PartOptions)
                parts.Add(part.Create(device, space));
            return Compose(parts);
        }
        catch
        {
            foreach (Energy part in parts)
                (part as IDisposable)?.Dispose();
            throw;
        }
    }

    /// <summary>Makes the energy, which owns its parts.</summary>
    private protected abstract Energy Compose(IReadOnlyList<Energy> parts);
}
