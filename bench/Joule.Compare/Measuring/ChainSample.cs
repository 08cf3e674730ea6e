using Joule.Energies;
using Joule.Evaluation;

namespace Joule.Compare.Measuring;

/// <summary>Draws of chains, to compare with exact answers.</summary>
/// <param name="chains">The number of chains.</param>
/// <param name="width">The numbers of a state.</param>
/// <param name="values">The draws: all chains' states of one draw after the other.</param>
internal sealed class ChainSample(int chains, int width, float[] values)
{
    /// <summary>The largest error of a mean or of a variance that is accepted, in standard errors.</summary>
    public const double MostErrors = 5;

    private readonly int _draws = values.Length / (chains * width);

    /// <summary>The draws of each chain.</summary>
    public int Draws => _draws;

    /// <summary>The smallest bulk effective sample size of the numbers of the state, of all chains together.</summary>
    public double Effective() => Enumerable.Range(0, width).Min(i => EffectiveSampleSize.Bulk(Of(i)));

    /// <summary>
    /// Says which mean or variance differs from the exact one by more than <see cref="MostErrors"/>, or null. Chains of a single draw are
    /// independent; the errors of longer ones follow from their effective sample size.
    /// </summary>
    public string? Problem(IExact exact)
    {
        if (values.Length == 0 || values.Length % (chains * width) != 0 || values.Any(v => !float.IsFinite(v)))
            return $"its sample has {values.Length} numbers for {chains} chains of {width}, or some are not finite";
        for (int i = 0; i < width; i++)
        {
            double mean = exact.Moment(i, 1), variance = exact.Moment(i, 2) - mean * mean;
            double ofMean = Errors(Of(i), mean), ofVariance = Errors(Of(i).Map(x => (x - mean) * (x - mean)), variance);
            if (!(Math.Abs(ofMean) <= MostErrors) || !(Math.Abs(ofVariance) <= MostErrors))
                return $"number {i} has a mean {ofMean:F1} and a variance {ofVariance:F1} standard errors from the exact ones";
        }
        return null;
    }

    private static double Errors(ChainDraws draws, double truth)
    {
        ParameterSummary summary = ParameterSummary.Of("", draws);
        double error = draws.Draws == 1 ? summary.Sd / Math.Sqrt(draws.Count) : summary.Mcse;
        return (summary.Mean - truth) / error;
    }

    private ChainDraws Of(int number) =>
        ChainDraws.From(chains, _draws, (chain, draw) => values[(draw * chains + chain) * width + number]);
}
