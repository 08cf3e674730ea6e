using Xunit;

namespace Joule.Tables.Tests.Transforms;

public sealed class RobustScalingTests
{
    [Fact]
    public void Outliers_do_not_change_the_scale()
    {
        RobustScaling near = new RobustScaling().Fit([1, 2, 3, 4, 5]), far = new RobustScaling().Fit([1, 2, 3, 4, 5e9]);
        Assert.Equal(near, far);
        Assert.Equal(3, near.Center);
        Assert.Equal(2 / 1.3489795003921634, near.Scale, 12);
    }

    [Fact]
    public void The_mean_distance_is_the_scale_when_half_of_the_values_are_equal() =>
        Assert.Equal(Math.Sqrt(Math.PI / 2) * 8 / 6, new RobustScaling().Fit([0, 0, 0, 0, 0, 8]).Scale, 12);

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.5, 2.5)]
    [InlineData(0.75, 3.25)]
    [InlineData(1, 4)]
    public void Quantiles_interpolate_linearly(double share, double value) =>
        Assert.Equal(value, RobustScaling.Quantile([1, 2, 3, 4], share), 12);
}
