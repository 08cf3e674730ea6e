using Joule.Objectives;
using Xunit;

namespace Joule.Tests.Objectives;

public sealed class EnergyMomentsTests
{
    [Fact]
    public void Mean_and_standard_deviation_follow_from_the_sums()
    {
        // 1, 2, 3 and 6: mean 3, mean square 12.5, variance 3.5.
        EnergyMoments moments = new(12, 50);
        Assert.Equal(3, moments.Mean(4));
        Assert.Equal(Math.Sqrt(3.5), moments.Spread(4), 1e-15);
    }

    [Fact]
    public void Rounding_never_gives_a_negative_variance() => Assert.Equal(0, new EnergyMoments(2, 2 - 1e-15).Spread(2));

    [Fact]
    public void NaN_is_not_hidden() => Assert.Equal((double.NaN, double.NaN),
        (new EnergyMoments(double.NaN, double.NaN).Mean(2), new EnergyMoments(1, double.NaN).Spread(2)));
}
