using Joule.Evaluation;
using Xunit;

namespace Joule.Tests.Evaluation;

public sealed class MonteCarloErrorTests
{
    // 10,000 independent normal draws: σ/√n, σ/√2n and √(p(1 − p)/n)/φ(z). The effective sizes are right to 4% (see
    // EffectiveSampleSizeTests), their roots to 2%. An error of a quantile comes from the 2√(n p(1 − p)) draws between two order statistics
    // and is right to the inverse root of that: 15% for p = 0.05, 10% for the median. Four of these errors are allowed.
    [Fact]
    public void Independent_draws_have_the_known_errors()
    {
        ChainDraws draws = TestChains.Normal(4, 2500, 1, (_, x) => 3 * x);
        AssertNear(3 / 100.0, MonteCarloError.OfMean(draws), 0.08);
        AssertNear(3 / Math.Sqrt(20_000), MonteCarloError.OfDeviation(draws), 0.12); // and 4 √(24/n) for the fourth moment
        AssertNear(3 * Math.Sqrt(0.25 / 10_000) / 0.39894, MonteCarloError.OfQuantile(draws, 0.5), 0.4);
        AssertNear(3 * Math.Sqrt(0.0475 / 10_000) / 0.10314, MonteCarloError.OfQuantile(draws, 0.05), 0.6);
        AssertNear(3 * Math.Sqrt(0.0475 / 10_000) / 0.10314, MonteCarloError.OfQuantile(draws, 0.95), 0.6);
    }

    // Over 400 repetitions, an estimate's distance from the truth in its own errors has a variance of 1. That variance of 400 numbers has
    // the standard error √(2/400) = 0.07; three of them are allowed on either side, and on the upper one 4/√ESS for the errors of errors.
    [Theory]
    [InlineData(0.8, 1)]
    [InlineData(0, 2)]
    [InlineData(-0.4, 3)]
    public void Errors_are_right_when_runs_are_repeated(double rho, ulong seed)
    {
        double[] means = new double[400], deviations = new double[400], medians = new double[400];
        for (int i = 0; i < means.Length; i++)
        {
            ChainDraws draws = TestChains.Autoregressive(4, 400, rho, 1000 * seed + (ulong)i);
            ParameterSummary summary = ParameterSummary.Of("x", draws);
            Assert.Equal(MonteCarloError.OfMean(draws), summary.Mcse, 1e-14);
            means[i] = summary.Mean / summary.Mcse;
            deviations[i] = (summary.Sd - 1) / MonteCarloError.OfDeviation(draws);
            medians[i] = new DrawOrder(draws).Median / MonteCarloError.OfQuantile(draws, 0.5);
        }
        foreach (double[] scores in new[] { means, deviations, medians })
            Assert.InRange(TestChains.Variance(scores), 1 - 0.21, 1 + 0.21 + 4 / Math.Sqrt(1600 * (1 - rho) / (1 + rho)));
    }

    [Fact]
    public void Too_few_and_constant_draws_have_none()
    {
        ChainDraws constant = ChainDraws.From(2, 50, (_, _) => 0.1);
        foreach (ChainDraws draws in new[] { TestChains.Normal(4, 11, 4), TestChains.Normal(1, 1, 4), constant })
        {
            Assert.Equal([double.NaN, double.NaN, double.NaN],
                [MonteCarloError.OfMean(draws), MonteCarloError.OfDeviation(draws), MonteCarloError.OfQuantile(draws, 0.5)]);
        }
    }

    [Fact]
    public void A_probability_that_is_none_is_an_error() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => MonteCarloError.OfQuantile(TestChains.Normal(1, 20, 1), 1));

    private static void AssertNear(double expected, double actual, double relative) => Assert.Equal(expected, actual, relative * expected);
}
