using Joule.Evaluation;
using Xunit;

namespace Joule.Tests.Evaluation;

public sealed class ChainDrawsTests
{
    private static readonly ChainDraws Six = new(2, 3, [1, 2, 3, 4, 5, 6]);

    [Fact]
    public void Chains_lie_one_after_the_other()
    {
        Assert.Equal((2, 3, 6), (Six.Chains, Six.Draws, Six.Count));
        Assert.Equal([4.0, 5, 6], Six[1].ToArray());
        Assert.Equal(5, Six[1, 1]);
        Assert.Equal([1.0, 2, 3, 4, 5, 6], Six.Values.ToArray());
        Assert.Equal([0.0, 1, 2, 10, 11, 12], ChainDraws.From(2, 3, (chain, t) => 10 * chain + t).Values.ToArray());
        Assert.Equal([1.0, 4, 9, 16, 25, 36], Six.Map(x => x * x).Values.ToArray());
    }

    [Fact]
    public void Halves_are_chains_and_a_middle_draw_is_left_out()
    {
        ChainDraws odd = Six.Split(), even = new ChainDraws(1, 4, [1, 2, 3, 4]).Split();
        Assert.Equal((4, 1), (odd.Chains, odd.Draws));
        Assert.Equal([1.0, 3, 4, 6], odd.Values.ToArray());
        Assert.Equal((2, 2), (even.Chains, even.Draws));
        Assert.Equal([3.0, 4], even[1].ToArray());
        Assert.Throws<InvalidInputException>(odd.Split);
    }

    [Fact]
    public void Equal_draws_are_constant()
    {
        Assert.True(new ChainDraws(2, 2, [0.1, 0.1, 0.1, 0.1]).IsConstant);
        Assert.False(new ChainDraws(2, 2, [0.1, 0.1, 0.1, Math.BitIncrement(0.1)]).IsConstant);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void A_draw_that_is_not_finite_is_an_error_that_names_it(double value)
    {
        DivergenceException error = Assert.Throws<DivergenceException>(() => new ChainDraws(2, 3, [1, 2, 3, 4, 5, value]));
        Assert.Equal((2L, 1L, value), (error.Step, error.Chain, error.Value));
        Assert.Throws<DivergenceException>(() => Six.Map(_ => value));
    }

    [Theory]
    [InlineData(2, 4)]
    [InlineData(0, 6)]
    [InlineData(-2, -3)]
    public void Numbers_that_do_not_fit_are_an_error(int chains, int draws) =>
        Assert.Throws<InvalidInputException>(() => new ChainDraws(chains, draws, new double[6]));
}
