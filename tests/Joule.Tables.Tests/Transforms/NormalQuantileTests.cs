using Xunit;

namespace Joule.Tables.Tests.Transforms;

public sealed class NormalQuantileTests
{
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
