namespace Joule.Energies;

/// <summary>Options of <see cref="HarmonicEnergy"/>.</summary>
[Named("harmonic", "independent springs: half the sum of k·x²")]
public sealed record HarmonicOptions : KnownEnergyOptions
{
    /// <summary>The stiffness of every spring, in nats per unit², above 0: one for each number of a state.</summary>
    [Items(1)]
    public IReadOnlyList<double> Stiffness { get; init; } = [1, 4];

    /// <inheritdoc/>
    protected override Energy CreateChecked() => new HarmonicEnergy([.. Stiffness]);
}
