namespace Joule.Energies;

/// <summary>Options of <see cref="PinwheelEnergy"/>.</summary>
[Named("pinwheel", "points in the plane: the twisted arms of a wheel")]
public sealed record PinwheelOptions : KnownEnergyOptions
{
    /// <summary>How many arms there are.</summary>
    [Between(3, 64)]
    public int Arms { get; init; } = 5;

    /// <summary>The middle of an arm.</summary>
    [AtLeast(0)]
    public double Radius { get; init; } = 2;

    /// <summary>The standard deviation along an arm.</summary>
    [Above(0)]
    public double Radial { get; init; } = 0.5;

    /// <summary>The standard deviation across an arm.</summary>
    [Above(0)]
    public double Tangential { get; init; } = 0.15;

    /// <summary>How far the arms turn, in radians per unit of the radius.</summary>
    public double Twist { get; init; } = 1;

    /// <inheritdoc/>
    protected override Energy CreateChecked() => new PinwheelEnergy(Arms, Radius, Radial, Tangential, Twist);
}
