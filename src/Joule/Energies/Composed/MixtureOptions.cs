namespace Joule.Energies;

/// <summary>Options of <see cref="MixtureEnergy"/>.</summary>
[Named("mixture", "the mixture of several energies: minus the logarithm of the weighted sum of exp(-E)",
    paper: "Du, Li and Mordatch 2020, arXiv:2004.06030")]
public sealed record MixtureOptions : ComposedOptions
{
    /// <summary>The energies, all on the same states.</summary>
    [Items(1)]
    public required IReadOnlyList<EnergyOptions> Energies { get; init; }

    /// <summary>The weight of each energy's exp(-E), above 0; null where all are 1.</summary>
    public IReadOnlyList<double>? Weights { get; init; }

    private protected override IReadOnlyList<EnergyOptions> PartOptions => Energies;

    private protected override Energy Compose(IReadOnlyList<Energy> parts) => new MixtureEnergy(parts, Weights ?? []) { OwnsParts = true };
}
