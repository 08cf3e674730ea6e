namespace Joule.Energies;

/// <summary>
/// Circles round the origin under normal noise, as a mixture along them (<see cref="GaussianMixtureEnergy"/>). Every circle has the same
/// share of the states.
/// </summary>
[Named("rings", "points in the plane: concentric circles under normal noise")]
public sealed record RingsOptions : KnownEnergyOptions
{
    /// <summary>The radii of the circles, finite.</summary>
    [Items(1)]
    public IReadOnlyList<double> Radii { get; init; } = [1, 2, 3];

    /// <summary>The standard deviation of the noise.</summary>
    [AtLeast(0.01)]
    public double Deviation { get; init; } = 0.1;

    /// <inheritdoc/>
    protected override Energy CreateChecked()
    {
        CurveCloud cloud = new(Deviation);
        foreach (double radius in Radii)
            cloud.Add(t => (radius * Math.Cos(2 * Math.PI * t), radius * Math.Sin(2 * Math.PI * t)), 2 * Math.PI * Math.Abs(radius));
        return cloud.ToEnergy();
    }
}
