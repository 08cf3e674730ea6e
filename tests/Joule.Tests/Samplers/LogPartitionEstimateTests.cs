using Joule.Samplers;
using Xunit;

namespace Joule.Tests.Samplers;

public sealed class LogPartitionEstimateTests
{
    [Fact]
    public void The_estimate_is_the_logarithm_of_the_mean_and_its_error_the_relative_one_of_the_mean()
    {
        double[] weights = [1, 4, 2, 5];
        double mean = weights.Average(), variance = weights.Sum(w => (w - mean) * (w - mean)) / 3;
        LogPartitionEstimate estimate = LogPartitionEstimate.Of(Math.Log(weights.Sum()), Math.Log(weights.Sum(w => w * w)), 4);
        Assert.Equal(Math.Log(mean), estimate.Value, 1e-12);
        Assert.Equal(Math.Sqrt(variance / 4) / mean, estimate.StandardError, 1e-12);
        Assert.Equal(4, estimate.Count);
        Assert.Equal(estimate.Value - 1.96 * estimate.StandardError, estimate.Low, 1e-12);
        Assert.Equal(estimate.Value + 1.96 * estimate.StandardError, estimate.High, 1e-12);
    }

    [Fact]
    public void Equal_weights_have_no_error_and_a_single_one_an_unknown_one()
    {
        Assert.Equal(0, LogPartitionEstimate.Of(5 + Math.Log(7), 10 + Math.Log(7), 7).StandardError, 1e-7);
        Assert.Equal(double.NaN, LogPartitionEstimate.Of(5, 10, 1).StandardError);
        Assert.Throws<ArgumentOutOfRangeException>(() => LogPartitionEstimate.Of(5, 10, 0));
    }
}
