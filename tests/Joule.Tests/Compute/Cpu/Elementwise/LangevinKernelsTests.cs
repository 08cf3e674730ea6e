using System.Runtime.Intrinsics;
using Joule.Compute;
using Xunit;

namespace Joule.Tests.Compute;

public sealed class LangevinKernelsTests
{
    private static readonly Device Cpu = Device.Cpu(1);
    private static readonly RandomStream Noise = new(8, RandomPurpose.TrainingChains, 12);

    [Theory]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(200)]
    public void One_update_is_the_formula_with_the_documented_noise(int width)
    {
        Rows x = TestRows.Normal(3, width, 1), gradient = TestRows.Normal(3, width, 2, 3), start = TestRows.Normal(3, width, 1);
        float[] norms = new float[3], noise = new float[width];
        HostKernels.LangevinUpdate(x, gradient, new LangevinCoefficients(0.1f, 0.5f, 2, -1, 1.5f), Noise, 40, norms);
        for (int n = 0; n < 3; n++)
        {
            Noise.FillNormal(noise, 40 + (uint)n);
            double norm = 0;
            for (int i = 0; i < width; i++)
            {
                norm += (double)gradient[n][i] * gradient[n][i];
                double expected = Math.Clamp(start[n][i] - (double)0.1f * Math.Clamp(gradient[n][i], -2.0, 2.0) + 0.5 * noise[i], -1, 1.5);
                Assert.Equal(expected, x[n][i], 1e-6);
            }
            Assert.Equal(norm, norms[n], 1e-5 * norm);
        }
    }

    [Fact]
    public void Without_noise_none_is_drawn_and_without_limits_none_is_applied()
    {
        Rows x = TestRows.Of(1, 3, 1e6f, -1e6f, 0), gradient = TestRows.Of(1, 3, -1e7f, 1e7f, 1);
        float[] norms = new float[1];
        HostKernels.LangevinUpdate(x, gradient,
            new LangevinCoefficients(1, 0, float.PositiveInfinity, float.NegativeInfinity, float.PositiveInfinity), Noise, 0, norms);
        Assert.Equal([1.1e7f, -1.1e7f, -1f], x.Span.ToArray());
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void A_gradient_that_is_not_finite_shows_in_the_norm_whatever_the_clip(float bad)
    {
        foreach (int width in new[] { 70, 64, 5 })
        {
            Rows x = TestRows.Empty(1, width), gradient = TestRows.Empty(1, width);
            gradient.Span[width - 1] = bad;
            float[] norms = new float[1];
            HostKernels.LangevinUpdate(x, gradient, new LangevinCoefficients(1, 1, 0.01f, -1, 1), Noise, 0, norms);
            Assert.False(float.IsFinite(norms[0]));
            Assert.Equal(float.IsNaN(bad), float.IsNaN(x.Span[width - 1]));
        }
    }

    [Fact]
    public void NaN_is_never_clamped_into_a_number()
    {
        foreach (int width in new[] { 3, 16, 17, 70 })
        {
            Rows x = TestRows.Empty(1, width);
            x.Span.Fill(float.NaN);
            Kernels.Clamp(x, -1, 1);
            Kernels.AddNoise(x, 1, -1, 1, Noise, 0);
            HostKernels.LangevinUpdate(x, TestRows.Empty(1, width), new LangevinCoefficients(1, 1, 1, -1, 1), Noise, 0, new float[1]);
            Assert.All(x.Span.ToArray(), v => Assert.True(float.IsNaN(v)));
        }
    }

    [Fact]
    public void Noise_alone_and_walls()
    {
        Rows x = TestRows.Empty(2, 100), clamped = TestRows.Normal(2, 100, 5);
        Kernels.AddNoise(x, 2, -3, 2.5f, Noise, 7);
        float[] noise = new float[100];
        for (int n = 0; n < 2; n++)
        {
            Noise.FillNormal(noise, 7 + (uint)n);
            Assert.Equal([.. noise.Select(v => Math.Clamp(2 * v, -3, 2.5f))], x[n].ToArray());
        }
        float[] expected = [.. clamped.Span.ToArray().Select(v => Math.Clamp(v, -0.5f, 0.25f))];
        Kernels.Clamp(clamped, -0.5f, 0.25f);
        Assert.Equal(expected, clamped.Span.ToArray());
    }

    [Theory]
    [InlineData(3, 1, 0.5f)]
    [InlineData(2, 8, 0.5f)]
    [InlineData(2, 8, 0f)]
    [InlineData(2, 23, 0.5f)]
    [InlineData(2, 64, 0.5f)]
    [InlineData(3, 784, 0.5f)]
    [InlineData(2, 124, 0.5f)]
    [InlineData(2, 124, 0f)]
    [InlineData(3, 107, 0f)]
    public void Every_vector_width_gives_the_same_bits_and_writes_only_its_rows(int rows, int width, float sigma)
    {
        LangevinCoefficients c = new(0.1f, sigma, 2, -1, 1.5f);
        (Rows State, float[] Norms)[] results = [.. PhiloxTests.Widths().Select(lanes =>
        {
            Rows x = TestRows.Normal(rows + 1, width, 1), gradient = TestRows.Normal(rows + 1, width, 2, 3);
            float[] norms = new float[rows];
            Advance(lanes, x.Slice(0, rows), gradient, c, norms);
            return (x, norms);
        })];
        Assert.All(results, r => Assert.Equal(TestRows.Normal(rows + 1, width, 1)[rows].ToArray(), r.State[rows].ToArray()));
        Assert.All(results,
            r => Assert.True(TestRows.SameBits(results[0].State.Span, r.State.Span) && TestRows.SameBits(results[0].Norms, r.Norms)));
        Rows device = TestRows.Normal(rows, width, 1);
        HostKernels.LangevinUpdate(device, TestRows.Normal(rows, width, 2, 3), c, Noise, 40, new float[rows]);
        Assert.True(TestRows.SameBits(device.Span, results[0].State.Slice(0, rows).Span));
    }

    private static unsafe void Advance(int lanes, Rows x, Rows gradient, LangevinCoefficients c, float[] norms)
    {
        fixed (float* n = norms)
        {
            if (lanes == 16)
                LangevinKernels.Rows<Lanes512, Vector512<float>, Vector512<uint>, LangevinKernels.WithGradient>(
                    x.Pointer, gradient.Pointer, x.Count, x.Width, c, Noise, 40, n);
            else if (lanes == 8)
                LangevinKernels.Rows<Lanes256, Vector256<float>, Vector256<uint>, LangevinKernels.WithGradient>(
                    x.Pointer, gradient.Pointer, x.Count, x.Width, c, Noise, 40, n);
            else
                LangevinKernels.Rows<Lanes128, Vector128<float>, Vector128<uint>, LangevinKernels.WithGradient>(
                    x.Pointer, gradient.Pointer, x.Count, x.Width, c, Noise, 40, n);
        }
    }
}
