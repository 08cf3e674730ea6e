namespace Joule.Evaluation;

/// <summary>The summary of one parameter's draws: a row of the table that a run of chains prints.</summary>
/// <param name="Name">The parameter's name.</param>
/// <param name="Mean">The mean of all draws.</param>
/// <param name="Sd">Their standard deviation, with n − 1. NaN for a single draw.</param>
/// <param name="Mcse">The Monte Carlo standard error of the mean. NaN where <see cref="EffectiveSampleSize"/> is.</param>
/// <param name="Q5">The 5% quantile.</param>
/// <param name="Q95">The 95% quantile.</param>
/// <param name="EssBulk">The effective sample size of the bulk: see <see cref="EffectiveSampleSize.Bulk"/>.</param>
/// <param name="EssTail">The effective sample size of the tails: see <see cref="EffectiveSampleSize.Tail(ChainDraws)"/>.</param>
/// <param name="Rhat">Rank-normalised split R̂: see <see cref="RHat.Of(ChainDraws)"/>.</param>
public sealed record ParameterSummary(
    string Name, double Mean, double Sd, double Mcse, double Q5, double Q95, double EssBulk, double EssTail, double Rhat)
{
    /// <summary>Summarises the draws of a parameter.</summary>
    /// <param name="name">The parameter's name.</param>
    /// <param name="draws">Its draws.</param>
    public static ParameterSummary Of(string name, ChainDraws draws)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(draws);
        (double mean, double variance) = ChainMoments.Of(draws.Values);
        // One sorted copy serves the quantiles, the ranks and the median.
        DrawOrder order = new(draws);
        double bulk = double.NaN, rhat = double.NaN;
        if (draws.Draws >= RHat.FewestDraws)
        {
            ChainDraws scores = order.Split().NormalScores();
            rhat = RHat.Of(draws, order.Median, scores);
            if (draws.Draws >= EffectiveSampleSize.FewestDraws)
                bulk = EffectiveSampleSize.OfChains(scores);
        }
        double error = Math.Sqrt(variance / EffectiveSampleSize.OfMean(draws));
        return new ParameterSummary(name, mean, Math.Sqrt(variance), error, order.Quantile(0.05), order.Quantile(0.95),
            bulk, EffectiveSampleSize.Tail(draws, order), rhat);
    }
}
