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
        // 40,003 points of [−100, 100], which is no multiple of a vector: the tail is on it too. 3·10⁻⁷ absolute, 5·10⁻⁷ relative to the value.
        const int points = 40_003;
        Rows x = TestRows.Empty(1, points), y = TestRows.Empty(1, points + 16), slope = TestRows.Empty(1, points + 16);
        y.Span.Fill(777);
        slope.Span.Fill(777);
        for (int i = 0; i < points; i++)
            x.Span[i] = (i - points / 2) * (200f / points);
        using Device device = Device.Cpu(1);
        device.Pointwise(function, parameter, x, y, slope);
        for (int i = 0; i < points; i++)
        {
            (double value, double derivative) = Reference(function, parameter, x.Span[i]);
            if (!(Math.Abs(y.Span[i] - value) <= 3e-7 + 5e-7 * Math.Abs(value)) || !(Math.Abs(slope.Span[i] - derivative) <= 6e-7 + 6e-7 * Math.Abs(derivative)))
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
        device.Pointwise(function, parameter, x, y, slope);
        device.Pointwise(function, parameter, x, x, slope);
        Assert.Equal(y.Span.ToArray(), x.Span.ToArray());
        Assert.True(float.IsNaN(y.Span[5]) && float.IsNaN(y.Span[36]));
        Assert.Equal(2, y.Span.ToArray().Count(float.IsNaN));
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
