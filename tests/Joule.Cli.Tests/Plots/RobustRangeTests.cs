using Joule.Cli.Plots;
using Xunit;

namespace Joule.Cli.Tests.Plots;

public sealed class RobustRangeTests
{
    [Fact]
    public void A_drift_is_shown_whole()
    {
        RobustRange range = RobustRange.Of(Enumerable.Range(0, 121).Select(i => -i / 15.0));
        Assert.Equal((-8, 0), (range.Low, range.High));
    }

    [Fact]
    public void One_wild_value_is_left_out()
    {
        RobustRange range = RobustRange.Of([-4000, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
        Assert.Equal((1, 9), (range.Low, range.High));
    }

    [Fact]
    public void None_of_a_few_values_is_left_out()
    {
        RobustRange range = RobustRange.Of([-4000, 1, 2]);
        Assert.Equal((-4000, 2), (range.Low, range.High));
    }

    [Fact]
    public void Values_that_are_not_finite_do_not_count() => Assert.True(RobustRange.Of([double.NaN, double.PositiveInfinity]).IsEmpty);

    [Fact]
    public void Two_aligned_ranges_share_the_height_of_zero_and_contain_the_original_ones()
    {
        RobustRange training = new(-0.06, 0.05), validation = new(-33, 0.2);
        (RobustRange a, RobustRange b) = RobustRange.AlignZero(training, validation);
        Assert.Equal(a.High / a.Span, b.High / b.Span, 1e-12);
        Assert.True(a.Low <= training.Low && a.High >= training.High && b.Low <= validation.Low && b.High >= validation.High);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.03)]
    [InlineData(-1e6)]
    public void A_single_value_gets_a_range_around_it(double value)
    {
        RobustRange range = RobustRange.Of([value]).Padded();
        Assert.True(range.Low < value && range.High > value);
    }
}
