using Joule.Evaluation;
using Xunit;

namespace Joule.Tests.Evaluation;

public sealed class EffectiveSampleSizeTests
{
    // Independent draws end the positive sequence after a pair or two, at M of about 4: the size's relative standard error is
    // √(2(2M + 1)/S) = 0.021 for 40,000 draws, and four of them are allowed.
    private const double Relative = 4 * 0.0212;

    [Fact]
    public void Independent_draws_count_fully()
    {
        ChainDraws draws = TestChains.Normal(4, 10_000, 1);
        foreach (double size in new[] { EffectiveSampleSize.OfMean(draws), EffectiveSampleSize.Bulk(draws), EffectiveSampleSize.Tail(draws),
            EffectiveSampleSize.OfQuantile(draws, 0.3) })
            Assert.Equal(40_000, size, Relative * 40_000);
    }

    [Fact]
    public void Correlated_draws_count_less_and_antithetic_ones_more()
    {
        // (1 − ρ)/(1 + ρ) of 40,000: 1/9 with ρ = 0.8. See AutocorrelationTimeTests for the standard error: M = 24, 5%.
        Assert.Equal(40_000 / 9.0, EffectiveSampleSize.OfMean(TestChains.Autoregressive(4, 10_000, 0.8, 2)), 4 * 0.05 * 40_000 / 9);
        Assert.InRange(EffectiveSampleSize.OfMean(TestChains.Autoregressive(4, 10_000, -0.5, 3)), 2 * 40_000, 5 * 40_000);
    }

    [Fact]
    public void The_bulk_does_not_depend_on_a_monotone_map_nor_on_tails()
    {
        ChainDraws draws = TestChains.Autoregressive(4, 500, 0.5, 4);
        double size = EffectiveSampleSize.Bulk(draws);
        Assert.Equal(size, EffectiveSampleSize.Bulk(draws.Map(x => Math.Tan(x / 3))));
        Assert.Equal(size, EffectiveSampleSize.Bulk(draws.Map(x => Math.Sinh(10 * x)))); // no moments to speak of
    }

    [Fact]
    public void The_tail_is_the_worse_of_two_quantiles()
    {
        ChainDraws draws = TestChains.Autoregressive(4, 200, 0.7, 5);
        double low = EffectiveSampleSize.OfQuantile(draws, 0.05), high = EffectiveSampleSize.OfQuantile(draws, 0.95);
        Assert.NotEqual(low, high);
        Assert.Equal(Math.Min(low, high), EffectiveSampleSize.Tail(draws));
    }

    [Fact]
    public void A_tail_without_draws_beyond_it_is_left_to_the_other()
    {
        ChainDraws spins = TestChains.Normal(4, 100, 6, (_, x) => x < 0 ? -1 : 1);
        Assert.Equal(double.NaN, EffectiveSampleSize.OfQuantile(spins, 0.95)); // all draws lie at or below 1
        Assert.Equal(EffectiveSampleSize.OfQuantile(spins, 0.05), EffectiveSampleSize.Tail(spins));
        Assert.InRange(EffectiveSampleSize.Tail(spins), 100, 1200);
    }

    [Fact]
    public void Chains_that_stand_apart_count_little()
    {
        // Each chain is one value as far as the mean goes: with the halves, the size is that of a few draws.
        ChainDraws apart = TestChains.Normal(4, 1000, 7, (chain, x) => 100 * chain + x);
        Assert.InRange(EffectiveSampleSize.OfMean(apart), 1, 8);
        Assert.InRange(EffectiveSampleSize.Bulk(apart), 1, 8);
    }

    [Fact]
    public void Too_few_and_constant_draws_have_none()
    {
        foreach (ChainDraws draws in new[] { TestChains.Normal(4, 11, 8), TestChains.Normal(4, 3, 8), TestChains.Normal(4, 1, 8),
            ChainDraws.From(4, 50, (_, _) => 1) })
        {
            Assert.Equal(double.NaN, EffectiveSampleSize.OfMean(draws));
            Assert.Equal(double.NaN, EffectiveSampleSize.Bulk(draws));
            Assert.Equal(double.NaN, EffectiveSampleSize.Tail(draws));
            Assert.Equal(double.NaN, EffectiveSampleSize.OfQuantile(draws, 0.5));
        }
        Assert.True(double.IsFinite(EffectiveSampleSize.Tail(TestChains.Normal(4, EffectiveSampleSize.FewestDraws, 8))));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(double.NaN)]
    public void A_probability_that_is_none_is_an_error(double probability) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => EffectiveSampleSize.OfQuantile(TestChains.Normal(1, 20, 1), probability));
}
