using Joule.Compute;
using Joule.Energies;
using Joule.States;
using Xunit;

namespace Joule.Tests.Energies;

public sealed class EdgeHistogramTests
{
    private static readonly EdgeNeighboursOptions Options = new() { Directions = 5, Sharpness = 3, Cell = 2, Blur = 1.2 };

    [Theory]
    [InlineData(1, 7, 6)]
    [InlineData(3, 4, 9)]
    [InlineData(2, 1, 5)]
    public void Histograms_are_those_of_the_formula(int channels, int height, int width)
    {
        StateSpace space = StateSpace.Box(new Shape(channels, height, width), -1, 3);
        EdgeHistogram histogram = new(space, Options);
        Rows states = Noise(space, 6);
        Assert.Equal(histogram.Length, EdgeHistogram.Count(space.Shape, Options));
        for (int i = 0; i < states.Count; i++)
        {
            double[] expected = Formula(space, TestRows.Doubles(states[i]));
            // Float32 sums of some tens of terms.
            Assert.InRange(TestRows.RelativeError(Features(histogram, states[i]), expected), 0, 1e-5);
        }
    }

    [Fact]
    public void The_reverse_is_the_gradient()
    {
        StateSpace space = StateSpace.Box(new Shape(2, 5, 6), -1, 3);
        EdgeHistogram histogram = new(space, Options);
        Rows states = Noise(space, 3), factors = TestRows.Normal(3, histogram.Length, 8);
        float[] gradient = new float[space.Width];
        for (int i = 0; i < states.Count; i++)
        {
            histogram.Reverse(states[i], factors[i], gradient, histogram.CreateScratch());
            double[] slopes = new double[space.Width], weights = TestRows.Doubles(factors[i]), state = TestRows.Doubles(states[i]);
            for (int j = 0; j < slopes.Length; j++)
                slopes[j] = (At(j, 1e-5) - At(j, -1e-5)) / 2e-5;
            Assert.InRange(TestRows.RelativeError(gradient, slopes), 0, 1e-4);

            double At(int j, double step)
            {
                double[] moved = [.. state];
                moved[j] += step;
                return Formula(space, moved).Zip(weights, (f, w) => f * w).Sum();
            }
        }
    }

    [Fact]
    public void Contrast_does_not_count_and_a_black_image_has_no_edges()
    {
        StateSpace space = StateSpace.Box(new Shape(1, 8, 8), 0, 255);
        EdgeHistogram histogram = new(space, Options);
        Assert.All(Features(histogram, new float[64]), f => Assert.Equal(0, f));
        float[] full = Bar(255), half = Bar(127.5f);
        float[] one = Features(histogram, full), other = Features(histogram, half);
        Assert.InRange(TestRows.RelativeError(one, TestRows.Doubles(other)), 1e-6, 0.02);
        Assert.Equal(1, one.Sum(f => (double)f * f), 0.02);
        // An even image has the edges of its border, at any brightness.
        Assert.InRange(Features(histogram, [.. Enumerable.Repeat(40f, 64)]).Sum(f => (double)f * f), 0.9, 1);
    }

    [Fact]
    public void A_flat_image_has_a_finite_gradient()
    {
        StateSpace space = StateSpace.Box(new Shape(1, 6, 6), 0, 1);
        EdgeHistogram histogram = new(space, Options);
        float[] ones = [.. Enumerable.Repeat(1f, histogram.Length)], gradient = new float[36];
        foreach (float level in (float[])[0, 0.5f, 1])
        {
            histogram.Reverse([.. Enumerable.Repeat(level, 36)], ones, gradient, histogram.CreateScratch());
            Assert.All(gradient, g => Assert.True(float.IsFinite(g)));
        }
    }

    private static float[] Bar(float level) => [.. Enumerable.Range(0, 64).Select(i => i % 8 is 3 or 4 ? level : 0)];

    private static float[] Features(EdgeHistogram histogram, ReadOnlySpan<float> state)
    {
        float[] features = new float[histogram.Length];
        histogram.Forward(state, features, histogram.CreateScratch());
        return features;
    }

    private static Rows Noise(StateSpace space, int count)
    {
        Rows states = TestRows.Empty(count, space.Width);
        for (int i = 0; i < count; i++)
            space.FillNoise(new RandomStream(3, RandomPurpose.User, 0), (uint)i, states[i]);
        return states;
    }

    // In float64, pixel by pixel.
    private static double[] Formula(StateSpace space, double[] state)
    {
        (int channels, int height, int width) = (space.Shape.Channels, space.Shape.Height, space.Shape.Width);
        double[] down = Centres(height), across = Centres(width);
        List<double> roots = [];
        for (int c = 0; c < channels; c++)
        {
            for (int k = 0; k < Options.Directions; k++)
            {
                (double sine, double cosine) = Math.SinCos(2 * Math.PI * k / Options.Directions);
                foreach (double a in down)
                {
                    foreach (double b in across)
                    {
                        double sum = 0, weights = 0;
                        for (int y = 0; y < height; y++)
                        {
                            for (int x = 0; x < width; x++)
                            {
                                double gx = (Light(c, y, x + 1) - Light(c, y, x - 1)) / 2;
                                double gy = (Light(c, y + 1, x) - Light(c, y - 1, x)) / 2;
                                double size = Math.Sqrt(gx * gx + gy * gy + 1e-6);
                                double share = Math.Max(0, (gx * cosine + gy * sine) / size);
                                double apart = ((y - a) * (y - a) + (x - b) * (x - b)) / (Options.Blur * Options.Blur);
                                // Weights end at the first pixel beyond four deviations of the centre, down and across.
                                double weight = IsNear(y, a) && IsNear(x, b) ? Math.Exp(-0.5 * apart) : 0;
                                sum += weight * size * Math.Pow(share, Options.Sharpness);
                                weights += weight;
                            }
                        }
                        roots.Add(Math.Sqrt(sum / weights + 1e-6) - 1e-3);
                    }
                }
            }
        }
        double norm = Math.Sqrt(roots.Sum(r => r * r) + 0.05 * 0.05);
        return [.. roots.Select(r => r / norm)];

        double Light(int c, int y, int x) =>
            y < 0 || x < 0 || y >= height || x >= width ? 0 : (state[(c * height + y) * width + x] - space.Low) / (space.High - space.Low);

        static bool IsNear(int pixel, double centre) =>
            pixel >= Math.Floor(centre - 4 * Options.Blur) && pixel <= Math.Ceiling(centre + 4 * Options.Blur);
    }

    private static double[] Centres(int side)
    {
        int count = (side - 1) / Options.Cell + 1;
        return [.. Enumerable.Range(0, count).Select(i => (side - 1 - (count - 1) * Options.Cell) / 2.0 + i * Options.Cell)];
    }
}
