using Joule.Compute;
using Xunit;

namespace Joule.Tests.Compute;

public sealed class MetricKernelsTests
{
    private static readonly LeapfrogCoefficients Free = new(0.25f, 0.125f, float.NegativeInfinity, float.PositiveInfinity);

    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(100)]
    public void Both_halves_of_a_step_are_their_formulas_in_either_direction(int width)
    {
        Rows x = TestRows.Normal(4, width, 1), v = TestRows.Normal(4, width, 2), g = TestRows.Normal(4, width, 3, 3);
        Rows x2 = x.Slice(1, 2), v2 = v.Slice(1, 2), g2 = g.Slice(1, 2), kinetic = TestRows.Empty(2, 2), norms = TestRows.Empty(2, 1);
        float[] xs = x.Span.ToArray(), vs = v.Span.ToArray(), scale = Scale(width);
        Kernels.TrajectoryStart(x2, v2, g2, scale, [1, -1], Free);
        for (int i = 0; i < 4 * width; i++)
        {
            int sign = (i / width) switch { 1 => 1, 2 => -1, _ => 0 };
            float s = scale[i % width];
            double p = vs[i] - sign * 0.0625 * s * g.Span[i];
            Assert.Equal(p, v.Span[i], 1e-5);
            Assert.Equal(xs[i] + sign * 0.25 * s * p, x.Span[i], 1e-5);
        }
        vs = v.Span.ToArray();
        Kernels.TrajectoryEnd(v2, g2, scale, [1, -1], Free.Kick, kinetic, norms);
        for (int n = 0; n < 2; n++)
        {
            for (int i = 0; i < width; i++)
                Assert.Equal(vs[(n + 1) * width + i] - (1 - 2 * n) * 0.0625 * scale[i] * g2[n][i], v2[n][i], 1e-5);
            Assert.Equal(0.5 * v2[n].ToArray().Sum(p => (double)p * p), kinetic.Doubles[n], 1e-9);
            Assert.Equal(g2[n].ToArray().Sum(p => (double)p * p), norms[n][0], 1e-4 * norms[n][0]);
        }
        Assert.True(TestRows.SameBits(vs.AsSpan(0, width), v[0]) && TestRows.SameBits(vs.AsSpan(3 * width), v[3]));
    }

    [Fact]
    public void No_direction_is_forwards_and_zero_is_no_kick()
    {
        Rows x = TestRows.Normal(1, 20, 1), v = TestRows.Normal(1, 20, 2), g = TestRows.Normal(1, 20, 3);
        Rows y = TestRows.Normal(1, 20, 1), w = TestRows.Normal(1, 20, 2), kinetic = TestRows.Empty(1, 2), norms = TestRows.Empty(1, 1);
        Kernels.TrajectoryStart(x, v, g, Scale(20), [], Free);
        Kernels.TrajectoryStart(y, w, g, Scale(20), [1], Free);
        Assert.True(TestRows.SameBits(x.Span, y.Span) && TestRows.SameBits(v.Span, w.Span));
        Kernels.TrajectoryEnd(v, g, Scale(20), [0], Free.Kick, kinetic, norms);
        Assert.True(TestRows.SameBits(v.Span, w.Span));
        Kernels.TrajectoryEnd(v, g, Scale(20), [], Free.Kick, kinetic, norms);
        Kernels.TrajectoryEnd(w, g, Scale(20), [1], Free.Kick, kinetic, norms);
        Assert.True(TestRows.SameBits(v.Span, w.Span));
        Assert.Throws<ArgumentException>(() => Kernels.TrajectoryStart(x, v, g, new float[20], [], Free));
    }

    [Fact]
    public void A_step_turned_around_goes_back_inside_a_box()
    {
        LeapfrogCoefficients box = new(3, 1.5f, -1, 2);
        Rows x = TestRows.Empty(1, 40), v = TestRows.Normal(1, 40, 2), g = TestRows.Normal(1, 40, 3, 0.1f);
        Rows start = TestRows.Normal(1, 40, 2);
        Rows kinetic = TestRows.Empty(1, 2), norms = TestRows.Empty(1, 1);
        // One drift; then the kick that came before it is taken back after it, on the way back.
        Kernels.TrajectoryStart(x, v, g, Scale(40), [1], box);
        Assert.All(x.Span.ToArray(), q => Assert.InRange(q, -1, 2));
        Assert.Contains(Enumerable.Range(0, 40), i => Math.Sign(v.Span[i]) != Math.Sign(start.Span[i]));
        Kernels.TrajectoryStart(x, v, TestRows.Empty(1, 40), Scale(40), [-1], box);
        Kernels.TrajectoryEnd(v, g, Scale(40), [-1], box.Kick, kinetic, norms);
        for (int i = 0; i < 40; i++)
        {
            Assert.Equal(0, x.Span[i], 1e-5);
            Assert.Equal(start.Span[i], v.Span[i], 1e-5);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(37)]
    public void A_turn_is_seen_at_either_end(int width)
    {
        // Rows: a, nothing, −a, 3a, and one that is no number at its end.
        const int a = 0, zero = 1, minus = 2, three = 3, bad = 4;
        Rows rows = TestRows.Empty(5, width);
        for (int i = 0; i < width; i++)
        {
            float x = TestRows.Normal(1, width, 1).Span[i];
            (rows[a][i], rows[minus][i], rows[three][i]) = (x, -x, 3 * x);
        }
        rows[bad][width - 1] = float.NaN;
        Assert.False(Kernels.Turns(rows, a, a, a, 1, a, 0, zero));
        Assert.True(Kernels.Turns(rows, a, minus, a, 1, a, 0, zero));
        Assert.True(Kernels.Turns(rows, minus, a, a, 1, a, 0, zero));
        // ρ = a − 3a is −2a, and with 4a more it is 2a.
        Assert.True(Kernels.Turns(rows, a, a, a, -1, three, 0, a));
        Assert.False(Kernels.Turns(rows, a, a, a, -1, three, 4, a));
        // Nothing, and what is no number, are turns.
        Assert.True(Kernels.Turns(rows, a, a, a, -1, a, 0, zero));
        Assert.True(Kernels.Turns(rows, a, a, bad, 1, a, 0, zero));
        Assert.Throws<ArgumentOutOfRangeException>(() => Kernels.Turns(rows, a, a, a, 1, 5, 0, zero));
    }

    private static float[] Scale(int width) => [.. Enumerable.Range(0, (width + 15) / 16 * 16).Select(i => i < width ? 0.5f + i % 7 : 1)];
}
