namespace Joule.Evaluation;

/// <summary>
/// The step-up procedure of Benjamini and Hochberg (1995): anomalies of a batch of rows such that, on average, at most a share Q of them
/// are normal rows. With the p-values of a <see cref="Calibration"/> the guarantee holds although these share their calibration rows
/// (Bates et al. 2023, theorem 2).
/// </summary>
public static class FalseDiscoveries
{
    /// <summary>The largest p-value that is a discovery; 0 if none is.</summary>
    /// <param name="pValues">The p-values of all rows, in any order; not changed.</param>
    /// <param name="rate">The rate Q, above 0 and below 1.</param>
    /// <exception cref="InvalidInputException">The rate is out of range.</exception>
    public static double Limit(ReadOnlySpan<double> pValues, double rate)
    {
        if (!(rate > 0 && rate < 1))
        {
            throw new InvalidInputException($"The false discovery rate is {rate}; it must be above 0 and below 1, for example 0.1: one "
                + "normal row in 10 rows that are called anomalies.");
        }
        double[] sorted = pValues.ToArray();
        Array.Sort(sorted);
        for (int k = sorted.Length; k > 0; k--)
        {
            if (sorted[k - 1] <= rate * k / sorted.Length)
                return sorted[k - 1];
        }
        return 0;
    }
}
