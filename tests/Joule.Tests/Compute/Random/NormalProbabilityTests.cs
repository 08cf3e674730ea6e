using Joule.Compute;
using MathNet.Numerics;
using Xunit;

namespace Joule.Tests.Compute;

public sealed class NormalProbabilityTests
{
    [Fact]
    public void Probabilities_agree_with_the_error_function()
    {
        for (double x = -8; x <= 8; x += 0.03125)
        {
            double expected = SpecialFunctions.Erfc(-x / Math.Sqrt(2)) / 2;
            Assert.Equal(expected, NormalProbability.Of(x), 1e-12 * expected);
        }
        Assert.Equal((0, 1), (NormalProbability.Of(double.NegativeInfinity), NormalProbability.Of(double.PositiveInfinity)));
    }

    [Theory]
    [InlineData(0.02)]
    [InlineData(0.3)]
    [InlineData(0.9)]
    public void It_inverts_the_quantile(double probability) =>
        Assert.Equal(probability, NormalProbability.Of(NormalQuantile.Of(probability)), 1e-12);

    [Fact]
    public void An_interval_in_the_upper_tail_is_that_in_the_lower_one()
    {
        double expected = NormalProbability.Of(-10, -9);
        Assert.Equal(expected, NormalProbability.Of(9, 10), 1e-12 * expected);
        Assert.True(expected > 1e-20);
    }
}
