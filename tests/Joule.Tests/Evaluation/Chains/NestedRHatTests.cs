using Joule.Evaluation;
using Xunit;

namespace Joule.Tests.Evaluation;

public sealed class NestedRHatTests
{
    [Fact]
    public void It_is_the_formula()
    {
        // Two superchains of two chains of two draws.
        ChainDraws draws = new(4, 2, [1, 3, 4, 4, 5, 9, 6, 2]);
        // Means 2, 4 | 7, 4: between them 2 and 4.5. Variances 2, 0 | 8, 8: means 1 and 8. Superchains' means 3 and 5.5.
        double within = (2 + 1 + 4.5 + 8) / 2, between = 2.5 * 2.5 / 2;
        Assert.Equal(Math.Sqrt(1 + between / within), NestedRHat.Of(draws, 2), 1e-14);
    }

    [Fact]
    public void Single_chains_and_single_draws_leave_their_part_out()
    {
        ChainDraws draws = new(2, 2, [1, 3, 6, 8]);
        Assert.Equal(Math.Sqrt(1 + 12.5 / 2), NestedRHat.Of(draws, 2), 1e-14); // W: the variance inside the chains, 2
        Assert.Equal(Math.Sqrt(1 + 12.5 / 2), NestedRHat.Of(new ChainDraws(4, 1, [1, 3, 6, 8]), 2), 1e-14); // W: that of the chains' means
    }

    // 32 superchains of 32 chains of 5 draws: B is W/(32 · 5) on average where they agree, with a relative deviation √(2/31).
    [Fact]
    public void Many_short_chains_that_agree_are_judged_well()
    {
        ChainDraws draws = TestChains.Normal(1024, 5, 1);
        double expected = 1.0 / (32 * 5) / 1.2 / 2; // W holds the variance of a chain's mean too: 1 + 1/5
        Assert.Equal(1 + expected, NestedRHat.Of(draws, 32), 4 * Math.Sqrt(2.0 / 31) * expected);
    }

    [Fact]
    public void Superchains_that_remember_where_they_started_are_seen()
    {
        ChainDraws draws = TestChains.Normal(1024, 5, 2, (chain, x) => x + 0.5 * (chain / 32 % 2));
        Assert.InRange(NestedRHat.Of(draws, 32), 1.02, 1.05); // B = 1/16 + 1/160, W = 1.2: 1.028
    }

    [Fact]
    public void Draws_that_do_not_vary_have_none_or_an_infinite_one()
    {
        Assert.Equal(double.NaN, NestedRHat.Of(ChainDraws.From(4, 3, (_, _) => 0.1), 2));
        Assert.Equal(double.PositiveInfinity, NestedRHat.Of(ChainDraws.From(4, 3, (chain, _) => chain / 2), 2));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(1)]
    [InlineData(0)]
    [InlineData(-2)]
    public void Chains_that_cannot_be_shared_out_are_an_error(int superchains) =>
        Assert.Throws<InvalidInputException>(() => NestedRHat.Of(TestChains.Normal(4, 5, 1), superchains));

    [Fact]
    public void Superchains_of_one_draw_are_an_error() =>
        Assert.Throws<InvalidInputException>(() => NestedRHat.Of(TestChains.Normal(4, 1, 1), 4));
}
