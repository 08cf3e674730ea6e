using Xunit;

namespace Joule.Tables.Tests.Transforms;

public sealed class LinearScalingTests
{
    [Fact]
    public void The_mean_is_0_and_the_standard_deviation_1()
    {
        LinearScaling scaling = new LinearScaling().Fit([1, 2, 3, 4]);
        Assert.Equal(2.5, scaling.Center, 12);
        Assert.Equal(Math.Sqrt(1.25), scaling.Scale, 12);
    }

    [Fact]
    public void It_is_linear_up_to_1000_deviations_and_logarithmic_beyond()
    {
        LinearScaling scaling = new() { Center = 1, Scale = 2 };
        Assert.Equal(101, scaling.ToState(203), 12);
        Assert.Equal(-1000, scaling.ToState(-1999), 12);
        Assert.Equal(1000 + Math.Log(1 + 50), scaling.ToState(2101), 12);
        Assert.Equal(203, scaling.FromState(101), 12);
    }
}
