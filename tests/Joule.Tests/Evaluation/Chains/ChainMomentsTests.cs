using Joule.Evaluation;
using Xunit;

namespace Joule.Tests.Evaluation;

public sealed class ChainMomentsTests
{
    [Fact]
    public void Moments_are_those_of_the_definition()
    {
        ChainMoments moments = ChainMoments.Of(new ChainDraws(2, 4, [1, 2, 4, 5, -3, -3, 3, 3]));
        Assert.Equal([3.0, 0], moments.Means);
        Assert.Equal([10.0 / 3, 12], moments.Variances);
    }

    [Fact]
    public void Equal_values_have_exactly_no_variance_and_one_value_has_none()
    {
        Assert.Equal((0.1, 0.0), ChainMoments.Of([0.1, 0.1, 0.1]));
        Assert.Equal((7, double.NaN), ChainMoments.Of([7.0]));
    }

    [Fact]
    public void A_large_offset_costs_no_digits()
    {
        (double mean, double variance) = ChainMoments.Of([1e9 + 1, 1e9 + 2, 1e9 + 3]);
        Assert.Equal(1e9 + 2, mean);
        Assert.Equal(1, variance);
    }
}
