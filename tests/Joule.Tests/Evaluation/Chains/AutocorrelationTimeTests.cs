using Joule.Evaluation;
using Xunit;

namespace Joule.Tests.Evaluation;

public sealed class AutocorrelationTimeTests
{
    // The standard error of an estimate of τ that is cut at lag M is τ √(2(2M + 1)/S) (Madras and Sokal 1988). Noise ends the positive
    // sequence where ρᵗ sinks to it, 1/√S: at M = ln √S / −ln |ρ|. Allowed are four errors.
    [Theory]
    [InlineData(0.3, 1)]
    [InlineData(0.6, 2)]
    [InlineData(0.9, 3)]
    [InlineData(0.95, 4)]
    public void Autoregressive_chains_have_the_known_time(double rho, ulong seed)
    {
        const int Chains = 4, Draws = 50_000;
        double expected = (1 + rho) / (1 - rho), lags = Math.Log(Math.Sqrt(Chains * Draws)) / -Math.Log(rho);
        double error = expected * Math.Sqrt(2 * (2 * lags + 1) / (Chains * Draws));
        Assert.InRange(error / expected, 0, 0.08);
        Assert.Equal(expected, AutocorrelationTime.Of(TestChains.Autoregressive(Chains, Draws, rho, seed)), 4 * error);
    }

    // An autocorrelation has the standard error √((1 + ρ²)/(1 − ρ²)/S) at lags where it has died out (Bartlett 1946), 0.0039 here. The sum
    // has about 14 of them on either side, and errors of neighbours of opposite sign: 4 · 2 √14 · 0.0039 is allowed.
    [Fact]
    public void Antithetic_chains_have_a_time_below_1()
    {
        double time = AutocorrelationTime.Of(TestChains.Autoregressive(4, 50_000, -0.6, 5));
        Assert.Equal(0.25, time, 0.12);
    }

    [Fact]
    public void The_time_and_the_effective_size_belong_together()
    {
        ChainDraws draws = TestChains.Autoregressive(3, 500, 0.5, 6);
        Assert.Equal(1500, AutocorrelationTime.Of(draws) * EffectiveSampleSize.OfMean(draws), 1e-9);
    }

    [Fact]
    public void A_small_case_is_that_of_the_definition()
    {
        // Two halves of 6 draws: only ρ(0), ρ(1) and the first of the next pair can be used.
        double[] x = [1, 2, 4, 3, 5, 3, 2, 4, 4, 6, 5, 3];
        double[][] halves = [x[..6], x[6..]];
        double[] covariance = new double[3];
        double[] means = [.. halves.Select(half => half.Average())];
        for (int lag = 0; lag < 3; lag++)
        {
            for (int h = 0; h < 2; h++)
                covariance[lag] += Enumerable.Range(0, 6 - lag).Sum(t => (halves[h][t] - means[h]) * (halves[h][t + lag] - means[h])) / 12;
        }
        double within = covariance[0] * 6 / 5, variance = covariance[0] + TestChains.Variance(means);
        double[] rho = [1, 1 - (within - covariance[1]) / variance, 1 - (within - covariance[2]) / variance];
        Assert.InRange(1 + rho[1], 0.01, 2);
        double expected = -1 + 2 * (rho[0] + rho[1]) + Math.Max(rho[2], 0);
        Assert.Equal(Math.Max(expected, 1 / Math.Log10(12)), AutocorrelationTime.Of(new ChainDraws(1, 12, x)), 1e-12);
        Assert.True(expected > 1 / Math.Log10(12));
    }

    [Fact]
    public void Too_few_and_constant_draws_have_none()
    {
        Assert.Equal(double.NaN, AutocorrelationTime.Of(TestChains.Normal(4, 11, 1)));
        Assert.Equal(double.NaN, AutocorrelationTime.Of(ChainDraws.From(4, 100, (_, _) => 0.1)));
    }

    [Fact]
    public void Perfect_antithesis_is_bounded()
    {
        ChainDraws alternating = ChainDraws.From(2, 100, (_, t) => t % 2);
        Assert.Equal(1 / Math.Log10(200), AutocorrelationTime.Of(alternating), 1e-12);
    }
}
