using Xunit;

namespace Joule.Tables.Tests.Transforms;

public sealed class StandardScalingTests
{
    [Fact]
    public void The_mean_is_0_and_the_standard_deviation_1()
    {
        StandardScaling scaling = new StandardScaling().Fit([1, 2, 3, 4]);
        Assert.Equal(2.5, scaling.Center, 12);
        Assert.Equal(Math.Sqrt(1.25), scaling.Scale, 12);
        Assert.Equal(1.5 / Math.Sqrt(1.25), scaling.ToState(4), 12);
    }

    [Fact]
    public void Beyond_10_deviations_the_scale_is_logarithmic()
    {
        StandardScaling scaling = new() { Center = 1, Scale = 2 };
        Assert.Equal(9.5, scaling.ToState(20), 12);
        Assert.Equal(10 + Math.Log(1 + 40), scaling.ToState(101), 12);
        Assert.Equal(-10 - Math.Log(1 + 40), scaling.ToState(-99), 12);
    }
}
