namespace Joule.Energies;

/// <summary>Options of <see cref="FunnelEnergy"/>.</summary>
[Named("funnel", "Neal's funnel: the width of all numbers but one is the exponential of that one",
    paper: "Neal 2003, Annals of Statistics 31")]
public sealed record FunnelOptions : KnownEnergyOptions
{
    /// <summary>Numbers of a state: v and those whose width it sets.</summary>
    [Between(2, 65536)]
    public int Dimensions { get; init; } = 10;

    /// <summary>The standard deviation of v.</summary>
    [Above(0)]
    public double Deviation { get; init; } = 3;

    /// <inheritdoc/>
    protected override Energy CreateChecked() => new FunnelEnergy(Dimensions, Deviation);
}
