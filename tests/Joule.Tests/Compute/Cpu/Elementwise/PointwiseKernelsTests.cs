using System.Runtime.Intrinsics;
using Joule.Compute;
using Xunit;

namespace Joule.Tests.Compute;

public sealed class PointwiseKernelsTests
{
    public static TheoryData<PointwiseFunction, float> Functions => new()
    {
        { PointwiseFunction.Relu, 0 },
        { PointwiseFunction.LeakyRelu, 0.2f },
        { PointwiseFunction.Silu, 0 },
        { PointwiseFunction.Softplus, 0 },
        { PointwiseFunction.Elu, 0.7f },
        { PointwiseFunction.Tanh, 0 },
        { PointwiseFunction.Sigmoid, 0 },
        { PointwiseFunction.Square, 0 },
    };

    [Theory]
    [MemberData(nameof(Functions))]
    public void Value_and_slope_are_right_on_a_dense_grid(PointwiseFunction function, float parameter)
    {
        // 40,003 points of [−100, 100], not a multiple of the vector width, so the tail is covered too. Error: 3·10⁻⁷ absolute plus 5·10⁻⁷
        // relative.
        const int points = 40_003;
        Rows x = TestRows.Empty(1, points), y = TestRows.Empty(1, points + 16), slope = TestRows.Empty(1, points + 16);
        y.Span.Fill(777);
        slope.Span.Fill(777);
        for (int i = 0; i < points; i++)
            x.Span[i] = (i - points / 2) * (200f / points);
        using Device device = Device.Cpu(1);
        Kernels.Pointwise(function, parameter, x, y, slope);
        for (int i = 0; i < points; i++)
        {
            (double value, double derivative) = Reference(function, parameter, x.Span[i]);
            if (!(Math.Abs(y.Span[i] - value) <= 3e-7 + 5e-7 * Math.Abs(value))
                || !(Math.Abs(slope.Span[i] - derivative) <= 6e-7 + 6e-7 * Math.Abs(derivative)))
                Assert.Fail($"{function}({x.Span[i]}) is {y.Span[i]}, slope {slope.Span[i]}; expected {value} and {derivative}");
        }
        Assert.False(y.Span[points..].ContainsAnyExcept(777f) || slope.Span[points..].ContainsAnyExcept(777f));
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public void In_place_gives_the_same_and_NaN_stays_NaN(PointwiseFunction function, float parameter)
    {
        Rows x = TestRows.Normal(1, 37, 1), y = TestRows.Empty(1, 37), slope = TestRows.Empty(1, 37);
        x.Span[5] = x.Span[36] = float.NaN;
        using Device device = Device.Cpu(1);
        Kernels.Pointwise(function, parameter, x, y, slope);
        Kernels.Pointwise(function, parameter, x, x, slope);
        Assert.Equal(y.Span.ToArray(), x.Span.ToArray());
        Assert.True(float.IsNaN(y.Span[5]) && float.IsNaN(y.Span[36]));
        Assert.Equal(2, y.Span.ToArray().Count(float.IsNaN));
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public void Huge_inputs_give_the_limits(PointwiseFunction function, float parameter)
    {
        if (function == PointwiseFunction.Square)
            return;
        // SiLU is x · sigmoid(x), which is infinite or NaN for an infinite x, so x is finite here.
        float infinity = function == PointwiseFunction.Silu ? 1e38f : float.PositiveInfinity;
        Rows x = TestRows.Of(1, 4, infinity, -infinity, 1e30f, -1e30f), y = TestRows.Empty(1, 4), slope = TestRows.Empty(1, 4);
        using Device device = Device.Cpu(1);
        Kernels.Pointwise(function, parameter, x, y, slope);
        (float high, float highSlope, float low, float lowSlope) = function switch
        {
            PointwiseFunction.LeakyRelu => (float.PositiveInfinity, 1, float.NegativeInfinity, parameter),
            PointwiseFunction.Elu => (float.PositiveInfinity, 1, -parameter, 0),
            PointwiseFunction.Tanh => (1, 0, -1, 0),
            PointwiseFunction.Sigmoid => (1, 0, 0, 0),
            _ => (infinity, 1, 0, 0),
        };
        // 88·e⁻⁸⁸ is below 10⁻³⁵.
        Assert.Equal(high, y.Span[0]);
        Assert.Equal(low, y.Span[1], 1e-35f);
        Assert.Equal(high > 1 ? 1e30f : high, y.Span[2]);
        Assert.Equal(float.IsInfinity(low) ? -1e30f * parameter : low, y.Span[3], 1e-35f);
        Assert.Equal([highSlope, lowSlope, highSlope, lowSlope], slope.Span.ToArray().Select(v => MathF.Abs(v) < 1e-35f ? 0 : v));
    }

    [Fact]
    public void Silu_of_infinity_is_not_finite()
    {
        Rows x = TestRows.Of(1, 2, float.PositiveInfinity, float.NegativeInfinity), y = TestRows.Empty(1, 2), slope = TestRows.Empty(1, 2);
        using Device device = Device.Cpu(1);
        Kernels.Pointwise(PointwiseFunction.Silu, 0, x, y, slope);
        Assert.Equal([float.PositiveInfinity, float.NaN], y.Span.ToArray());
        Assert.Equal([float.NaN, float.NaN], slope.Span.ToArray());
    }

    [Theory]
    [InlineData(PointwiseFunction.Silu)]
    [InlineData(PointwiseFunction.Softplus)]
    [InlineData(PointwiseFunction.Sigmoid)]
    public void Small_values_have_a_small_relative_error(PointwiseFunction function)
    {
        // Below 0 the value is a product of e^x, 1/(1 + e^x) and the like, and so is the slope (except near the zero of SiLU's). The errors
        // add up
        // to at most 2 + 1.5 + 1 parts in 10⁷ near 0, and 4.2 + 0.6 at −80, where 1/(1 + e^x) is 1.
        const int points = 8_000;
        Rows x = TestRows.Empty(1, points), y = TestRows.Empty(1, points), slope = TestRows.Empty(1, points);
        for (int i = 0; i < points; i++)
            x.Span[i] = -80f * (i + 1) / points;
        using Device device = Device.Cpu(1);
        Kernels.Pointwise(function, 0, x, y, slope);
        for (int i = 0; i < points; i++)
        {
            double e = Math.Exp(x.Span[i]), value = function switch
            {
                PointwiseFunction.Silu => x.Span[i] * e / (1 + e),
                PointwiseFunction.Softplus => e < 1e-5 ? e * (1 - e / 2 + e * e / 3) : Math.Log(1 + e),
                _ => e / (1 + e),
            };
            Assert.InRange(y.Span[i] / value, 1 - 5e-7, 1 + 5e-7);
            if (function != PointwiseFunction.Silu)
                Assert.InRange(
                    slope.Span[i] / (e / (1 + e) * (function == PointwiseFunction.Sigmoid ? 1 / (1 + e) : 1)), 1 - 7e-7, 1 + 7e-7);
        }
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public void Every_vector_width_gives_the_same_bits_and_writes_only_its_rows(PointwiseFunction function, float parameter)
    {
        foreach (int n in new[] { 1, 7, 16, 35, 1024, 1024 + 13, 3 * 1024 + 16 })
        {
            Rows x = TestRows.Normal(1, n, 3, 10);
            float[][] results = [.. PhiloxTests.Widths().Select(width =>
            {
                Rows y = TestRows.Empty(2, n + 16);
                y.Span.Fill(777);
                Apply(width, function, parameter, x, y);
                Assert.False(y[0][n..].ContainsAnyExcept(777f) || y[1][n..].ContainsAnyExcept(777f));
                Rows values = TestRows.Empty(2, n + 16);
                values.Span.Fill(777);
                Apply(width, function, parameter, x, values, withSlopes: false);
                Assert.True(TestRows.SameBits(y[0], values[0]));
                Assert.False(values[1].ContainsAnyExcept(777f));
                return y.Span.ToArray();
            })];
            Assert.All(results, r => Assert.True(TestRows.SameBits(results[0], r)));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(47)]
    public void Products_and_sums_are_those_of_float32(int n)
    {
        using Device device = Device.Cpu(1);
        Rows a = TestRows.Normal(1, n, 1), b = TestRows.Normal(1, n, 2), c = TestRows.Normal(1, n, 3);
        foreach (bool accumulate in new[] { false, true })
        {
            Rows y = TestRows.Normal(1, n, 3), z = TestRows.Normal(1, n, 3);
            Kernels.Multiply(a, b, y, accumulate);
            Kernels.Scale(a, 0.3f, z, accumulate);
            for (int i = 0; i < n; i++)
            {
                float product = a.Span[i] * b.Span[i], scaled = a.Span[i] * 0.3f;
                Assert.Equal(accumulate ? product + c.Span[i] : product, y.Span[i]);
                Assert.Equal(accumulate ? scaled + c.Span[i] : scaled, z.Span[i]);
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(47)]
    public unsafe void Rows_are_added_in_order(int width)
    {
        const int count = 9, stride = 50;
        Rows rows = TestRows.Normal(count, stride, 1), total = TestRows.Normal(1, stride, 2);
        float[] expected = total.Span.ToArray();
        for (int j = 0; j < width; j++)
        {
            for (int i = 0; i < count; i++)
                expected[j] += rows[i][j];
        }
        PointwiseKernels.AddRows(rows.Pointer, stride, count, width, total.Pointer);
        Assert.Equal(expected, total.Span.ToArray());
    }

    private static unsafe void Apply(int width, PointwiseFunction function, float parameter, Rows x, Rows y, bool withSlopes = true)
    {
        float* slope = withSlopes ? y.Pointer + y.Width : null;
        if (width == 16)
            PointwiseKernels.Apply<Lanes512, Vector512<float>, Vector512<uint>>(function, parameter, x.Pointer, y.Pointer, slope, x.Width);
        else if (width == 8)
            PointwiseKernels.Apply<Lanes256, Vector256<float>, Vector256<uint>>(function, parameter, x.Pointer, y.Pointer, slope, x.Width);
        else
            PointwiseKernels.Apply<Lanes128, Vector128<float>, Vector128<uint>>(function, parameter, x.Pointer, y.Pointer, slope, x.Width);
    }

    internal static (double Value, double Slope) Reference(PointwiseFunction function, double parameter, double x)
    {
        double s = 1 / (1 + Math.Exp(-x));
        return function switch
        {
            PointwiseFunction.Relu => x > 0 ? (x, 1) : (0, 0),
            PointwiseFunction.LeakyRelu => x > 0 ? (x, 1) : (parameter * x, parameter),
            PointwiseFunction.Silu => (x * s, s + x * s * (1 - s)),
            PointwiseFunction.Softplus => (Math.Max(x, 0) + Math.Log(1 + Math.Exp(-Math.Abs(x))), s),
            PointwiseFunction.Elu => x > 0 ? (x, 1) : (parameter * (Math.Exp(x) - 1), parameter * Math.Exp(x)),
            PointwiseFunction.Tanh => (Math.Tanh(x), 1 - Math.Tanh(x) * Math.Tanh(x)),
            PointwiseFunction.Sigmoid => (s, s * (1 - s)),
            PointwiseFunction.Square => (x * x, 2 * x),
            _ => throw new ArgumentOutOfRangeException(nameof(function)),
        };
    }
}
