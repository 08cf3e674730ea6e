namespace Joule.Energies;

/// <summary>Options of <see cref="BananaEnergy"/>.</summary>
[Named("banana", "a normal distribution bent along a parabola", paper: "Haario, Saksman and Tamminen 1999, Computational Statistics 14")]
public sealed record BananaOptions : KnownEnergyOptions
{
    /// <summary>Numbers of a state; those after the second are independent normals.</summary>
    [Between(2, 65536)]
    public int Dimensions { get; init; } = 2;

    /// <summary>The standard deviation of the first number.</summary>
    [Above(0)]
    public double Deviation { get; init; } = 10;

    /// <summary>How much the parabola bends, per unit of the first number.</summary>
    public double Curvature { get; init; } = 0.03;

    /// <inheritdoc/>
    protected override Energy CreateChecked() => new BananaEnergy(Dimensions, Deviation, Curvature);
}
