using Joule.Compute;
using Xunit;

namespace Joule.Tests.Compute;

public sealed class LeapfrogKernelsTests
{
    private static readonly RandomStream Noise = new(8, RandomPurpose.SamplingChains, 12);
    private static readonly LeapfrogCoefficients Free = new(0.25f, 0.125f, float.NegativeInfinity, float.PositiveInfinity);

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(33)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(200)]
    public void Start_step_and_end_follow_their_formulas_with_the_documented_momentum(int width)
    {
        Rows x = TestRows.Normal(5, width, 1), gradient = TestRows.Normal(5, width, 2, 3), momentum = TestRows.Empty(5, width),
            proposal = TestRows.Empty(5, width);
        momentum.Span.Fill(float.NaN);
        proposal.Span.Fill(float.NaN);
        Rows x3 = x.Slice(1, 3), g3 = gradient.Slice(1, 3), p3 = momentum.Slice(1, 3), q3 = proposal.Slice(1, 3);
        double[] kinetic = new double[3];
        float[] norms = new float[3], drawn = new float[width];
        HostKernels.LeapfrogStart(x3, g3, p3, q3, Free, Noise, 40, kinetic, norms);
        for (int n = 0; n < 3; n++)
        {
            Noise.FillNormal(drawn, 40 + (uint)n);
            for (int i = 0; i < width; i++)
            {
                double p = drawn[i] - 0.0625 * g3[n][i];
                Assert.Equal(p, p3[n][i], 2e-6);
                Assert.Equal(x3[n][i] + 0.25 * p, q3[n][i], 2e-6);
            }
            Assert.Equal(0.5 * drawn.Sum(v => (double)v * v), kinetic[n], 1e-9);
            Assert.Equal(g3[n].ToArray().Sum(v => (double)v * v), norms[n], 1e-4 * norms[n]);
        }
        float[] before = p3.Span.ToArray(), from = q3.Span.ToArray();
        Kernels.LeapfrogStep(q3, p3, g3, Free);
        for (int i = 0; i < 3 * width; i++)
        {
            double p = before[i] - 0.125 * g3.Span[i];
            Assert.Equal(p, p3.Span[i], 2e-6);
            Assert.Equal(from[i] + 0.25 * p, q3.Span[i], 2e-6);
        }
        before = p3.Span.ToArray();
        HostKernels.LeapfrogEnd(p3, g3, Free, kinetic, norms);
        for (int n = 0; n < 3; n++)
        {
            for (int i = 0; i < width; i++)
                Assert.Equal(before[n * width + i] - 0.0625 * g3[n][i], p3[n][i], 2e-6);
            Assert.Equal(0.5 * p3[n].ToArray().Sum(v => (double)v * v), kinetic[n], 1e-9);
            Assert.Equal(g3[n].ToArray().Sum(v => (double)v * v), norms[n], 1e-4 * norms[n]);
        }
        foreach (Rows rows in new[] { momentum, proposal })
        {
            Assert.All(rows[0].ToArray(), v => Assert.True(float.IsNaN(v)));
            Assert.All(rows[4].ToArray(), v => Assert.True(float.IsNaN(v)));
        }
    }

    [Theory]
    [InlineData(1f)]
    [InlineData(10f)]
    public void Walls_reflect_as_often_as_they_are_passed(float speed)
    {
        // Against a walk in float64 that is reflected at one wall after another.
        LeapfrogCoefficients box = new(speed, 0, -0.5f, 1.25f);
        Rows x = TestRows.Empty(1, 1000), p = TestRows.Normal(1, 1000, 2), zero = TestRows.Empty(1, 1000);
        new RandomStream(5, RandomPurpose.User, 0).FillUniform(x.Span, 0, -0.5f, 1.25f);
        float[] from = x.Span.ToArray(), momentum = p.Span.ToArray();
        Kernels.LeapfrogStep(x, p, zero, box);
        int turned = 0;
        for (int i = 0; i < 1000; i++)
        {
            double q = from[i] + (double)speed * momentum[i], sign = 1;
            while (q is < -0.5 or > 1.25)
            {
                q = q < -0.5 ? -1 - q : 2.5 - q;
                sign = -sign;
            }
            Assert.Equal(q, x.Span[i], 1e-5);
            Assert.Equal(sign * momentum[i], p.Span[i]);
            turned += sign < 0 ? 1 : 0;
        }
        Assert.InRange(turned, 200, 700);
        Assert.InRange(x.Span.ToArray().Min(), -0.5f, 1.25f);
        Assert.InRange(x.Span.ToArray().Max(), -0.5f, 1.25f);
    }

    [Theory]
    [InlineData(-0.5f, float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity, 0.5f)]
    public void A_single_wall_reflects_once(float low, float high)
    {
        LeapfrogCoefficients half = new(1.5f, 0, low, high);
        Rows x = TestRows.Normal(1, 1000, 3), p = TestRows.Normal(1, 1000, 2), zero = TestRows.Empty(1, 1000);
        for (int i = 0; i < 1000; i++)
            x.Span[i] = Math.Clamp(x.Span[i], low, high);
        float[] from = x.Span.ToArray(), momentum = p.Span.ToArray();
        Kernels.LeapfrogStep(x, p, zero, half);
        int turned = 0;
        for (int i = 0; i < 1000; i++)
        {
            double q = from[i] + 1.5 * momentum[i];
            bool beyond = q < low || q > high;
            Assert.Equal(q < low ? 2.0 * low - q : q > high ? 2.0 * high - q : q, x.Span[i], 1e-5);
            Assert.Equal(beyond ? -momentum[i] : momentum[i], p.Span[i]);
            Assert.InRange(x.Span[i], low, high);
            turned += beyond ? 1 : 0;
        }
        Assert.InRange(turned, 200, 700);
    }

    [Fact]
    public void NaN_passes_through_walls_and_spares_its_neighbours()
    {
        Rows x = TestRows.Of(1, 3, 0, float.NaN, 0.5f), p = TestRows.Of(1, 3, 1, 1, float.NaN), zero = TestRows.Empty(1, 3);
        Kernels.LeapfrogStep(x, p, zero, new LeapfrogCoefficients(0.5f, 1, -1, 1));
        Assert.Equal([0.5f, float.NaN, float.NaN], x.Span.ToArray());
        Assert.Equal([1, 1, float.NaN], p.Span.ToArray());
    }
}
