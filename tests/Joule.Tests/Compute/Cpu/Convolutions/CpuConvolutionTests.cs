using Joule.Compute;
using Xunit;

namespace Joule.Tests.Compute;

/// <summary>
/// Against a naive convolution in float64: ‖difference‖ is below 10⁻⁶ (a few float32 roundings) times the norm of the same sums with
/// absolute terms. Relative to the sums themselves it may be larger, because their terms may cancel.
/// </summary>
public sealed class CpuConvolutionTests
{
    private const double Tolerance = 1e-6;

    [Fact]
    public void Random_shapes()
    {
        int[] channels = [1, 2, 3, 5, 16, 17];
        RandomStream random = new(11, RandomPurpose.User, 0);
        int tried = 0;
        for (uint t = 0; tried < 80; t++)
        {
            int kernel = 1 + random.Integer(5, t, 0), padding = random.Integer(kernel, t, 1);
            ConvolutionShape shape = new(1 + random.Integer(9, t, 2), 1 + random.Integer(9, t, 3), channels[random.Integer(6, t, 4)],
                channels[random.Integer(6, t, 5)],
                kernel, 1 + random.Integer(3, t, 6), padding);
            if (shape.Height + 2 * padding < kernel || shape.Width + 2 * padding < kernel)
                continue;
            tried++;
            Check(shape, 2 + random.Integer(3, t, 7), t);
        }
    }

    [Theory]
    [InlineData(28, 28, 1, 16, 5, 2, 2)]
    [InlineData(28, 28, 1, 3, 5, 1, 2)]
    [InlineData(14, 13, 16, 33, 3, 1, 1)]
    [InlineData(7, 7, 64, 64, 3, 2, 1)]
    [InlineData(1, 40, 17, 2, 1, 3, 0)]
    [InlineData(4, 4, 64, 70, 3, 2, 1)]
    [InlineData(2, 2, 18, 20, 5, 1, 2)]
    [InlineData(1, 3, 16, 16, 3, 1, 2)]
    [InlineData(12, 11, 6, 5, 9, 1, 7)]
    public void Shapes_of_more_than_one_tile(int height, int width, int channels, int outputs, int kernel, int stride, int padding) =>
        Check(new ConvolutionShape(height, width, channels, outputs, kernel, stride, padding), 5, 3);

    // One-channel images have special kernels for every side and stride, and by input for more or fewer than eight rows.
    [Fact]
    public void One_channel_with_every_kernel()
    {
        for (int kernel = 1; kernel <= 6; kernel++)
            for (int stride = 1; stride <= 3; stride++)
                Check(new ConvolutionShape(37, 22 + kernel, 1, 17, kernel, stride, kernel / 2), 2, (ulong)(10 * kernel + stride));
    }

    // By input, sixteen channels with stride 2 are computed in pairs of pixels if the width is even. Which outputs reach a pixel of a pair
    // depends on kernel and padding.
    [Fact]
    public void Sixteen_channels_with_every_kernel_and_padding()
    {
        for (int kernel = 1; kernel <= 5; kernel++)
            for (int padding = 0; padding < kernel; padding++)
                foreach ((int height, int width) in new[] { (7, 8), (6, 10), (5, 9) })
                    Check(new ConvolutionShape(height, width, 16, 3 + kernel, kernel, 2, padding), 5, (ulong)(10 * kernel + padding));
    }

    // More positions than a table holds, cut into whole rows and into pieces of a row.
    [Theory]
    [InlineData(71, 67, 5, 3, 3, 1, 1)]
    [InlineData(150, 131, 6, 2, 4, 2, 1)]
    [InlineData(2, 5003, 5, 7, 2, 1, 1)]
    [InlineData(3, 9001, 6, 1, 3, 2, 2)]
    [InlineData(80, 80, 1, 2, 3, 1, 1)]
    [InlineData(90, 132, 16, 2, 3, 2, 1)]
    [InlineData(6, 4404, 16, 1, 2, 2, 0)]
    [InlineData(200, 210, 5, 2, 3, 16, 1)]
    public void Images_in_bands(int height, int width, int channels, int outputs, int kernel, int stride, int padding) =>
        Check(new ConvolutionShape(height, width, channels, outputs, kernel, stride, padding), 2, 3);

    // Zeros at the border would turn an infinite weight into NaN: taps outside the image are left out.
    [Fact]
    public void A_tap_outside_the_image_is_left_out()
    {
        using CpuConvolution kernel = new(new ConvolutionShape(2, 2, 8, 5, 3, 2, 1));
        Rows x = TestRows.Normal(3, 32, 1), weights = TestRows.Normal(5, 72, 2), y = TestRows.Empty(3, 5), dx = TestRows.Empty(3, 32);
        // The only output sees the last two rows and columns of taps.
        for (int i = 0; i < weights.Length; i++)
        {
            if (i % 9 < 3 || i % 3 == 0)
                weights.Span[i] = float.PositiveInfinity;
        }
        kernel.Pack(weights);
        Rows scratch = TestRows.Empty(1, kernel.ScratchLength);
        kernel.Forward(x, default, y, scratch, default);
        Assert.False(y.Span.ContainsAnyExceptInRange(float.MinValue, float.MaxValue));
        kernel.ReverseInput(y, dx, default, scratch, false);
        Assert.False(dx.Span.ContainsAnyExceptInRange(float.MinValue, float.MaxValue));
    }

    // Otherwise a thousand 1×1 kernels would need a table entry for each of a million pixels, and a stride of 64 has 4,096 phases.
    [Theory]
    [InlineData(1024, 1)]
    [InlineData(2048, 64)]
    public void Tables_do_not_grow_with_the_image(int side, int stride)
    {
        using CpuConvolution kernel = new(new ConvolutionShape(side, side, 5, 5, 1, stride, 0));
        Assert.InRange(kernel.TableLength, 1, Math.Max(16384, stride * stride * 256));
    }

    private static void Check(ConvolutionShape s, int rows, ulong seed)
    {
        using CpuConvolution kernel = new(s);
        int inputs = s.Height * s.Width * s.Channels, outputs = s.Positions * s.Outputs;
        Rows x = TestRows.Normal(rows, inputs, seed), dy = TestRows.Normal(rows, outputs, seed + 1),
            bias = TestRows.Normal(1, s.Outputs, seed + 2);
        Rows weights = TestRows.Normal(s.Outputs, s.Taps, seed + 3), scratch = TestRows.Normal(1, kernel.ScratchLength, seed + 4);
        Naive(s, x, dy, bias, weights, out double[] y, out double[] dx, out double[] dw, out double[] db);
        Naive(s, Positive(x), Positive(dy), Positive(bias), Positive(weights), out double[] ySize, out double[] dxSize, out double[] dwSize,
            out double[] dbSize);
        kernel.Pack(weights);

        Rows guarded = TestRows.Empty(rows + 2, outputs);
        guarded.Span.Fill(777);
        kernel.Forward(x, bias, guarded.Slice(1, rows), scratch, default);
        Close(guarded.Slice(1, rows), y, ySize);
        Assert.False(guarded[0].ContainsAnyExcept(777f) || guarded[rows + 1].ContainsAnyExcept(777f));

        kernel.Forward(x, default, guarded.Slice(1, rows), scratch, default);
        double[] withoutBias = [.. y.Select((v, i) => v - bias[0][i % s.Outputs])];
        Close(guarded.Slice(1, rows), withoutBias, ySize);

        Rows gradient = TestRows.Empty(rows + 2, inputs);
        gradient.Span.Fill(777);
        kernel.ReverseInput(dy, gradient.Slice(1, rows), default, scratch, false);
        Close(gradient.Slice(1, rows), dx, dxSize);
        Assert.False(gradient[0].ContainsAnyExcept(777f) || gradient[rows + 1].ContainsAnyExcept(777f));
        kernel.ReverseInput(dy, gradient.Slice(1, rows), default, scratch, true);
        Close(gradient.Slice(1, rows), [.. dx.Select(v => 2 * v)], dxSize);

        Fused(kernel, x, bias, dy, outputs, inputs, scratch);

        // Two partial gradients, of the first row and of the other rows, added to a gradient of ones.
        Rows partials = TestRows.Normal(2, kernel.PartialLength, 5), dWeights = TestRows.Empty(s.Outputs, s.Taps),
            dBias = TestRows.Empty(1, s.Outputs);
        dWeights.Span.Fill(1);
        dBias.Span.Fill(1);
        kernel.WeightGradient(x.Slice(0, 1), dy.Slice(0, 1), partials.Slice(0, 1), scratch);
        kernel.WeightGradient(x.Slice(1, rows - 1), dy.Slice(1, rows - 1), partials.Slice(1, 1), scratch);
        kernel.AddPartials(partials, dWeights, dBias);
        Close(dWeights, [.. dw.Select(v => v + 1)], [.. dwSize.Select(v => v + 1)]);
        Close(dBias, [.. db.Select(v => v + 1)], [.. dbSize.Select(v => v + 1)]);

        // The other rows added to the partial gradient of the first: the same weights, and the bias of the first row alone.
        Rows first = TestRows.Empty(1, s.Outputs), added = TestRows.Empty(s.Outputs, s.Taps), biases = TestRows.Empty(1, s.Outputs);
        kernel.WeightGradient(x.Slice(0, 1), dy.Slice(0, 1), partials.Slice(0, 1), scratch);
        kernel.AddPartials(partials.Slice(0, 1), TestRows.Empty(s.Outputs, s.Taps), first);
        kernel.WeightGradient(x.Slice(1, rows - 1), dy.Slice(1, rows - 1), partials.Slice(0, 1), scratch, adds: true);
        kernel.AddPartials(partials.Slice(0, 1), added, biases);
        Close(added, dw, dwSize);
        Assert.True(TestRows.SameBits(first.Span, biases.Span));
    }

    // The fused kernels equal the separate ones in sequence, to the last bit.
    private static void Fused(CpuConvolution kernel, Rows x, Rows bias, Rows dy, int outputs, int inputs, Rows scratch)
    {
        int rows = x.Count;
        Rows plain = TestRows.Empty(rows, outputs), fused = TestRows.Empty(rows, outputs), slope = TestRows.Empty(rows, outputs),
            kept = TestRows.Empty(rows, outputs);
        kernel.Forward(x, bias, plain, scratch, default);
        Kernels.Pointwise(PointwiseFunction.Silu, 0, plain, plain, slope);
        kernel.Forward(x, bias, fused, scratch, new Activation(PointwiseFunction.Silu, 0, kept));
        Assert.True(TestRows.SameBits(plain.Span, fused.Span) && TestRows.SameBits(slope.Span, kept.Span));
        kernel.Forward(x, bias, kept, scratch, new Activation(PointwiseFunction.Silu, 0, default));
        Assert.True(TestRows.SameBits(plain.Span, kept.Span));

        Rows dx = TestRows.Empty(rows, inputs), multiplied = TestRows.Empty(rows, inputs), factor = TestRows.Normal(rows, inputs, 6);
        kernel.ReverseInput(dy, dx, default, scratch, false);
        Kernels.Multiply(dx, factor, dx, false);
        kernel.ReverseInput(dy, multiplied, factor, scratch, false);
        Assert.True(TestRows.SameBits(dx.Span, multiplied.Span));
    }

    private static void Close(Rows actual, double[] expected, double[] size) =>
        Assert.InRange(
            TestRows.RelativeError(actual.Span, expected) * Math.Sqrt(expected.Sum(v => v * v) / size.Sum(v => v * v)), 0, Tolerance);

    private static Rows Positive(Rows rows) => TestRows.Of(rows.Count, rows.Width, [.. rows.Span.ToArray().Select(Math.Abs)]);

    private static void Naive(
        ConvolutionShape s, Rows x, Rows dy, Rows bias, Rows weights, out double[] y, out double[] dx, out double[] dw, out double[] db)
    {
        y = new double[x.Count * s.Positions * s.Outputs];
        dx = new double[x.Length];
        dw = new double[weights.Length];
        db = new double[s.Outputs];
        for (int n = 0; n < x.Count; n++)
            for (int oy = 0; oy < s.OutputHeight; oy++)
                for (int ox = 0; ox < s.OutputWidth; ox++)
                    for (int o = 0; o < s.Outputs; o++)
                    {
                        int at = ((n * s.OutputHeight + oy) * s.OutputWidth + ox) * s.Outputs + o;
                        y[at] = bias.Span[o];
                        db[o] += dy.Span[at];
                        for (int ky = 0; ky < s.Kernel; ky++)
                            for (int kx = 0; kx < s.Kernel; kx++)
                            {
                                int iy = oy * s.Stride + ky - s.Padding, ix = ox * s.Stride + kx - s.Padding;
                                if (iy < 0 || iy >= s.Height || ix < 0 || ix >= s.Width)
                                    continue;
                                for (int c = 0; c < s.Channels; c++)
                                {
                                    int i = ((n * s.Height + iy) * s.Width + ix) * s.Channels + c,
                                        w = ((o * s.Channels + c) * s.Kernel + ky) * s.Kernel + kx;
                                    y[at] += (double)x.Span[i] * weights.Span[w];
                                    dx[i] += (double)dy.Span[at] * weights.Span[w];
                                    dw[w] += (double)dy.Span[at] * x.Span[i];
                                }
                            }
                    }
    }
}
