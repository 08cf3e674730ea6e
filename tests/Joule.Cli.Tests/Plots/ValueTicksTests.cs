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
    [InlineData(-1.2e-7, 1e-7, new[] { "−1e−7", "−5e−8", "0", "5e−8", "1e−7" })]
    [InlineData(1.00000001, 1.00000003, new[] { "1.000000010", "1.000000015", "1.000000020", "1.000000025", "1.000000030" })]
    public void Labels_are_round_and_have_the_same_decimals(double low, double high, string[] expected) =>
        Assert.Equal(expected, ValueTicks.Inside(new RobustRange(low, high)).Labels);

    [Fact]
    public void Fewer_ticks_can_be_asked_for() =>
        Assert.Equal(["−1", "0", "1"], ValueTicks.Inside(new RobustRange(-1.2, 1.2), 4).Labels);

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
