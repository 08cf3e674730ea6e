namespace Joule.Samplers;

/// <summary>
/// Systematic resampling (Carpenter, Clifford and Fearnhead 1999; Douc, Cappé and Moulines 2005): the points (i + u)/N, i = 0 … N − 1, for
/// one uniform u, are looked up among the cumulative weights. A particle of weight W gets ⌊NW⌋ or ⌈NW⌉ copies, NW in the mean.
/// </summary>
internal static class SystematicResampling
{
    /// <summary>Counts the copies of every particle.</summary>
    /// <param name="logWeights">ln w of every particle, up to a common constant; −∞ for a weight of 0. One must be above 0.</param>
    /// <param name="uniform">u, above 0 and below 1.</param>
    /// <param name="copies">Receives the copies, whose sum is the number of particles.</param>
    public static void Count(ReadOnlySpan<double> logWeights, double uniform, Span<int> copies)
    {
        int n = logWeights.Length, given = 0, last = 0;
        double largest = double.NegativeInfinity, total = 0, sum = 0;
        foreach (double log in logWeights)
            largest = Math.Max(largest, log);
        foreach (double log in logWeights)
            total += Math.Exp(log - largest);
        for (int p = 0; p < n; p++)
        {
            double weight = Math.Exp(logWeights[p] - largest);
            sum += weight;
            if (weight > 0)
                last = p;
            // Points below the cumulative weight, of which there are at most n.
            int points = weight > 0 ? (int)Math.Clamp(Math.Ceiling(n * sum / total - uniform), given, n) : given;
            copies[p] = points - given;
            given = points;
        }
        copies[last] += n - given; // rounding at the end
    }

    /// <summary>One particle drawn by its weight.</summary>
    /// <param name="logWeights">As for <see cref="Count"/>.</param>
    /// <param name="uniform">Above 0 and below 1.</param>
    public static int Choose(ReadOnlySpan<double> logWeights, double uniform)
    {
        double largest = double.NegativeInfinity, total = 0, sum = 0;
        foreach (double log in logWeights)
            largest = Math.Max(largest, log);
        foreach (double log in logWeights)
            total += Math.Exp(log - largest);
        int chosen = 0;
        for (int p = 0; p < logWeights.Length; p++)
        {
            double weight = Math.Exp(logWeights[p] - largest);
            if (weight == 0)
                continue;
            chosen = p;
            sum += weight;
            if (uniform * total < sum)
                break;
        }
        return chosen;
    }
}
