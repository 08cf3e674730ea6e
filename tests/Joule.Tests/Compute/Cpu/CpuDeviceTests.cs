using Joule.Compute;
using Xunit;

namespace Joule.Tests.Compute;

public sealed class CpuDeviceTests
{
    private static readonly Device Cpu = Device.Cpu(1);

    [Theory]
    [InlineData(4, 4, 3, 2)]
    [InlineData(7, 5, 2, 2)]
    [InlineData(5, 9, 17, 3)]
    [InlineData(3, 3, 1, 1)]
    public void Average_pooling_and_its_reverse(int height, int width, int channels, int size)
    {
        int oh = height / size, ow = width / size;
        Rows x = TestRows.Normal(3, height * width * channels, 1), y = TestRows.Normal(3, oh * ow * channels, 2),
            dx = TestRows.Normal(3, x.Width, 3);
        double[] expected = new double[y.Length], reverse = new double[x.Length];
        Rows dy = TestRows.Normal(3, y.Width, 4);
        for (int n = 0; n < 3; n++)
            for (int i = 0; i < oh * size; i++)
                for (int j = 0; j < ow * size; j++)
                    for (int c = 0; c < channels; c++)
                    {
                        int from = (i * width + j) * channels + c, to = (i / size * ow + j / size) * channels + c;
                        expected[n * y.Width + to] += x[n][from] / (double)(size * size);
                        reverse[n * x.Width + from] = dy[n][to] / (double)(size * size);
                    }
        Kernels.AveragePool(x, y, height, width, channels, size);
        Assert.InRange(TestRows.RelativeError(y.Span, expected), 0, 1e-6);
        Kernels.AveragePoolReverse(dy, dx, height, width, channels, size, false);
        Assert.InRange(TestRows.RelativeError(dx.Span, reverse), 0, 1e-6);
        Kernels.AveragePoolReverse(dy, dx, height, width, channels, size, true);
        Assert.InRange(TestRows.RelativeError(dx.Span, [.. reverse.Select(v => 2 * v)]), 0, 1e-6);
    }

    [Theory]
    [InlineData(1, 5)]
    [InlineData(3, 16)]
    [InlineData(17, 6)]
    public void Transposing(int a, int b)
    {
        Rows x = TestRows.Normal(2, a * b, 1), y = TestRows.Empty(2, a * b), back = TestRows.Empty(2, a * b);
        Kernels.Transpose(x, y, a, b, false);
        for (int n = 0; n < 2; n++)
            for (int i = 0; i < a; i++)
                for (int j = 0; j < b; j++)
                    Assert.Equal(x[n][i * b + j], y[n][j * a + i]);
        Kernels.Transpose(y, back, b, a, false);
        Assert.Equal(x.Span.ToArray(), back.Span.ToArray());
        Kernels.Transpose(y, back, b, a, true);
        Assert.Equal([.. x.Span.ToArray().Select(v => 2 * v)], back.Span.ToArray());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(37)]
    public void Products_multiples_and_sums(int width)
    {
        Rows a = TestRows.Normal(3, width, 1), b = TestRows.Normal(3, width, 2), y = TestRows.Empty(3, width), sums = TestRows.Empty(3, 1);
        Kernels.Multiply(a, b, y, false);
        Assert.Equal([.. Pairs(a, b, (p, q) => p * q)], y.Span.ToArray());
        Kernels.Multiply(a, a, y, true);
        Assert.InRange(TestRows.RelativeError(y.Span, [.. Pairs(a, b, (p, q) => (double)p * q + (double)p * p)]), 0, 1e-6);
        Kernels.Scale(a, -2, y, false);
        Kernels.Scale(b, 0.5f, y, true);
        Assert.InRange(TestRows.RelativeError(y.Span, [.. Pairs(a, b, (p, q) => -2.0 * p + 0.5 * q)]), 0, 1e-6);
        Kernels.SumRows(a, sums);
        for (int n = 0; n < 3; n++)
            Assert.Equal(a[n].ToArray().Sum(v => (double)v), sums[n][0], 1e-6 * width);
        Kernels.Spread(sums, y, false);
        Kernels.Spread(sums, y, true);
        for (int i = 0; i < y.Length; i++)
            Assert.Equal(2 * sums.Span[i / width], y.Span[i]);
        Rows total = TestRows.Empty(1, width);
        Kernels.SumSlots(a, total, false);
        Kernels.SumSlots(a, total, true);
        for (int j = 0; j < width; j++)
            Assert.Equal(2.0 * ((double)a[0][j] + a[1][j] + a[2][j]), total.Span[j], 1e-5);
    }

    [Fact]
    public void Rows_outside_their_buffer_are_refused()
    {
        using DeviceBuffer buffer = Cpu.Allocate(12);
        Assert.All(buffer.Span.ToArray(), v => Assert.Equal(0, v));
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.AsRows(4, 4));
        Rows rows = buffer.AsRows(3, 4);
        Assert.Throws<ArgumentOutOfRangeException>(() => rows.Slice(2, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => rows.Slice(-1, 1));
        Assert.Throws<ArgumentException>(() => rows.Reshape(5, 2));
        rows[2][3] = 5;
        Assert.Equal(5, rows.Slice(1, 2).Reshape(4, 2)[3][1]);
        buffer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => buffer.Span.Length);
    }

    [Fact]
    public void A_device_needs_between_1_and_1024_threads()
    {
        Assert.Throws<InvalidInputException>(() => Device.Cpu(0));
        Assert.Throws<InvalidInputException>(() => Device.Cpu(1025));
        using Device three = Device.Cpu(3);
        Assert.Equal(3, three.Lanes);
        Assert.Contains($"{Gemm.Bits}-bit", three.Description, StringComparison.Ordinal);
        TestContext.Current.TestOutputHelper?.WriteLine(three.Description);
    }

    private static IEnumerable<T> Pairs<T>(Rows a, Rows b, Func<float, float, T> f) => a.Span.ToArray().Zip(b.Span.ToArray(), f);
}
