using Joule.Compute;
using Xunit;

namespace Joule.Tests.Compute;

public sealed class OptimizerKernelsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(1003)]
    public void Squared_norm(int length)
    {
        Rows x = TestRows.Normal(1, length, 3);
        // Squares of float32 numbers are exact in float64; a sum of n of them has n roundings.
        double expected = x.Span.ToArray().Sum(v => (double)v * v);
        Assert.Equal(expected, HostKernels.SquaredNorm(x), 1e-15 * length * expected);
        x.Span[length - 1] = float.NaN;
        Assert.True(double.IsNaN(HostKernels.SquaredNorm(x)));
        x.Span[length - 1] = 3e38f;
        Assert.True(double.IsFinite(HostKernels.SquaredNorm(x)));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(35)]
    public void Moving_average(int length)
    {
        Rows average = TestRows.Normal(1, length, 1), x = TestRows.Normal(1, length, 2);
        double[] expected = TestRows.Doubles(average.Span);
        for (int step = 0; step < 3; step++)
        {
            Kernels.MovingAverage(average, x, 0.75f);
            for (int i = 0; i < length; i++)
                expected[i] = 0.75 * expected[i] + 0.25 * x.Span[i];
        }
        Assert.InRange(TestRows.RelativeError(average.Span, expected), 0, 1e-6);
    }
}
