using Joule.Cli.Plots;
using Xunit;

namespace Joule.Cli.Tests.Plots;

public sealed class DensityCurveTests
{
    private static readonly (double, double) None = (double.NegativeInfinity, double.PositiveInfinity);

    [Fact]
    public void It_is_near_the_density_of_normal_draws_and_integrates_to_one()
    {
        double[] draws = [.. Enumerable.Range(0, 5000).Select(i => (double)MadeUpChains.Independent(0, i, 0))];
        (double[] places, double[] heights) = DensityCurve.Of(draws, new RobustRange(-5, 5), None);
        Assert.Equal(1, heights.Sum() * (places[1] - places[0]), 0.001);
        // Bandwidth 0.16: the bias at the mode is −½·0.16²·0.399 = −0.005, the standard error √(0.399·0.282/(0.16·5000)) = 0.012.
        Assert.InRange(heights[places.Length / 2], 0.399 - 0.005 - 4 * 0.012, 0.399 - 0.005 + 4 * 0.012);
    }

    [Fact]
    public void Walls_reflect_it()
    {
        double[] draws = [.. Enumerable.Range(0, 1000).Select(i => (i + 0.5) / 1000)];
        (double[] places, double[] heights) = DensityCurve.Of(draws, new RobustRange(-0.1, 1.1), (0, 1));
        Assert.Equal((0, 1), (places[0], places[^1]));
        Assert.All(heights, height => Assert.InRange(height, 0.97, 1.03));
    }

    [Fact]
    public void Equal_draws_make_a_narrow_peak_at_their_place()
    {
        (double[] places, double[] heights) = DensityCurve.Of([3, 3, 3], new RobustRange(0, 4), None);
        Assert.Equal(3, places[Array.IndexOf(heights, heights.Max())], 0.02);
        Assert.Equal(1, heights.Sum() * (places[1] - places[0]), 0.02);
    }
}
