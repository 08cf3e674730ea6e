namespace Joule.Energies;

/// <summary>Options of <see cref="EnsembleEnergy"/>.</summary>
[Named("ensemble", "the mean of several energies")]
public sealed record EnsembleOptions : ComposedOptions
{
    /// <summary>The energies, all on the same states.</summary>
    [Items(1)]
    public required IReadOnlyList<EnergyOptions> Energies { get; init; }

    private protected override IReadOnlyList<EnergyOptions> PartOptions => Energies;

    private protected override Energy Compose(IReadOnlyList<Energy> parts) => new EnsembleEnergy(parts) { OwnsParts = true };
}
