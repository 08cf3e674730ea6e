using Joule.Cli.Plots;
using Xunit;

namespace Joule.Cli.Tests.Plots;

public sealed class ValueTicksTests
{
    [Theory]
    [InlineData(-0.06, 0.05, new[] { "−0.06", "−0.04", "−0.02", "0.00", "0.02", "0.04" })]
    [InlineData(-8.5, 0.6, new[] { "−8", "−6", "−4", "−2", "0" })]
    [InlineData(0, 6000, new[] { "0", "1,000", "2,000", "3,000", "4,000", "5,000", "6,000" })]
    [InlineData(-1, 1, new[] { "−1.0", "−0.5", "0.0", "0.5", "1.0" })]
    public void Labels_are_round_and_have_the_same_decimals(double low, double high, string[] expected) =>
        Assert.Equal(expected, ValueTicks.Inside(new RobustRange(low, high)).Labels);

    [Theory]
    [InlineData(1e-6, 2e-6)]
    [InlineData(-3e12, 7e12)]
    [InlineData(99.99, 100.01)]
    public void Ticks_stay_few_and_inside(double low, double high)
    {
        double[] places = ValueTicks.Inside(new RobustRange(low, high)).Places;
        Assert.InRange(places.Length, 3, 9);
        Assert.All(places, place => Assert.InRange(place, low, high));
    }
}
