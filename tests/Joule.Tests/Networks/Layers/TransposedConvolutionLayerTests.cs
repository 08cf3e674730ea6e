using Joule.Compute;
using Joule.Networks;
using Joule.States;
using Xunit;

namespace Joule.Tests.Networks.Layers;

/// <summary>
/// A transposed convolution is the adjoint of a convolution with the same weights. Its derivatives are checked by
/// <see cref="NetworkGradientTests"/> and <see cref="DirectionalPassTests"/>.
/// </summary>
public sealed class TransposedConvolutionLayerTests
{
    public static TheoryData<int, int, int, int, int, int, int> Shapes => new()
    {
        // Channels, outputs, height, width of the convolution's input; kernel, stride, padding.
        { 1, 1, 5, 4, 3, 1, 0 },
        { 1, 32, 28, 28, 4, 2, 1 },
        { 2, 3, 7, 9, 3, 2, 1 },
        { 3, 17, 8, 5, 5, 3, 2 },
        { 6, 5, 7, 7, 7, 1, 0 },
        { 16, 33, 14, 12, 4, 2, 1 },
        { 8, 4, 6, 6, 2, 4, 0 },
        { 5, 16, 9, 9, 3, 1, 2 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void It_is_the_adjoint_of_the_convolution(int channels, int outputs, int height, int width, int kernel, int stride, int padding)
    {
        using Device device = Device.Cpu(1);
        using Network conv = new(device, new Shape(channels, height, width),
            [new ConvolutionLayer { Outputs = outputs, Kernel = kernel, Stride = stride, Padding = padding, Bias = false },
            new FlattenLayer()]);
        int h = (height + 2 * padding - kernel) / stride + 1, w = (width + 2 * padding - kernel) / stride + 1;
        int ofHeight = (height + 2 * padding - kernel) % stride, ofWidth = (width + 2 * padding - kernel) % stride;
        // Output padding is the same both ways: the image of the convolution is a little larger than that of the other sides.
        Assert.True(ofHeight == ofWidth, "the sides of the test leave different rests");
        using Network transposed = new(device, new Shape(outputs, h, w),
            [new TransposedConvolutionLayer
            {
                Outputs = channels,
                Kernel = kernel,
                Stride = stride,
                Padding = padding,
                OutputPadding = ofHeight,
                Bias = false,
            },
            new FlattenLayer()]);
        conv.Initialize(3);
        transposed.Write(transposed.Plan.Parameters[0], conv.Read(conv.Plan.Parameters[0]));
        transposed.Commit();
        Assert.Equal(channels * height * width, transposed.Plan.OutputWidth);

        // ⟨conv(x), y⟩ = ⟨x, transposed(y)⟩, and what either says of the other's gradient.
        const int rows = 3;
        Rows x = TestRows.Normal(rows, channels * height * width, 1), y = TestRows.Normal(rows, outputs * h * w, 2);
        Rows cx = TestRows.Empty(rows, y.Width), ty = TestRows.Empty(rows, x.Width);
        conv.Evaluate(x, cx);
        transposed.Evaluate(y, ty);
        for (int i = 0; i < rows; i++)
        {
            double one = Inner(cx[i], y[i]), other = Inner(x[i], ty[i]);
            double scale = Math.Sqrt(Inner(cx[i], cx[i]) * Inner(y[i], y[i]));
            Assert.Equal(one / scale, other / scale, 1e-6);
        }
    }

    [Fact]
    public void It_writes_the_kernel_into_the_output_and_adds_its_bias()
    {
        using Device device = Device.Cpu(1);
        using Network network = new(device, new Shape(1, 2, 1), [new TransposedConvolutionLayer { Outputs = 1, Kernel = 2, Stride = 1 }]);
        network.Write(network.Plan.Parameters[0], [1, 2, 3, 4]);
        network.Write(network.Plan.Parameters[1], [0.5f]);
        network.Commit();
        Rows x = TestRows.Empty(1, 2), y = TestRows.Empty(1, 6);
        (x[0][0], x[0][1]) = (10, 100);
        network.Evaluate(x, y);
        Assert.Equal([10.5f, 20.5f, 130.5f, 240.5f, 300.5f, 400.5f], y.Span.ToArray());
    }

    [Theory]
    [InlineData(3, 1, 3, 0, "padding is 3")]
    [InlineData(3, 2, 1, 2, "output_padding is 2")]
    [InlineData(1, 1, 0, 1, "output_padding is 1")]
    [InlineData(4, 1, 3, 0, "at least 1×1")]
    public void A_shape_that_is_impossible_is_refused(int kernel, int stride, int padding, int outputPadding, string message)
    {
        using Device device = Device.Cpu(1);
        TransposedConvolutionLayer layer =
            new() { Outputs = 2, Kernel = kernel, Stride = stride, Padding = padding, OutputPadding = outputPadding };
        Assert.Contains(message, Assert.Throws<InvalidInputException>(() => new Network(device, new Shape(1, 2, 2), [layer])).Message);
    }

    [Fact]
    public void An_image_that_is_too_large_is_refused_before_it_takes_memory()
    {
        using Device device = Device.Cpu(1);
        TransposedConvolutionLayer layer = new() { Outputs = 64, Kernel = 64, Stride = 64 };
        Assert.Contains("too large",
            Assert.Throws<InvalidInputException>(() => new Network(device, new Shape(1, 64, 64), [layer])).Message);
    }

    private static double Inner(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
            sum += (double)a[i] * b[i];
        return sum;
    }
}
