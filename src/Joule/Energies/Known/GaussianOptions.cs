namespace Joule.Energies;

/// <summary>
/// Options of <see cref="CorrelatedGaussianEnergy"/>. Without a covariance of its own, the variances along the axes, or along the cosines
/// where it is rotated, are spaced evenly in logarithm from 1/condition to 1.
/// </summary>
[Named("gaussian", "a normal distribution of any covariance")]
public sealed record GaussianOptions : KnownEnergyOptions, IOptionRules
{
    /// <summary>Numbers of a state. Ignored where `covariance` is given.</summary>
    [Between(1, 512)]
    public int Dimensions { get; init; } = 2;

    /// <summary>The largest variance over the smallest. Ignored where `covariance` is given.</summary>
    [AtLeast(1)]
    public double Condition { get; init; } = 1;

    /// <summary>
    /// Whether the principal axes are the cosines of the orthogonal DCT-II and not the coordinates, so that all numbers are correlated.
    /// </summary>
    public bool Rotated { get; init; }

    /// <summary>The mean; null for 0.</summary>
    public IReadOnlyList<double>? Mean { get; init; }

    /// <summary>The covariance as a list of rows; null for one made of `dimensions`, `condition` and `rotated`.</summary>
    public IReadOnlyList<IReadOnlyList<double>>? Covariance { get; init; }

    /// <inheritdoc/>
    public void Validate(ICollection<string> problems, string path)
    {
        ArgumentNullException.ThrowIfNull(problems);
        int size = Covariance?.Count ?? Dimensions;
        if (Covariance is not null && (Covariance.Count == 0 || Covariance.Any(row => row.Count != Covariance.Count)))
        {
            string lengths = string.Join(", ", Covariance.Select(r => r.Count).Distinct());
            problems.Add($"{path}covariance has {Covariance.Count} rows of {lengths} numbers; it must be square");
        }
        if (Mean is not null && Mean.Count != size)
            problems.Add($"{path}mean has {Mean.Count} numbers; a state has {size}");
    }

    /// <inheritdoc/>
    protected override Energy CreateChecked()
    {
        double[,] covariance = Given() ?? Spread();
        return new CorrelatedGaussianEnergy(Mean is null ? new double[covariance.GetLength(0)] : [.. Mean], covariance);
    }

    private double[,]? Given()
    {
        if (Covariance is null)
            return null;
        double[,] covariance = new double[Covariance.Count, Covariance.Count];
        for (int i = 0; i < Covariance.Count; i++)
        {
            for (int j = 0; j < Covariance.Count; j++)
                covariance[i, j] = Covariance[i][j];
        }
        return covariance;
    }

    private double[,] Spread()
    {
        int n = Dimensions;
        double[,] covariance = new double[n, n], cosines = Cosines(n);
        for (int k = 0; k < n; k++)
        {
            double variance = Math.Pow(Condition, n > 1 ? k / (n - 1.0) - 1 : 0);
            if (!Rotated)
                covariance[k, k] = variance;
            for (int i = 0; Rotated && i < n; i++)
            {
                for (int j = 0; j < n; j++)
                    covariance[i, j] += cosines[k, i] * variance * cosines[k, j];
            }
        }
        return covariance;
    }

    // Row k is the wave of k half periods.
    private static double[,] Cosines(int n)
    {
        double[,] cosines = new double[n, n];
        for (int k = 0; k < n; k++)
        {
            for (int i = 0; i < n; i++)
                cosines[k, i] = Math.Sqrt((k == 0 ? 1.0 : 2.0) / n) * Math.Cos(Math.PI * k * (2 * i + 1) / (2.0 * n));
        }
        return cosines;
    }
}
