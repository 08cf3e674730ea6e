namespace Joule.Energies;

/// <summary>Round normal distributions in a ring, as a <see cref="GaussianMixtureEnergy"/>.</summary>
[Named("eight_gaussians", "points in the plane: normal distributions in a ring")]
public sealed record EightGaussiansOptions : KnownEnergyOptions
{
    /// <summary>How many there are.</summary>
    [Between(1, 1024)]
    public int Count { get; init; } = 8;

    /// <summary>The radius of the ring.</summary>
    [AtLeast(0)]
    public double Radius { get; init; } = 4;

    /// <summary>The standard deviation of each.</summary>
    [Above(0)]
    public double Deviation { get; init; } = 0.5;

    /// <inheritdoc/>
    protected override Energy CreateChecked()
    {
        IEnumerable<double> angles = Enumerable.Range(0, Count).Select(k => 2 * Math.PI * k / Count);
        double[][] means = [.. angles.Select(a => (double[])[Radius * Math.Cos(a), Radius * Math.Sin(a)])];
        return new GaussianMixtureEnergy([.. Enumerable.Repeat(1.0, Count)], means, [.. Enumerable.Repeat(Deviation, Count)]);
    }
}
