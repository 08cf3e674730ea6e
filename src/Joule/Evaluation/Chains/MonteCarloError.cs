namespace Joule.Evaluation;

/// <summary>
/// Monte Carlo standard errors: the standard deviations of estimates from chains of finite length (Vehtari et al. 2021, arXiv:1903.08008,
/// section 4.4). NaN for chains of fewer than <see cref="EffectiveSampleSize.FewestDraws"/> draws and for constant draws.
/// </summary>
public static class MonteCarloError
{
    // One standard deviation to either side of the middle of a normal distribution.
    private const double Low = 0.15865525393145705;

    /// <summary>The error of the mean: s/√ESS.</summary>
    public static double OfMean(ChainDraws draws)
    {
        ArgumentNullException.ThrowIfNull(draws);
        return Math.Sqrt(ChainMoments.Of(draws.Values).Variance / EffectiveSampleSize.OfMean(draws));
    }

    /// <summary>
    /// The error of the standard deviation: √((m₄ − m₂²)/ESS) / 2√m₂, with central moments m₂ and m₄ and the ESS for the mean of the
    /// squared deviations (delta method). It needs a distribution with four moments.
    /// </summary>
    public static double OfDeviation(ChainDraws draws)
    {
        ArgumentNullException.ThrowIfNull(draws);
        double mean = ChainMoments.Of(draws.Values).Mean;
        ChainDraws squares = draws.Map(value => (value - mean) * (value - mean));
        double second = ChainMoments.Of(squares.Values).Mean, fourth = ChainMoments.Of(squares.Map(value => value * value).Values).Mean;
        return Math.Sqrt((fourth - second * second) / EffectiveSampleSize.OfMean(squares) / second) / 2;
    }

    /// <summary>
    /// The error of a quantile: half the distance between the two order statistics that bound a 68% interval for it. Their ranks are
    /// quantiles of a beta distribution with the quantile's ESS. It needs no moments and no density.
    /// </summary>
    /// <param name="draws">The draws.</param>
    /// <param name="probability">Which quantile: between 0 and 1, both excluded.</param>
    /// <exception cref="ArgumentOutOfRangeException">The probability is out of range.</exception>
    public static double OfQuantile(ChainDraws draws, double probability)
    {
        ArgumentNullException.ThrowIfNull(draws);
        EffectiveSampleSize.CheckProbability(probability);
        DrawOrder order = new(draws);
        double size = EffectiveSampleSize.OfQuantile(draws, order, probability);
        if (double.IsNaN(size))
            return double.NaN;
        double a = size * probability + 1, b = size * (1 - probability) + 1;
        int below = Math.Max((int)(BetaQuantile.Of(Low, a, b) * order.Count), 1);
        int above = Math.Min((int)Math.Ceiling(BetaQuantile.Of(1 - Low, a, b) * order.Count), order.Count);
        return (order[above - 1] - order[below - 1]) / 2;
    }
}
