using Joule.Cli.Plots;
using Xunit;

namespace Joule.Cli.Tests.Plots;

public sealed class EpochTicksTests
{
    [Theory]
    [InlineData(1, 1, new double[] { 1 })]
    [InlineData(1, 3, new double[] { 1, 2, 3 })]
    [InlineData(0, 2, new double[] { 0, 1, 2 })]
    [InlineData(1, 120, new double[] { 1, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120 })]
    public void Ticks_are_whole_and_begin_at_the_first_epoch(int first, int last, double[] expected) =>
        Assert.Equal(expected, EpochTicks.Between(first, last));

    [Theory]
    [InlineData(1, 20)]
    [InlineData(1, 1000)]
    [InlineData(500, 100_000)]
    [InlineData(0, int.MaxValue)]
    public void Ticks_stay_few(int first, int last) => Assert.InRange(EpochTicks.Between(first, last).Length, 4, 14);
}
