using System.Runtime.Intrinsics;
using Joule.Compute;
using Xunit;

namespace Joule.Tests.Compute;

/// <summary>Pointwise functions along a path, against float64 differences of their slopes.</summary>
public sealed class PointwiseCurvesTests
{
    private const float Mark = 777;

    public static TheoryData<PointwiseFunction, float> Functions => PointwiseKernelsTests.Functions;

    [Theory]
    [MemberData(nameof(Functions))]
    public void Second_and_third_derivative_are_those_of_the_slope(PointwiseFunction function, float parameter)
    {
        // Along x(ε) = x + ε, the orders of f and of f′ are the derivatives of f themselves. Differences of the slope with h = 10⁻³ are off
        // by h²/12 times the fifth derivative, at most 16 (tanh), the kernels by a few parts in 10⁷ of numbers up to 2.
        const int points = 4003;
        const double h = 1e-3, tolerance = 3e-6;
        Rows x = TestRows.Empty(3, points), y = TestRows.Empty(3, points), slope = TestRows.Empty(3, points);
        for (int i = 0; i < points; i++)
            x[0][i] = (i - points / 2) * (40f / points);
        x[1].Fill(1);
        Kernels.PointwiseAlong(function, parameter, Orders(x), Orders(y), Orders(slope));
        for (int i = 0; i < points; i++)
        {
            double at = x[0][i];
            if (Math.Abs(at) <= 2 * h)
                continue; // kinks
            double Slope(double z) => PointwiseKernelsTests.Reference(function, parameter, z).Slope;
            double second = (Slope(at + h) - Slope(at - h)) / (2 * h), third = (Slope(at + h) - 2 * Slope(at) + Slope(at - h)) / (h * h);
            Assert.Equal(second, slope[1][i], tolerance);
            Assert.Equal(second, y[2][i], tolerance);
            Assert.Equal(third, slope[2][i], tolerance);
            Assert.Equal(Slope(at), y[1][i], tolerance * (1 + Math.Abs(at)));
        }
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public void Values_slopes_and_curvatures_do_not_depend_on_the_path(PointwiseFunction function, float parameter)
    {
        const int n = 1024 + 37;
        Rows x = TestRows.Normal(3, n, 1, 3), y = TestRows.Empty(3, n), slope = TestRows.Empty(3, n), value = TestRows.Empty(4, n);
        Kernels.Pointwise(function, parameter, x.Slice(0, 1), value.Slice(0, 1), value.Slice(1, 1));
        Kernels.PointwiseCurvature(
            function, parameter, x.Slice(0, 1), value.Slice(2, 1), value.Slice(3, 1), slope.Slice(2, 1));
        float[] curvature = slope[2].ToArray();
        Kernels.PointwiseAlong(function, parameter, Orders(x), Orders(y), Orders(slope));
        Assert.True(TestRows.SameBits(value[0], y[0]) && TestRows.SameBits(value[0], value[2]), "values");
        Assert.True(TestRows.SameBits(value[1], slope[0]) && TestRows.SameBits(value[1], value[3]), "slopes");
        for (int i = 0; i < n; i++)
        {
            float x1 = x[1][i], x2 = x[2][i];
            Assert.Equal(slope[0][i] * x1, y[1][i]);
            Assert.Equal(curvature[i] * x1, slope[1][i]);
            Assert.Equal((double)slope[0][i] * x2 + (double)curvature[i] * x1 * x1, y[2][i], 1e-5 * (1 + x1 * x1 + Math.Abs(x2)));
        }
        // In place, and of order 1, the same bits.
        Rows moved = TestRows.Empty(3, n), kept = TestRows.Empty(3, n);
        x.Span.CopyTo(moved.Span);
        Kernels.PointwiseAlong(function, parameter, Orders(moved), Orders(moved), Orders(kept));
        Assert.True(TestRows.SameBits(y.Span, moved.Span) && TestRows.SameBits(slope.Span, kept.Span));
        kept[2].Fill(Mark);
        Kernels.PointwiseAlong(function, parameter, Orders(x, 1), Orders(moved, 1), Orders(kept, 1));
        Assert.True(TestRows.SameBits(y.Slice(0, 2).Span, moved.Slice(0, 2).Span));
        Assert.True(TestRows.SameBits(slope.Slice(0, 2).Span, kept.Slice(0, 2).Span));
        Assert.False(kept[2].ContainsAnyExcept(Mark));
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public void Every_vector_width_gives_the_same_bits_and_writes_only_its_rows(PointwiseFunction function, float parameter)
    {
        foreach (int n in new[] { 1, 7, 16, 35, 1024, 1024 + 13, 2 * 1024 + 16 })
        {
            Rows x = TestRows.Normal(3, n + 16, 3, 10);
            float[][] results = [.. PhiloxTests.Widths().Select(width =>
            {
                Rows y = TestRows.Empty(6, n + 16);
                y.Span.Fill(Mark);
                Apply(width, function, parameter, new TaylorPointers(Orders(x), Orders(y), Orders(y.Slice(3, 3))), n);
                for (int row = 0; row < 6; row++)
                    Assert.False(y[row][n..].ContainsAnyExcept(Mark));
                return y.Span.ToArray();
            })];
            Assert.All(results, r => Assert.True(TestRows.SameBits(results[0], r)));
        }
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public void Huge_inputs_have_no_curvature_and_NaN_stays_NaN(PointwiseFunction function, float parameter)
    {
        Rows x = TestRows.Of(3, 3, 1e30f, -1e30f, float.NaN, 1, 1, 1, 0, 0, 0), y = TestRows.Empty(3, 3), slope = TestRows.Empty(3, 3);
        Kernels.PointwiseAlong(function, parameter, Orders(x), Orders(y), Orders(slope));
        for (int i = 0; i < 2; i++)
        {
            Assert.Equal(function == PointwiseFunction.Square ? 2 : 0, slope[1][i], 1e-30f);
            Assert.Equal(0, slope[2][i], 1e-30f);
        }
        Assert.True(float.IsNaN(y[0][2]));
    }

    private static TaylorRows Orders(Rows rows, int order = 2) =>
        new(rows.Slice(0, 1), rows.Slice(1, 1), order < 2 ? default : rows.Slice(2, 1));

    private static void Apply(int width, PointwiseFunction function, float parameter, in TaylorPointers at, int n)
    {
        if (width == 16)
            PointwiseKernels.ApplyAlong<Lanes512, Vector512<float>, Vector512<uint>>(function, parameter, at, n);
        else if (width == 8)
            PointwiseKernels.ApplyAlong<Lanes256, Vector256<float>, Vector256<uint>>(function, parameter, at, n);
        else
            PointwiseKernels.ApplyAlong<Lanes128, Vector128<float>, Vector128<uint>>(function, parameter, at, n);
    }
}
