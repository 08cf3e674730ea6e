namespace Joule.Evaluation;

/// <summary>
/// R̂: how much wider all chains together are than each is alone. It tends to 1 as the chains converge; values above 1.01 say that they have
/// not (Vehtari, Gelman, Simpson, Carpenter and Bürkner 2021, arXiv:1903.08008).
/// </summary>
/// <remarks>
/// NaN for a single chain, for chains of fewer than <see cref="FewestDraws"/> draws, and where all draws are equal: such chains do not say
/// whether they agree. Infinite for chains that stand still at different places.
/// </remarks>
public static class RHat
{
    /// <summary>The fewest draws of a chain that have an R̂: two in each half.</summary>
    public const int FewestDraws = 4;

    /// <summary>
    /// Rank-normalised split R̂: the larger of R̂ for location and R̂ for scale, on split chains and normal scores, so that it also works for
    /// heavy tails and sees chains of different widths (section 4.1 of the paper).
    /// </summary>
    public static double Of(ChainDraws draws)
    {
        if (IsUndefined(draws))
            return double.NaN;
        return Of(draws, new DrawOrder(draws).Median, new DrawOrder(draws.Split()).NormalScores());
    }

    /// <summary>Split R̂ of the draws as they are (Gelman et al. 2013, Bayesian Data Analysis, section 11.4). Needs a finite variance.</summary>
    public static double Split(ChainDraws draws) => IsUndefined(draws) ? double.NaN : OfChains(draws.Split());

    /// <summary>Rank-normalised split R̂ of draws whose median and normal scores are known.</summary>
    /// <param name="draws">The draws.</param>
    /// <param name="median">Their median.</param>
    /// <param name="scores">The normal scores of the split draws.</param>
    internal static double Of(ChainDraws draws, double median, ChainDraws scores)
    {
        if (IsUndefined(draws))
            return double.NaN;
        ChainDraws folded = draws.Map(value => Math.Abs(value - median)).Split();
        double location = OfChains(scores);
        // Draws at two places, equally far from the median, have no scale to compare.
        return folded.IsConstant ? location : Math.Max(location, OfChains(new DrawOrder(folded).NormalScores()));
    }

    /// <summary>R̂ from the moments of chains of equal length (equations 1 to 4 of the paper).</summary>
    /// <param name="moments">The chains' means and variances.</param>
    /// <param name="draws">The number of draws of each chain.</param>
    internal static double Of(ChainMoments moments, long draws)
    {
        double between = ChainMoments.Of(moments.Means).Variance, within = ChainMoments.Of(moments.Variances).Mean;
        return Math.Sqrt(between / within + (draws - 1.0) / draws);
    }

    private static double OfChains(ChainDraws chains) => Of(ChainMoments.Of(chains), chains.Draws);

    private static bool IsUndefined(ChainDraws draws)
    {
        ArgumentNullException.ThrowIfNull(draws);
        return draws.Chains < 2 || draws.Draws < FewestDraws || draws.IsConstant;
    }
}
