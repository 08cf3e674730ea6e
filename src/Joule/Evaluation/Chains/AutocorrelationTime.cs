namespace Joule.Evaluation;

/// <summary>
/// The integrated autocorrelation time τ = 1 + 2 Σ ρ(t), in draws: the variance of the mean of S draws is τσ²/S. It is 1 for independent
/// draws and (1 + ρ)/(1 − ρ) where the autocorrelation at lag t is ρᵗ.
/// </summary>
public static class AutocorrelationTime
{
    /// <summary>
    /// Estimates τ from all chains, each split into halves. The autocorrelations include the spread between chains (Vehtari et al. 2021,
    /// arXiv:1903.08008, equations 10 to 13). Their sum is cut and smoothed to Geyer's initial monotone sequence (Geyer 1992, section 3.3).
    /// </summary>
    /// <param name="draws">The draws.</param>
    /// <returns>
    /// At least 1/log₁₀ S for S draws. NaN for fewer than <see cref="EffectiveSampleSize.FewestDraws"/> draws a chain, and where all draws
    /// are equal.
    /// </returns>
    public static double Of(ChainDraws draws)
    {
        ArgumentNullException.ThrowIfNull(draws);
        return draws.Draws < EffectiveSampleSize.FewestDraws ? double.NaN : OfChains(draws.Split());
    }

    /// <summary>τ of split chains.</summary>
    /// <param name="split">Chains of at least 6 draws.</param>
    internal static double OfChains(ChainDraws split)
    {
        if (split.IsConstant)
            return double.NaN;
        List<double> correlations = InitialPositiveSequence(split);
        // Monotone: no pair is larger than the one before it. The last entry has no partner.
        for (int t = 2; t + 2 < correlations.Count; t += 2)
        {
            double before = correlations[t - 2] + correlations[t - 1];
            if (correlations[t] + correlations[t + 1] > before)
                correlations[t] = correlations[t + 1] = before / 2;
        }
        double time = -1 + correlations[^1];
        for (int t = 0; t < correlations.Count - 1; t++)
            time += 2 * correlations[t];
        return Math.Max(time, 1 / Math.Log10(split.Count));
    }

    // ρ(0), ρ(1), … in pairs while their sums are positive, and one more: the first of the next pair where it is positive, else 0.
    private static List<double> InitialPositiveSequence(ChainDraws split)
    {
        Autocovariances covariances = new(split);
        int draws = split.Draws;
        double biased = covariances[0], within = biased * draws / (draws - 1);
        double variance = biased + (split.Chains > 1 ? ChainMoments.Of(covariances.Means).Variance : 0);
        List<double> correlations = [];
        double even = 1, odd = Correlation(1);
        int lag = 0;
        while (even + odd > 0 && lag < draws - 5)
        {
            correlations.Add(even);
            correlations.Add(odd);
            lag += 2;
            even = Correlation(lag);
            odd = Correlation(lag + 1);
        }
        correlations.Add(Math.Max(even, 0));
        return correlations;

        double Correlation(int lag) => 1 - (within - covariances[lag]) / variance;
    }
}
