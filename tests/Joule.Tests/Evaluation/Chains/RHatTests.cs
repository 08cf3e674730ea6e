using Joule.Evaluation;
using Xunit;

namespace Joule.Tests.Evaluation;

public sealed class RHatTests
{
    // For m independent half chains of n draws, (m − 1) n B/W is a χ² of m − 1 degrees of freedom to good accuracy, with B the variance of
    // the means: R̂ = √(B/W + 1 − 1/n), so R̂ − 1 ≈ (χ²/(m − 1) − 1)/2n. With m = 8: mean 0, deviation √(2/7)/2n.
    [Fact]
    public void Chains_that_agree_have_an_rhat_of_1()
    {
        double deviation = Math.Sqrt(2.0 / 7) / 2 / 5000;
        for (ulong seed = 1; seed <= 10; seed++)
        {
            ChainDraws draws = TestChains.Normal(4, 10_000, seed);
            Assert.Equal(1, RHat.Split(draws), 5 * deviation); // a χ² is skewed: 5 deviations above are as rare as 3 of a normal
            Assert.Equal(1, RHat.Of(draws), 5 * deviation);
        }
    }

    [Fact]
    public void Shifted_chains_have_a_large_one_of_the_expected_size()
    {
        // Means 0, 0, 2, 2, each twice: B = 8/7. W = 1. The error of B is 2 · √(8/7)/√1000 at most, that of W √(2/8000).
        ChainDraws draws = TestChains.Normal(4, 2000, 1, (chain, x) => chain / 2 * 2 + x);
        Assert.Equal(Math.Sqrt(8.0 / 7 + 1), RHat.Split(draws), 0.05);
        Assert.InRange(RHat.Of(draws), 1.3, 1.6);
    }

    [Fact]
    public void Drift_within_every_chain_is_seen()
    {
        ChainDraws normal = TestChains.Normal(4, 1000, 2);
        Assert.InRange(RHat.Of(ChainDraws.From(4, 1000, (chain, t) => normal[chain, t] + t / 250.0)), 1.2, 3);
    }

    [Fact]
    public void Chains_of_other_widths_are_seen_by_the_folded_draws()
    {
        ChainDraws draws = TestChains.Normal(4, 1000, 3, (chain, x) => chain == 0 ? 3 * x : x);
        Assert.InRange(RHat.Split(draws), 0.999, 1.01);
        Assert.InRange(RHat.Of(draws), 1.05, 1.5);
    }

    [Fact]
    public void Heavy_tails_do_not_hide_a_shift()
    {
        // Cauchy draws, every other chain shifted by 2: their variance does not exist, and plain R̂ sees nothing.
        ChainDraws draws = TestChains.Normal(8, 1000, 4,
            (chain, x) => Math.Tan(Math.PI * (MathNet.Numerics.Distributions.Normal.CDF(0, 1, x) - 0.5)) + 2 * (chain % 2));
        Assert.InRange(RHat.Split(draws), 0.99, 1.02);
        Assert.InRange(RHat.Of(draws), 1.05, 2);
    }

    [Fact]
    public void It_is_the_formula()
    {
        ChainDraws draws = new(2, 4, [1, 2, 4, 3, 7, 5, 4, 2]);
        double[] means = [1.5, 3.5, 6, 3], variances = [0.5, 0.5, 2, 2];
        Assert.Equal(Math.Sqrt(TestChains.Variance(means) / variances.Average() + 0.5), RHat.Split(draws), 1e-14);
    }

    [Fact]
    public void What_says_nothing_of_agreement_is_no_number()
    {
        foreach (ChainDraws draws in new[] { TestChains.Normal(1, 100, 5), TestChains.Normal(4, 3, 5), TestChains.Normal(2, 1, 5),
            ChainDraws.From(4, 50, (_, _) => 0.1) })
            Assert.Equal([double.NaN, double.NaN], [RHat.Of(draws), RHat.Split(draws)]);
        Assert.True(double.IsFinite(RHat.Of(TestChains.Normal(2, 4, 5))));
    }

    [Fact]
    public void Chains_that_stand_still_apart_have_an_infinite_one()
    {
        ChainDraws stuck = ChainDraws.From(3, 50, (chain, _) => 0.1 * chain);
        Assert.Equal([double.PositiveInfinity, double.PositiveInfinity], [RHat.Of(stuck), RHat.Split(stuck)]);
    }

    [Fact]
    public void Spins_at_equal_distance_from_their_median_are_judged_by_place()
    {
        ChainDraws spins = ChainDraws.From(2, 40, (chain, t) => (t + t / 3 + chain) % 2 == 0 ? -1 : 1);
        Assert.Equal(0, spins.Values.ToArray().Sum());
        Assert.InRange(RHat.Of(spins), 0.9, 1.2);
    }
}
