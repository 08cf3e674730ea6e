namespace Joule.Evaluation;

/// <summary>
/// How many independent draws would estimate something as well as the draws of some chains do: ESS = S / τ, for S draws with the
/// integrated autocorrelation time τ (Vehtari, Gelman, Simpson, Carpenter and Bürkner 2021, arXiv:1903.08008, section 3.2). All sizes are
/// of all chains together. Where neighbours are on opposite sides, a size lies above the number of draws, up to S log₁₀ S.
/// </summary>
/// <remarks>
/// NaN for chains of fewer than <see cref="FewestDraws"/> draws, and where what is estimated is the same for all draws: such chains do not
/// say whether it is constant or the chains are stuck.
/// </remarks>
public static class EffectiveSampleSize
{
    /// <summary>The fewest draws of a chain that have effective sample sizes: each half then has a second pair of autocorrelations.</summary>
    public const int FewestDraws = 12;

    /// <summary>The size for the mean.</summary>
    public static double OfMean(ChainDraws draws) => IsTooShort(draws) ? double.NaN : OfChains(draws.Split());

    /// <summary>
    /// The size for the middle of the distribution: that of the draws' normal scores, which exists for heavy tails too.
    /// </summary>
    public static double Bulk(ChainDraws draws) => IsTooShort(draws) ? double.NaN : OfChains(new DrawOrder(draws.Split()).NormalScores());

    /// <summary>
    /// The size for the tails: the smaller of the sizes for the 5% and the 95% quantile. Where one of them is the largest draw itself, as
    /// for states of few values, the other one's.
    /// </summary>
    public static double Tail(ChainDraws draws) => IsTooShort(draws) ? double.NaN : Tail(draws, new DrawOrder(draws));

    /// <summary>The size for a quantile: that of the indicator of draws up to it.</summary>
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

    /// <summary>The size for the mean of chains that are split already; NaN where it has none.</summary>
    internal static double OfChains(ChainDraws split) => split.Count / AutocorrelationTime.OfChains(split);

    private static bool IsTooShort(ChainDraws draws)
    {
        ArgumentNullException.ThrowIfNull(draws);
        return draws.Draws < FewestDraws;
    }
}
