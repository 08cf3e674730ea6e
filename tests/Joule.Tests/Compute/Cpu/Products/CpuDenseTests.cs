using Joule.Compute;
using Xunit;

namespace Joule.Tests.Compute;

/// <summary>Against float64: ‖difference‖ / ‖reference‖ is below 2·10⁻⁶, a few float32 roundings.</summary>
public sealed class CpuDenseTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(3, 7, 5)]
    [InlineData(2, 784, 128)]
    [InlineData(33, 17, 31)]
    [InlineData(64, 100, 1)]
    [InlineData(5, 1, 33)]
    [InlineData(130, 500, 300)]
    [InlineData(141, 2100, 70)]
    [InlineData(7, 65, 1100)]
    public void Forward_and_both_gradients(int rows, int inputs, int outputs)
    {
        using CpuDense kernel = new(inputs, outputs);
        Rows x = TestRows.Normal(rows, inputs, 1), weights = TestRows.Normal(outputs, inputs, 2), bias = TestRows.Normal(1, outputs, 3),
            dy = TestRows.Normal(rows, outputs, 4);
        double[] y = new double[rows * outputs], dx = new double[rows * inputs], dw = new double[outputs * inputs],
            db = new double[outputs];
        for (int n = 0; n < rows; n++)
            for (int o = 0; o < outputs; o++)
            {
                y[n * outputs + o] = bias[0][o];
                db[o] += dy[n][o];
                for (int i = 0; i < inputs; i++)
                {
                    y[n * outputs + o] += (double)x[n][i] * weights[o][i];
                    dx[n * inputs + i] += (double)dy[n][o] * weights[o][i];
                    dw[o * inputs + i] += (double)dy[n][o] * x[n][i];
                }
            }
        kernel.Pack(weights);
        Rows result = TestRows.Empty(rows, outputs), gradient = TestRows.Empty(rows, inputs), dWeights = TestRows.Empty(outputs, inputs),
            dBias = TestRows.Empty(1, outputs);
        kernel.Forward(x, bias, result, default);
        Assert.InRange(TestRows.RelativeError(result.Span, y), 0, 2e-6);
        kernel.Forward(x, default, result, default);
        Assert.InRange(TestRows.RelativeError(result.Span, [.. y.Select((v, i) => v - bias[0][i % outputs])]), 0, 2e-6);
        kernel.ReverseInput(dy, gradient, default, false);
        kernel.ReverseInput(dy, gradient, default, true);
        Assert.InRange(TestRows.RelativeError(gradient.Span, [.. dx.Select(v => 2 * v)]), 0, 2e-6);
        Fused(kernel, x, bias, dy);
        for (int first = 0; first < outputs; first += 10)
            kernel.WeightGradient(x, dy, dWeights, dBias, first, Math.Min(10, outputs - first));
        Assert.InRange(TestRows.RelativeError(dWeights.Span, dw), 0, 2e-6);
        Assert.InRange(TestRows.RelativeError(dBias.Span, db), 0, 2e-6);
        kernel.WeightGradient(x, dy, dWeights, default, 0, outputs);
        Assert.InRange(TestRows.RelativeError(dWeights.Span, [.. dw.Select(v => 2 * v)]), 0, 2e-6);
    }

    // The fused kernels equal the separate ones in sequence, to the last bit.
    private static void Fused(CpuDense kernel, Rows x, Rows bias, Rows dy)
    {
        int rows = x.Count, inputs = x.Width, outputs = dy.Width;
        Rows plain = TestRows.Empty(rows, outputs), fused = TestRows.Empty(rows, outputs), slope = TestRows.Empty(rows, outputs),
            kept = TestRows.Empty(rows, outputs);
        kernel.Forward(x, bias, plain, default);
        Kernels.Pointwise(PointwiseFunction.Tanh, 0, plain, plain, slope);
        kernel.Forward(x, bias, fused, new Activation(PointwiseFunction.Tanh, 0, kept));
        Assert.True(TestRows.SameBits(plain.Span, fused.Span) && TestRows.SameBits(slope.Span, kept.Span));
        kernel.Forward(x, bias, kept, new Activation(PointwiseFunction.Tanh, 0, default));
        Assert.True(TestRows.SameBits(plain.Span, kept.Span));

        Rows dx = TestRows.Empty(rows, inputs), multiplied = TestRows.Empty(rows, inputs), factor = TestRows.Normal(rows, inputs, 6);
        kernel.ReverseInput(dy, dx, default, false);
        Kernels.Multiply(dx, factor, dx, false);
        kernel.ReverseInput(dy, multiplied, factor, false);
        Assert.True(TestRows.SameBits(dx.Span, multiplied.Span));
    }
}
