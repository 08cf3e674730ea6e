using Joule.Compute;
using MathNet.Numerics;
using Xunit;

namespace Joule.Tests.Compute;

public sealed class NormalQuantileTests
{
    // Computed by R 4.2.2.
    [Theory]
    [InlineData(1e-300, -37.047096299361201)]
    [InlineData(1e-20, -9.2623400897984052)]
    [InlineData(1e-5, -4.2648907939228256)]
    [InlineData(0.02, -2.0537489106318225)]
    [InlineData(0.075, -1.4395314709384557)]
    [InlineData(0.2, -0.84162123357291418)]
    [InlineData(0.425, -0.18911842627279249)]
    [InlineData(0.5, 0)]
    [InlineData(0.9, 1.2815515655446008)]
    public void Quantiles_are_exact(double probability, double expected) =>
        Assert.Equal(expected, NormalQuantile.Of(probability), 1e-14 * Math.Max(1, Math.Abs(expected)));

    [Fact]
    public void They_invert_the_distribution_function()
    {
        for (int i = 1; i < 1000; i++)
            Assert.Equal(i / 1000.0, SpecialFunctions.Erfc(-NormalQuantile.Of(i / 1000.0) / Math.Sqrt(2)) / 2, 1e-14);
    }

    [Fact]
    public void They_are_odd()
    {
        for (int i = 1; i < 512; i++)
            Assert.Equal(-NormalQuantile.Of(i / 1024.0), NormalQuantile.Of(1 - i / 1024.0));
    }

    // From tables; the last is the x with erfc(−x/√2)/2 = 10⁻¹⁰⁰.
    [Theory]
    [InlineData(0.5, 0)]
    [InlineData(0.75, 0.6744897501960817)]
    [InlineData(0.975, 1.959963984540054)]
    [InlineData(0.025, -1.959963984540054)]
    [InlineData(0.999999, 4.753424308822899)]
    [InlineData(1e-10, -6.361340902404056)]
    [InlineData(1e-100, -21.27345356096532)]
    public void It_is_the_inverse_of_the_normal_distribution(double probability, double value) =>
        Assert.Equal(value, NormalQuantile.Of(probability), 9);

    [Fact]
    public void It_is_antisymmetric_about_one_half()
    {
        for (double p = 1e-9; p < 0.5; p *= 1.7)
            Assert.Equal(-NormalQuantile.Of(1 - p), NormalQuantile.Of(p), 5);
    }
}
