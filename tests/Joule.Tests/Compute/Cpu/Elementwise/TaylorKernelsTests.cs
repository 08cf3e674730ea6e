using System.Runtime.Intrinsics;
using Joule.Compute;
using Xunit;

namespace Joule.Tests.Compute;

/// <summary>Products of orders, against their formulas in float64; each sum has at most four terms, so 10⁻⁵ is ample.</summary>
public sealed class TaylorKernelsTests
{
    private const float Mark = 777;
    private const double Tolerance = 1e-5;

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(47)]
    public void The_reverse_along_a_path_mixes_the_orders(int n)
    {
        Rows dy = TestRows.Normal(3, n, 1), slope = TestRows.Normal(3, n, 2), before = TestRows.Normal(3, n, 3);
        foreach (bool accumulate in new[] { false, true })
        {
            for (int order = 1; order <= 2; order++)
            {
                Rows dx = TestRows.Normal(3, n, 3);
                Kernels.PointwiseReverseAlong(Orders(dy, order), Orders(slope, order), Orders(dx, order), accumulate);
                for (int i = 0; i < n; i++)
                {
                    double top = order < 2 ? 0 : dy[2][i];
                    double[] expected =
                    [
                        slope[0][i] * (double)dy[0][i] + slope[1][i] * (double)dy[1][i] + slope[2][i] * top,
                        slope[0][i] * (double)dy[1][i] + 2 * slope[1][i] * top,
                        slope[0][i] * top,
                    ];
                    for (int k = 0; k <= order; k++)
                        Assert.Equal(expected[k] + (accumulate ? before[k][i] : 0), dx[k][i], Tolerance);
                    Assert.True(order == 2 || dx[2][i] == before[2][i]);
                }
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(47)]
    public void Products_with_slope_and_curvature(int n)
    {
        Rows x = TestRows.Normal(1, n, 1), slope = TestRows.Normal(1, n, 2), before = TestRows.Normal(1, n, 3),
            bend = TestRows.Normal(1, n, 4);
        foreach (bool accumulate in new[] { false, true })
        {
            Rows y = TestRows.Normal(1, n, 3), curvature = TestRows.Normal(1, n, 4), dx = TestRows.Normal(1, n, 3);
            Kernels.MultiplySlopes(x, slope, curvature, y, accumulate);
            Kernels.MultiplyAdd(x, slope, bend, dx, accumulate);
            for (int i = 0; i < n; i++)
            {
                double sum = accumulate ? before.Span[i] : 0, product = (double)slope.Span[i] * x.Span[i];
                Assert.Equal(sum + product, y.Span[i], Tolerance);
                Assert.Equal(sum + product + bend.Span[i], dx.Span[i], Tolerance);
                Assert.Equal(bend.Span[i] * x.Span[i], curvature.Span[i]);
            }
        }
        Rows alone = TestRows.Normal(1, n, 4);
        Kernels.MultiplySlopes(x, slope, alone, default, false);
        for (int i = 0; i < n; i++)
            Assert.Equal(bend.Span[i] * x.Span[i], alone.Span[i]);
    }

    [Fact]
    public void In_place_gives_the_same()
    {
        Rows dy = TestRows.Normal(3, 37, 1), slope = TestRows.Normal(3, 37, 2), dx = TestRows.Empty(3, 37);
        Kernels.PointwiseReverseAlong(Orders(dy, 2), Orders(slope, 2), Orders(dx, 2), false);
        Kernels.PointwiseReverseAlong(Orders(dy, 2), Orders(slope, 2), Orders(dy, 2), false);
        Assert.True(TestRows.SameBits(dx.Span, dy.Span));
    }

    [Fact]
    public unsafe void Every_vector_width_gives_the_same_bits_and_writes_only_its_rows()
    {
        foreach (int n in new[] { 1, 7, 16, 35 })
        {
            Rows x = TestRows.Normal(3, n + 16, 1), slope = TestRows.Normal(3, n + 16, 2);
            float[][] results = [.. PhiloxTests.Widths().Select(width =>
            {
                Rows y = TestRows.Empty(6, n + 16);
                y.Span.Fill(Mark);
                TaylorPointers at = new(Orders(x, 2), Orders(y, 2), Orders(slope, 2));
                Apply(width, at, at.Y0 + 3 * y.Width, at.Y0 + 4 * y.Width, at.Y0 + 5 * y.Width, n);
                for (int row = 0; row < 6; row++)
                    Assert.False(y[row][n..].ContainsAnyExcept(Mark));
                return y.Span.ToArray();
            })];
            Assert.All(results, r => Assert.True(TestRows.SameBits(results[0], r)));
        }
    }

    private static TaylorRows Orders(Rows rows, int order) =>
        new(rows.Slice(0, 1), rows.Slice(1, 1), order < 2 ? default : rows.Slice(2, 1));

    private static unsafe void Apply(int width, in TaylorPointers at, float* curvature, float* y, float* dx, int n)
    {
        if (width == 16)
            Apply<Lanes512, Vector512<float>, Vector512<uint>>(at, curvature, y, dx, n);
        else if (width == 8)
            Apply<Lanes256, Vector256<float>, Vector256<uint>>(at, curvature, y, dx, n);
        else
            Apply<Lanes128, Vector128<float>, Vector128<uint>>(at, curvature, y, dx, n);
    }

    private static unsafe void Apply<TLanes, TFloat, TBits>(in TaylorPointers at, float* curvature, float* y, float* dx, int n)
        where TLanes : struct, ILanes<TFloat, TBits>
    {
        TaylorKernels.Reverse<TLanes, TFloat, TBits>(at, n, false);
        TaylorKernels.Follow<TLanes, TFloat, TBits>(at.X0, at.S0, curvature, y, n, false);
        TaylorKernels.Close<TLanes, TFloat, TBits>(at.X1, at.S1, at.S2, dx, n, false);
    }
}
