namespace Joule.Evaluation;

/// <summary>
/// The effective sample size: the number of independent draws with the same Monte Carlo error. ESS = S/τ for S draws, of all chains
/// together, with the integrated autocorrelation time τ (Vehtari, Gelman, Simpson, Carpenter and Bürkner 2021, arXiv:1903.08008, section
/// 3.2). Antithetic chains have an ESS above S, at most S log₁₀ S.
/// </summary>
/// <remarks>
/// NaN for chains of fewer than <see cref="FewestDraws"/> draws, and where all draws have the same value: the quantity may be constant, or
/// the chains stuck.
/// </remarks>
public static class EffectiveSampleSize
{
    /// <summary>The fewest draws a chain needs: each half then has a second pair of autocorrelations.</summary>
    public const int FewestDraws = 12;

    /// <summary>ESS for the mean.</summary>
    public static double OfMean(ChainDraws draws) => IsTooShort(draws) ? double.NaN : OfChains(draws.Split());

    /// <summary>
    /// ESS for the bulk of the distribution: that of the mean of the normal scores, which exists for heavy tails too.
    /// </summary>
    public static double Bulk(ChainDraws draws) => IsTooShort(draws) ? double.NaN : OfChains(new DrawOrder(draws).Split().NormalScores());

    /// <summary>
    /// ESS for the tails: the smaller of the ESS for the 5% and the 95% quantile. A quantile that equals the largest draw, as of spins, has
    /// none and is left out.
    /// </summary>
    public static double Tail(ChainDraws draws) => IsTooShort(draws) ? double.NaN : Tail(draws, new DrawOrder(draws));

    /// <summary>ESS for a quantile: that of the indicator of draws up to it.</summary>
    /// <param name="draws">The draws.</param>
    /// <param name="probability">Which quantile: between 0 and 1, both excluded.</param>
    /// <exception cref="ArgumentOutOfRangeException">The probability is out of range.</exception>
    public static double OfQuantile(ChainDraws draws, double probability)
    {
        CheckProbability(probability);
        return IsTooShort(draws) ? double.NaN : OfQuantile(draws, new DrawOrder(draws), probability);
    }

    internal static void CheckProbability(double probability)
    {
        if (!(probability > 0 && probability < 1))
            throw new ArgumentOutOfRangeException(nameof(probability), probability, "A quantile's probability lies between 0 and 1.");
    }

    internal static double Tail(ChainDraws draws, DrawOrder order)
    {
        double low = OfQuantile(draws, order, 0.05), high = OfQuantile(draws, order, 0.95);
        return double.IsNaN(low) ? high : double.IsNaN(high) ? low : Math.Min(low, high);
    }

    internal static double OfQuantile(ChainDraws draws, DrawOrder order, double probability)
    {
        if (IsTooShort(draws))
            return double.NaN;
        double quantile = order.Quantile(probability);
        return OfChains(draws.Map(value => value <= quantile ? 1 : 0).Split());
    }

    /// <summary>ESS for the mean of split chains; NaN where they are constant.</summary>
    internal static double OfChains(ChainDraws split) => split.Count / AutocorrelationTime.OfChains(split);

    private static bool IsTooShort(ChainDraws draws)
    {
        ArgumentNullException.ThrowIfNull(draws);
        return draws.Draws < FewestDraws;
    }
}
