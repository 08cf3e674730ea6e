namespace Joule.Energies;

/// <summary>What <see cref="Quadrature"/> found of an energy.</summary>
/// <param name="LogPartition">ln Z, in nats, of what lies inside the limits.</param>
/// <param name="Means">The mean of every number of the state.</param>
/// <param name="Covariances">The covariances, numbers × numbers.</param>
/// <param name="Error">The largest change from the rule with half as many panels: of ln Z, of means in standard deviations, and of
/// correlations.</param>
/// <param name="Evaluations">How many energies were evaluated.</param>
public sealed record QuadratureResult(
    double LogPartition, IReadOnlyList<double> Means, double[,] Covariances, double Error, long Evaluations)
{
    /// <summary>The standard deviation of a number of the state.</summary>
    /// <param name="number">Which.</param>
    public double Deviation(int number) => Math.Sqrt(Covariances[number, number]);

    /// <summary>The largest difference from another result, in the units of <see cref="Error"/>.</summary>
    internal double DistanceTo(QuadratureResult other)
    {
        double distance = Math.Abs(LogPartition - other.LogPartition);
        for (int i = 0; i < Means.Count; i++)
        {
            distance = Math.Max(distance, Math.Abs(Means[i] - other.Means[i]) / Deviation(i));
            for (int j = 0; j <= i; j++)
                distance = Math.Max(distance, Math.Abs(Covariances[i, j] - other.Covariances[i, j]) / (Deviation(i) * Deviation(j)));
        }
        return double.IsNaN(distance) ? double.PositiveInfinity : distance;
    }
}
