namespace Joule.Energies;

/// <summary>Options of <see cref="SumEnergy"/>.</summary>
[Named("sum", "the weighted sum of several energies; a weight of -1 negates",
    paper: "Hinton 2002, Neural Computation 14; Du, Li and Mordatch 2020, arXiv:2004.06030")]
public sealed record SumOptions : ComposedOptions
{
    /// <summary>The energies, all on the same states.</summary>
    [Items(1)]
    public required IReadOnlyList<EnergyOptions> Energies { get; init; }

    /// <summary>The weight of each energy; null where all are 1.</summary>
    public IReadOnlyList<double>? Weights { get; init; }

    private protected override IReadOnlyList<EnergyOptions> PartOptions => Energies;

    private protected override Energy Compose(IReadOnlyList<Energy> parts) => new SumEnergy(parts, Weights ?? []) { OwnsParts = true };
}
