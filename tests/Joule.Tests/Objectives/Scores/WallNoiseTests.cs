using Joule.Compute;
using Joule.Objectives;
using Joule.States;
using Xunit;

namespace Joule.Tests.Objectives;

public sealed class WallNoiseTests
{
    [Theory]
    [InlineData(0.25f, 0.5f, 0.75f, 0.5f)]
    [InlineData(0.25f, -0.5f, 0.25f, 0.5f)]
    [InlineData(0.75f, 0.5f, 0.75f, -0.5f)]
    [InlineData(0.25f, 2.5f, 0.75f, 2.5f)]
    [InlineData(0.5f, -1.75f, 0.75f, -1.75f)]
    public void A_number_is_mirrored_and_its_noise_turned(float x, float noise, float expected, float turned)
    {
        float[] n = [noise], y = new float[1];
        WallNoise.Add(StateSpace.Box(Shape.Vector(1), 0, 1), [x], n, y);
        Assert.Equal(expected, y[0], 1e-6f);
        Assert.Equal(turned, n[0]);
    }

    [Fact]
    public void Without_walls_nothing_is_mirrored_and_a_single_wall_or_column_mirrors_alone()
    {
        float[] n = [-3, -3, 3], y = new float[3];
        WallNoise.Add(StateSpace.Real(Shape.Vector(3)), [1, 1, 1], n, y);
        Assert.Equal([-2f, -2, 4], y);
        ColumnDomain low = new(Domain.Box, 0, float.PositiveInfinity), high = new(Domain.Box, float.NegativeInfinity, 2);
        WallNoise.Add(StateSpace.Mixed([ColumnDomain.Real, low, high]), [1, 1, 1], n, y);
        Assert.Equal([-2f, 2, 0], y);
        Assert.Equal([-3f, 3, -3], n);
    }

    [Fact]
    public void The_target_is_the_score_of_the_mirrored_density_on_average()
    {
        // x = 0.3 with noise of deviation 0.6 on [0, 1]; noisy values near 0.9. The density of y is a sum over mirror images of x.
        const int count = 400_000;
        const double x = 0.3, sigma = 0.6, at = 0.9, half = 0.02;
        float[] noise = new float[count], y = new float[count], data = new float[count];
        new RandomStream(2, RandomPurpose.User, 0).FillNormal(noise, 0, 0, (float)sigma);
        Array.Fill(data, (float)x);
        WallNoise.Add(StateSpace.Box(Shape.Vector(count), 0, 1), data, noise, y);
        double[] near = [.. noise.Where((_, i) => Math.Abs(y[i] - at) < half).Select(n => (double)n)];
        double density = 0, slope = 0;
        for (int k = -4; k <= 4; k++)
        {
            foreach (double image in new[] { 2 * k + x, 2 * k - x })
            {
                double off = at - image, weight = Math.Exp(-off * off / (2 * sigma * sigma));
                (density, slope) = (density + weight, slope + weight * off);
            }
        }
        // The bin adds at most its width squared; four standard errors of the mean of about 15,000 values of deviation 0.7 are 0.023.
        Assert.True(near.Length > 10_000);
        Assert.Equal(slope / density, near.Average(), 0.025);
    }
}
