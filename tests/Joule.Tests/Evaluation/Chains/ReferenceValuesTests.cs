using Joule.Evaluation;
using Xunit;

namespace Joule.Tests.Evaluation;

/// <summary>
/// Agreement with a published reference implementation, the R package posterior 1.4.0 of the Stan project, on stored chains. The script
/// Reference/make.R made both the chains and the values, and says how.
/// </summary>
public sealed class ReferenceValuesTests
{
    // Sums in another order, and quantiles of the beta distribution from another algorithm, differ by rounding alone.
    private const double Tolerance = 1e-11;

    public static TheoryData<string> Sets => ["correlated", "shifted", "antithetic", "walking", "apart", "single"];

    [Theory]
    [MemberData(nameof(Sets))]
    public void Values_are_those_of_the_reference_implementation(string set)
    {
        ChainDraws draws = TestChains.Stored(set);
        ParameterSummary summary = ParameterSummary.Of(set, draws);
        Dictionary<string, double> values = new()
        {
            ["mean"] = summary.Mean,
            ["sd"] = summary.Sd,
            ["q5"] = summary.Q5,
            ["q95"] = summary.Q95,
            ["rhat"] = RHat.Of(draws),
            ["rhat_basic"] = RHat.Split(draws),
            ["ess_mean"] = EffectiveSampleSize.OfMean(draws),
            ["ess_bulk"] = EffectiveSampleSize.Bulk(draws),
            ["ess_tail"] = EffectiveSampleSize.Tail(draws),
            ["ess_q5"] = EffectiveSampleSize.OfQuantile(draws, 0.05),
            ["ess_q50"] = EffectiveSampleSize.OfQuantile(draws, 0.5),
            ["mcse_mean"] = MonteCarloError.OfMean(draws),
            ["mcse_sd"] = MonteCarloError.OfDeviation(draws),
            ["mcse_q5"] = MonteCarloError.OfQuantile(draws, 0.05),
            ["mcse_q50"] = MonteCarloError.OfQuantile(draws, 0.5),
            ["mcse_q95"] = MonteCarloError.OfQuantile(draws, 0.95),
        };
        if (draws.Chains > 1)
            values["nested_single"] = NestedRHat.Of(draws, draws.Chains);
        if (draws.Chains == 4)
            values["nested_pairs"] = NestedRHat.Of(draws, 2);
        Dictionary<string, double> expected = Expected(set);
        // The reference splits a single chain too; here its R̂ is not a number, since nothing is said of agreement between chains.
        if (draws.Chains == 1)
        {
            Assert.Equal([double.NaN, double.NaN], [values["rhat"], values["rhat_basic"]]);
            Assert.True(expected.Remove("rhat") && expected.Remove("rhat_basic"));
        }
        Assert.True(expected.Count >= 14);
        foreach ((string statistic, double value) in expected)
        {
            double error = Math.Abs(values[statistic] - value);
            Assert.True(error <= Tolerance * Math.Abs(value), $"{statistic}: {values[statistic]:R}, not {value:R}");
        }
    }

    private static Dictionary<string, double> Expected(string set) =>
        TestChains.Lines("values.csv").Select(line => line.Split(',')).Where(parts => parts[0] == set && parts[2] != "NA")
            .ToDictionary(parts => parts[1], parts => double.Parse(parts[2]));
}
