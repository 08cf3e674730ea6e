using System.Runtime.Intrinsics;
using Joule.Compute;
using Xunit;

namespace Joule.Tests.Compute;

/// <summary>
/// Against float64, on dense grids and for every vector width. The bounds are those in the documentation.
/// </summary>
public sealed class VectorMathTests
{
    private const int Points = 1 << 21;

    private enum Function
    {
        NegativeAbs,
        NegativeAbsOfNumber,
        Exp,
        Reciprocal,
        LogOnePlus,
    }

    [Fact]
    public void Exp()
    {
        bool fuses = System.Runtime.Intrinsics.X86.Fma.IsSupported || System.Runtime.Intrinsics.Arm.AdvSimd.IsSupported;
        float[] x = Grid(-87.3f, 0), y = Same(Function.Exp, x);
        Assert.InRange(x.Zip(y, (a, b) => Math.Abs(b / Math.Exp(a) - 1) / (fuses ? 1.8e-7 - 3e-9 * a : 2.1e-7)).Max(), 0, 1);
        Assert.Equal([1f, 0f, 0f], Same(Function.Exp, [0, -87.7f, -88]));
    }

    [Fact]
    public void The_argument_of_exp_is_bounded_below()
    {
        foreach (Function function in new[] { Function.NegativeAbs, Function.NegativeAbsOfNumber })
            Assert.Equal([-88f, -88f, -88f, -87.5f, -1f, 0f],
                Same(function, [float.PositiveInfinity, float.NegativeInfinity, 1e30f, 87.5f, -1f, 0f]));
        Assert.True(float.IsNormal(Same(Function.Exp, [-87f])[0]));
    }

    [Fact]
    public void Reciprocal()
    {
        float[] x = [.. Grid(0, 1), 1e-38f, 1e-20f], y = Same(Function.Reciprocal, x);
        Assert.InRange(x.Zip(y, (a, b) => Math.Abs(b * (1 + (double)a) - 1)).Max(), 0, 1.5e-7);
    }

    [Fact]
    public void LogOnePlus()
    {
        float[] x = [.. Grid(1e-9f, 1), .. Enumerable.Range(0, 120).Select(k => MathF.ScaleB(1.3f, -k - 1))],
            y = Same(Function.LogOnePlus, x);
        Assert.InRange(x.Zip(y, (a, b) => Math.Abs(b / Log(a) - 1)).Max(), 0, 3e-7);
        Assert.Equal(0, Same(Function.LogOnePlus, [0])[0]);

        // Three terms of the series have a relative error of e³/4.
        static double Log(double e) => e < 1e-5 ? e * (1 - e / 2 + e * e / 3) : Math.Log(1 + e);
    }

    [Theory]
    [InlineData(0x7fc00000)]
    [InlineData(unchecked((int)0xffc00000))]
    [InlineData(0x7fc00001)]
    [InlineData(0x7fffffff)]
    [InlineData(unchecked((int)0xffc0abcd))]
    public void Every_NaN_stays_NaN(int bits)
    {
        float nan = BitConverter.Int32BitsToSingle(bits);
        foreach (Function function in Enum.GetValues<Function>().Where(f => f != Function.NegativeAbsOfNumber))
            Assert.True(float.IsNaN(Same(function, [nan])[0]));
        Assert.True(float.IsNaN(VectorMath.Clamp(Vector512.Create(nan), Vector512.Create(-1f), Vector512.Create(1f))[3]));
    }

    private static float[] Grid(float low, float high) =>
        [.. Enumerable.Range(0, Points + 1).Select(i => (float)(low + ((double)high - low) * i / Points))];

    // The values have the same bits for every width.
    private static float[] Same(Function function, float[] x)
    {
        float[] padded = [.. x, .. new float[-x.Length & 15]];
        float[][] results = [.. PhiloxTests.Widths().Select(width => width switch
        {
            16 => Map<Lanes512, Vector512<float>, Vector512<uint>>(function, padded),
            8 => Map<Lanes256, Vector256<float>, Vector256<uint>>(function, padded),
            _ => Map<Lanes128, Vector128<float>, Vector128<uint>>(function, padded),
        })];
        Assert.All(results, r => Assert.True(TestRows.SameBits(results[0], r)));
        return results[0][..x.Length];
    }

    private static unsafe float[] Map<TLanes, TFloat, TBits>(Function function, float[] x)
        where TLanes : struct, ILanes<TFloat, TBits>
    {
        float[] y = new float[x.Length];
        fixed (float* from = x, to = y)
        {
            for (int i = 0; i < x.Length; i += TLanes.Count)
            {
                TFloat v = TLanes.Load(from + i);
                TLanes.Store(function switch
                {
                    Function.NegativeAbs => VectorMath.NegativeAbs<TLanes, TFloat, TBits>(v),
                    Function.NegativeAbsOfNumber => VectorMath.NegativeAbsOfNumber<TLanes, TFloat, TBits>(v),
                    Function.Exp => VectorMath.Exp<TLanes, TFloat, TBits>(v),
                    Function.Reciprocal => VectorMath.Reciprocal<TLanes, TFloat, TBits>(v),
                    _ => VectorMath.LogOnePlus<TLanes, TFloat, TBits>(v),
                }, to + i);
            }
        }
        return y;
    }
}
