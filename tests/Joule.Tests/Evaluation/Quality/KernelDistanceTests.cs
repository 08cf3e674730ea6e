using Joule.Compute;
using Joule.Evaluation;
using Xunit;

namespace Joule.Tests.Evaluation;

public sealed class KernelDistanceTests
{
    [Fact]
    public void It_is_the_unbiased_estimate_by_its_definition()
    {
        using Device device = Device.Cpu(2);
        Rows one = TestRows.Normal(40, 5, 1), other = TestRows.Normal(23, 5, 2);
        double expected = 0;
        for (int i = 0; i < 40; i++)
        {
            for (int j = 0; j < 40; j++)
                expected += i == j ? 0 : Kernel(one[i], one[j]) / (40 * 39);
            for (int j = 0; j < 23; j++)
                expected -= 2 * Kernel(one[i], other[j]) / (40 * 23);
        }
        for (int i = 0; i < 23; i++)
        {
            for (int j = 0; j < 23; j++)
                expected += i == j ? 0 : Kernel(other[i], other[j]) / (23 * 22);
        }
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        double within = KernelDistance.Within(device, other, cancellation);
        // Dot products are float32.
        Assert.Equal(expected, KernelDistance.Between(device, one, other, within, cancellation), 1e-5);
    }

    [Fact]
    public void Two_points_a_set_have_an_exact_answer()
    {
        using FakeDevice device = new();
        using DeviceBuffer memory = device.Allocate(4);
        device.Upload([0, 1, 2, 3], memory.AsRows(4, 1));
        Rows one = memory.AsRows(4, 1).Slice(0, 2), other = memory.AsRows(4, 1).Slice(2, 2);
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        // k(0, 1) = 1; k(2, 3) = 343; k(0, ·) = 1, k(1, 2) = 27, k(1, 3) = 64.
        double within = KernelDistance.Within(device, other, cancellation);
        Assert.Equal(343, within);
        Assert.Equal(1 + 343 - 2 * (1 + 1 + 27 + 64) / 4.0, KernelDistance.Between(device, one, other, within, cancellation));
    }

    private static double Kernel(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        double dot = 0;
        for (int i = 0; i < x.Length; i++)
            dot += (double)x[i] * y[i];
        return Math.Pow(dot / x.Length + 1, 3);
    }
}
