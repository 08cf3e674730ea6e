using System.Runtime.Intrinsics;
using Joule.Compute;
using Xunit;

namespace Joule.Tests.Compute;

/// <summary>Against double precision, over dense grids: the bounds are those that the documentation states.</summary>
public sealed class VectorMathTests
{
    private const int Points = 1 << 20;

    private delegate double Error(float x, float y);

    [Fact]
    public void Exp() => Assert.InRange(Worst(VectorMath.Exp, -87, 88, (x, y) => Math.Abs(y / Math.Exp(x) - 1)), 0, 2e-7);

    [Fact]
    public void Exp_outside_is_the_value_at_the_nearer_end()
    {
        Assert.Equal(VectorMath.Exp(Vector512.Create(88f)), VectorMath.Exp(Vector512.Create(1e30f)));
        Assert.Equal(VectorMath.Exp(Vector512.Create(-87f)), VectorMath.Exp(Vector512.Create(float.NegativeInfinity)));
        Assert.True(VectorMath.Exp(Vector512.Create(-87f))[0] > 0);
    }

    [Fact]
    public void Log_over_every_binade()
    {
        double worst = 0;
        for (int exponent = -126; exponent < 127; exponent++)
            worst = Math.Max(worst, Worst(VectorMath.Log, MathF.ScaleB(1, exponent), MathF.ScaleB(1, exponent + 1), LogError, 1 << 12));
        Assert.InRange(Math.Max(worst, Worst(VectorMath.Log, 0.5f, 2, LogError)), 0, 1);
        Assert.Equal(0, VectorMath.Log(Vector512<float>.One)[0]);

        // The error as a part of the stated bound.
        static double LogError(float x, float y) => Math.Abs(y - Math.Log(x)) / (2e-7 + 1.3e-7 * Math.Abs(Math.Log(x)));
    }

    [Fact]
    public void Sigmoid() => Assert.InRange(Worst(VectorMath.Sigmoid, -87, 87, (x, y) => Math.Abs(y * (1 + Math.Exp(-x)) - 1)), 0, 4e-7);

    [Theory]
    [InlineData(0x7fc00000)]
    [InlineData(unchecked((int)0xffc00000))]
    [InlineData(0x7fc00001)]
    [InlineData(0x7fffffff)]
    [InlineData(unchecked((int)0xffc0abcd))]
    public void Every_NaN_stays_NaN(int bits)
    {
        Vector512<float> nan = Vector512.Create(bits).AsSingle();
        Assert.True(float.IsNaN(VectorMath.Exp(nan)[3]));
        Assert.True(float.IsNaN(VectorMath.Sigmoid(nan)[3]));
        Assert.True(float.IsNaN(VectorMath.Clamp(nan, Vector512.Create(-1f), Vector512.Create(1f))[3]));
    }

    private static double Worst(Func<Vector512<float>, Vector512<float>> function, float low, float high, Error error, int points = Points)
    {
        double worst = 0;
        for (int i = 0; i < points; i += 16)
        {
            Vector512<float> x = Vector512.Create(low) + (Vector512.ConvertToSingle(Vector512<int>.Indices) + Vector512.Create((float)i)) * Vector512.Create((high - low) / points);
            x = Vector512.Min(x, Vector512.Create(high));
            Vector512<float> y = function(x);
            for (int lane = 0; lane < 16; lane++)
                worst = Math.Max(worst, error(x[lane], y[lane]));
        }
        return worst;
    }
}
