using Joule.Evaluation;
using MathNet.Numerics;
using Xunit;

namespace Joule.Tests.Evaluation;

public sealed class BetaQuantileTests
{
    [Fact]
    public void Closed_forms_are_met()
    {
        foreach (double p in new[] { 1e-6, 0.15, 0.5, 0.84, 0.999 })
        {
            Assert.Equal(p, BetaQuantile.Of(p, 1, 1), 1e-13);
            Assert.Equal(Math.Pow(p, 1 / 7.5), BetaQuantile.Of(p, 7.5, 1), 1e-13); // I(x; a, 1) = xᵃ
            Assert.Equal(1 - Math.Pow(1 - p, 1 / 7.5), BetaQuantile.Of(p, 1, 7.5), 1e-13);
        }
    }

    [Theory]
    [InlineData(2, 3)]
    [InlineData(2.865, 36.435)]
    [InlineData(50, 1.5)]
    [InlineData(2000, 38000)]
    [InlineData(200_001, 200_001)]
    public void They_invert_the_distribution_function(double a, double b)
    {
        foreach (double p in new[] { 0.001, 0.1586553, 0.5, 0.8413447, 0.999 })
        {
            double x = BetaQuantile.Of(p, a, b);
            Assert.Equal(p, SpecialFunctions.BetaRegularized(a, b, x), 1e-9);
            Assert.Equal(p, BetaQuantile.Distribution(x, a, b), 1e-10);
        }
    }

    [Fact]
    public void Values_agree_with_another_implementation() // R 4.2.2: qbeta and pbeta
    {
        Assert.Equal(0.033531209000801435, BetaQuantile.Of(0.1586553, 37.3 * 0.05 + 1, 37.3 * 0.95 + 1), 1e-13);
        Assert.Equal(0.112587334731349742, BetaQuantile.Of(0.8413447, 37.3 * 0.05 + 1, 37.3 * 0.95 + 1), 1e-13);
        Assert.Equal(0.3526876218292293, BetaQuantile.Distribution(0.2, 3.5, 10.25), 1e-13);
    }

    [Fact]
    public void The_distribution_function_ends_at_0_and_1() =>
        Assert.Equal([0.0, 0, 1, 1], [BetaQuantile.Distribution(-1, 2, 3), BetaQuantile.Distribution(0, 2, 3),
            BetaQuantile.Distribution(1, 2, 3), BetaQuantile.Distribution(2, 2, 3)]);
}
