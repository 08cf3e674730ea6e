namespace Joule.Energies;

/// <summary>Round normal distributions on a square grid round the origin, as a <see cref="GaussianMixtureEnergy"/>.</summary>
[Named("grid", "points in the plane: normal distributions on a square grid, 25 by default")]
public sealed record GridOptions : KnownEnergyOptions
{
    /// <summary>How many there are along a side.</summary>
    [Between(1, 64)]
    public int Side { get; init; } = 5;

    /// <summary>The distance between neighbours.</summary>
    [Above(0)]
    public double Spacing { get; init; } = 2;

    /// <summary>The standard deviation of each.</summary>
    [Above(0)]
    public double Deviation { get; init; } = 0.1;

    /// <inheritdoc/>
    protected override Energy CreateChecked()
    {
        int count = Side * Side;
        double middle = (Side - 1) / 2.0;
        IEnumerable<int> places = Enumerable.Range(0, count);
        double[][] means = [.. places.Select(k => (double[])[Spacing * (k % Side - middle), Spacing * (k / Side - middle)])];
        return new GaussianMixtureEnergy([.. Enumerable.Repeat(1.0, count)], means, [.. Enumerable.Repeat(Deviation, count)]);
    }
}
