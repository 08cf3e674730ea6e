using Joule.Samplers;
using Xunit;

namespace Joule.Tests.Samplers;

public sealed class SoftAbsTests
{
    public static TheoryData<double> Softnesses() => [0.5, 1, 100, 1e6];

    [Theory]
    [MemberData(nameof(Softnesses))]
    public void It_is_the_absolute_value_rounded_off_at_zero(double softness)
    {
        SoftAbs f = new(softness);
        Assert.Equal(1 / softness, f.Value(0), 1e-15);
        Assert.Equal(0, f.Slope(0));
        foreach (double x in (double[])[1e-5, 0.004, 0.009999, 0.010001, 0.3, 2, 19.9, 20.1, 400])
        {
            double value = x / softness, expected = value / Math.Tanh(x);
            Assert.Equal(1, f.Value(value) / expected, 1e-10);
            Assert.Equal(f.Value(value), f.Value(-value));
            Assert.Equal(f.Slope(value), -f.Slope(-value));
            Assert.InRange(f.Slope(value), 0, 1);
            Assert.True(f.Value(value) >= value);
            // Central differences: a relative error of 10⁻⁸ by the third derivative, and 10⁻¹² by rounding.
            double step = 1e-4 * Math.Max(x, 0.1) / softness;
            Assert.Equal((f.Value(value + step) - f.Value(value - step)) / (2 * step), f.Slope(value), 1e-7);
        }
    }

    [Theory]
    [MemberData(nameof(Softnesses))]
    public void Secants_are_symmetric_and_meet_the_slope(double softness)
    {
        SoftAbs f = new(softness);
        foreach (double x in (double[])[0, 0.005, 0.7, 5, 25, -0.3, -30])
        {
            double value = x / softness;
            Assert.Equal(f.Slope(value), f.Secant(value, value), 1e-15);
            foreach (double apart in (double[])[1e-7, 1.1e-5, 1e-3])
                Assert.Equal(f.Slope(value), f.Secant(value, value + apart / softness), 1e-10 + apart);
            foreach (double y in (double[])[-40, -1, 0.001, 3, 50])
            {
                double other = y / softness;
                Assert.Equal(f.Secant(value, other), f.Secant(other, value), 1e-15);
                Assert.Equal((f.Value(value) - f.Value(other)) / (value - other), f.Secant(value, other), 1e-12);
            }
        }
    }
}
