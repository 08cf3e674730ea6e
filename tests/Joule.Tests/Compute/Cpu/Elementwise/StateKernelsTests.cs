using Joule.Compute;
using Xunit;

namespace Joule.Tests.Compute;

public sealed class StateKernelsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(37)]
    [InlineData(1003)]
    public void Numbers_at_the_walls_are_counted(int length)
    {
        Rows x = TestRows.Normal(1, length, 5);
        float[] values = x.Span.ToArray();
        float low = values[0], high = values[^1] + 0.5f;
        Assert.Equal((values.Count(v => v <= low), values.Count(v => v >= high)), HostKernels.CountAtWalls(x, low, high));
        x.Span[length / 2] = float.NaN;
        values[length / 2] = float.NaN;
        Assert.Equal((values.Count(v => v <= low), values.Count(v => v >= high)), HostKernels.CountAtWalls(x, low, high));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(1003)]
    public void Squared_distance(int length)
    {
        Rows a = TestRows.Normal(1, length, 3), b = TestRows.Normal(1, length, 4);
        double expected = 0;
        for (int i = 0; i < length; i++)
            expected += Math.Pow((double)a.Span[i] - b.Span[i], 2);
        // Each difference is rounded to float32 once: a relative error of at most 2⁻²⁴, doubled by squaring.
        Assert.Equal(expected, HostKernels.SquaredDistance(a, b), 1.3e-7 * expected);
        Assert.Equal(0, HostKernels.SquaredDistance(a, a));
        a.Span[0] = float.PositiveInfinity;
        Assert.False(double.IsFinite(HostKernels.SquaredDistance(a, b)));
    }
}
