namespace Joule.Samplers;

/// <summary>
/// The sums Σw and Σw² of weights that are given by their logarithms, in four float64 numbers of which all are 0 before the first weight:
/// the largest ln w, Σw and Σw² relative to it, and the number of weights.
/// </summary>
internal static class WeightSums
{
    /// <summary>Numbers that the sums take.</summary>
    public const int Numbers = 4;

    /// <summary>Adds a weight.</summary>
    /// <param name="sums">The numbers.</param>
    /// <param name="logWeight">ln w, in nats; −∞ for a weight of 0.</param>
    public static void Add(Span<double> sums, double logWeight)
    {
        sums[3]++;
        if (!double.IsNegativeInfinity(logWeight))
            Add(sums, logWeight, 1, 1);
    }

    /// <summary>Adds other sums.</summary>
    public static void Add(Span<double> sums, ReadOnlySpan<double> other)
    {
        sums[3] += other[3];
        if (other[1] > 0)
            Add(sums, other[0], other[1], other[2]);
    }

    /// <summary>ln Σw; −∞ without a weight above 0.</summary>
    public static double LogSum(ReadOnlySpan<double> sums) =>
        sums[1] > 0 ? sums[0] + Math.Log(sums[1]) : double.NegativeInfinity;

    /// <summary>ln of the mean weight; −∞ without a weight above 0.</summary>
    public static double LogMean(ReadOnlySpan<double> sums) => LogSum(sums) - Math.Log(Math.Max(1, sums[3]));

    /// <summary>The effective number of weights, (Σw)²/Σw²; 0 without a weight above 0.</summary>
    public static double EffectiveCount(ReadOnlySpan<double> sums) => sums[1] > 0 ? sums[1] * sums[1] / sums[2] : 0;

    /// <summary>The estimate of ln Z whose unbiased estimates the weights are; null without weights.</summary>
    public static LogPartitionEstimate? Estimate(ReadOnlySpan<double> sums) => sums[3] == 0 ? null
        : LogPartitionEstimate.Of(LogSum(sums), sums[1] > 0 ? 2 * sums[0] + Math.Log(sums[2]) : double.NegativeInfinity, (long)sums[3]);

    private static void Add(Span<double> sums, double largest, double sum, double squares)
    {
        if (sums[1] == 0)
        {
            (sums[0], sums[1], sums[2]) = (largest, sum, squares);
            return;
        }
        double factor = Math.Exp(-Math.Abs(largest - sums[0]));
        if (largest > sums[0])
            (sums[0], sums[1], sums[2]) = (largest, sums[1] * factor + sum, sums[2] * factor * factor + squares);
        else
            (sums[1], sums[2]) = (sums[1] + sum * factor, sums[2] + squares * factor * factor);
    }
}
