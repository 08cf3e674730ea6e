using Joule.Compute;
using Xunit;

namespace Joule.Tables.Tests.Transforms;

public sealed class QuantileScalingTests
{
    [Fact]
    public void Any_distribution_becomes_normal()
    {
        double[] sorted = [.. Enumerable.Range(0, 5000).Select(i => Math.Pow(i + 1, 5))];
        QuantileScaling scaling = new QuantileScaling().Fit(sorted);
        Assert.InRange(scaling.Values.Count, 200, 257);
        Assert.Equal(sorted[0], scaling.Values[0]);
        Assert.Equal(sorted[^1], scaling.Values[^1]);
        double[] states = [.. sorted.Select(scaling.ToState)];
        // Between knots the line differs from the curve by less than 0.02.
        Assert.InRange(states.Average(), -0.02, 0.02);
        Assert.InRange(Math.Sqrt(states.Average(s => s * s)), 0.98, 1.02);
    }

    [Fact]
    public void Equal_values_share_their_mean_rank()
    {
        QuantileScaling scaling = new QuantileScaling().Fit([0, 0, 0, 1]);
        Assert.Equal([0, 1], scaling.Values);
        Assert.Equal(NormalQuantile.Of(3.0 / 8), scaling.Normals[0], 12);
        Assert.Equal(NormalQuantile.Of(7.0 / 8), scaling.Normals[1], 12);
    }

    [Fact]
    public void Knots_are_kept_to_the_last_bit()
    {
        QuantileScaling scaling = new QuantileScaling().Fit([0.1, 0.2, 1.0 / 3, 1e-300, 7e200]);
        Assert.Equal(scaling, new QuantileScaling { Knots = scaling.Knots, Scale = scaling.Scale });
    }

    [Theory]
    [InlineData("")]
    [InlineData("1:0")]
    [InlineData("1:0 1:1")]
    [InlineData("1:0 2:0")]
    [InlineData("1:0 2")]
    [InlineData("1:0 x:1")]
    [InlineData("1:0 2:1:2")]
    [InlineData("1:0 2:Infinity")]
    public void Invalid_knots_are_named(string knots)
    {
        List<string> problems = [];
        new QuantileScaling { Knots = knots }.Validate(problems, "x.");
        Assert.Contains("x.knots must be", Assert.Single(problems), StringComparison.Ordinal);
    }
}
