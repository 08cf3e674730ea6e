using Joule.Samplers;
using Xunit;

namespace Joule.Tests.Samplers;

public sealed class LogPartitionEstimateTests
{
    [Fact]
    public void It_is_the_logarithm_of_the_mean_weight_with_the_mean_s_relative_error()
    {
        double[] weights = [1, 2, 4, 5];
        double mean = weights.Average(), variance = weights.Sum(w => (w - mean) * (w - mean)) / 3;
        LogPartitionEstimate e = LogPartitionEstimate.Of(Math.Log(weights.Sum()), Math.Log(weights.Sum(w => w * w)), 4);
        Assert.Equal(Math.Log(3), e.Value, 1e-12);
        Assert.Equal(Math.Sqrt(variance / 4) / mean, e.StandardError, 1e-12);
        Assert.Equal((e.Value - (1.96 * e.StandardError), e.Value + (1.96 * e.StandardError)), (e.Low, e.High));
    }

    [Fact]
    public void One_weight_has_no_error_and_equal_ones_have_none()
    {
        Assert.True(double.IsNaN(LogPartitionEstimate.Of(-1000, -2000, 1).StandardError));
        LogPartitionEstimate e = LogPartitionEstimate.Of(-1000 + Math.Log(3), -2000 + Math.Log(3), 3);
        Assert.Equal(-1000, e.Value, 1e-9);
        Assert.Equal(0, e.StandardError, 1e-6);
    }
}
