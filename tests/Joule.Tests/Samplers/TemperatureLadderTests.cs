using Joule.Samplers;
using Xunit;

namespace Joule.Tests.Samplers;

public sealed class TemperatureLadderTests
{
    [Fact]
    public void Without_a_given_one_it_rises_geometrically()
    {
        double[] ladder = [.. TemperatureLadder.Of([], 4, 27)];
        double[] expected = [1, 3, 9, 27];
        Assert.All(ladder.Zip(expected), p => Assert.Equal(p.Second, p.First, 1e-12));
        Assert.Equal([1, 5], TemperatureLadder.Of([1, 5], 4, 27));
    }

    [Fact]
    public void Equal_rejections_change_nothing_and_unequal_ones_are_spread()
    {
        double[] moved = new double[3];
        TemperatureLadder.EqualRejection([1, 2, 4], [0.4, 0.4], moved);
        Assert.Equal([1, 2, 4], moved);
        // Inverse temperatures 1, ½, ¼. Of a barrier of .8, .6 lie in the first interval: half of it ends at two thirds of that.
        TemperatureLadder.EqualRejection([1, 2, 4], [0.6, 0.2], moved);
        Assert.Equal(1 / (1 - 0.5 * 2 / 3), moved[1], 1e-12);
        Assert.Equal((1, 4), (moved[0], moved[2]));
    }

    [Fact]
    public void Pairs_that_never_reject_keep_their_order()
    {
        double[] moved = new double[5];
        TemperatureLadder.EqualRejection([1, 2, 3, 4, 5], [0, 0, 0, 0.9], moved);
        for (int k = 1; k < moved.Length; k++)
            Assert.True(moved[k] > moved[k - 1]);
    }

    [Theory]
    [InlineData("at.ladder.0 is 2; the lowest temperature is 1", 2.0, 3.0)]
    [InlineData("at.ladder.1 is 1; it must be above the one before, 1, and finite", 1.0, 1.0)]
    [InlineData("at.ladder.1 is Infinity; it must be above the one before, 1, and finite", 1.0, double.PositiveInfinity)]
    [InlineData("at.ladder has 1 temperature; it must have 2 to 1,000, or none", 1.0)]
    public void What_is_wrong_is_said(string expected, params double[] ladder)
    {
        List<string> problems = [];
        TemperatureLadder.Check(ladder, problems, "at.");
        Assert.Equal([expected], problems);
    }
}
