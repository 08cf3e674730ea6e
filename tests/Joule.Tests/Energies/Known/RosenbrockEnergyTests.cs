using Joule.Compute;
using Joule.Energies;
using Xunit;

namespace Joule.Tests.Energies;

public sealed class RosenbrockEnergyTests
{
    [Fact]
    public void Goodman_and_Weare_s_density_has_the_moments_of_its_construction()
    {
        // x₁ ~ N(1, 10): the mean of x₁² is 11, its variance 2·10² + 4·10 = 240; Cov(x₁, x₁²) = 2·10.
        RosenbrockEnergy energy = new();
        Assert.Equal(1, energy.Mean(0)!.Value, 1e-12);
        Assert.Equal(11, energy.Mean(1)!.Value, 1e-12);
        Assert.Equal(10, energy.Covariance(0, 0)!.Value, 1e-12);
        Assert.Equal(240 + 0.1, energy.Covariance(1, 1)!.Value, 1e-9);
        Assert.Equal(20, energy.Covariance(0, 1)!.Value, 1e-9);
        // exp(−(100(x₂ − x₁²)² + (1 − x₁)²)/20).
        Assert.Equal((100 * 9 + 4) / 20.0, energy.Value([3, 6], []), 1e-12);
        Assert.Equal(Math.Log(Math.PI * 2), energy.LogPartition!.Value, 1e-12);
    }

    [Fact]
    public void Two_blocks_have_the_answers_of_the_energy()
    {
        RosenbrockEnergy energy = new(2, 1, 2, 2, 0.3);
        // x₁ = 0.3 ± 0.5, and its square ± 0.5; the limits lie at 6 deviations and more.
        QuadratureResult result = Quadrature.Of(energy, [(-3.2, 3.8), (-4, 13), (-4, 13)], 1e-4);
        Assert.Equal(energy.LogPartition!.Value, result.LogPartition, 1e-5);
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(energy.Mean(i)!.Value, result.Means[i], 1e-5);
            for (int j = 0; j <= i; j++)
                Assert.Equal(energy.Covariance(i, j)!.Value, result.Covariances[i, j], 1e-4);
        }
    }

    [Fact]
    public void A_longer_block_has_the_moments_of_its_construction()
    {
        // x₁ = m + z₁/√(2a), x₂ = x₁² + z₂/√(2b), and x₃ is normal round x₂² with the variance 1/2b: sums over a grid of z₁ and z₂, which
        // are exact for polynomials.
        const double a = 2, b = 8, mean = 0.3, step = 0.05;
        double[] sums = new double[6];
        for (int i = -200; i <= 200; i++)
        {
            for (int j = -200; j <= 200; j++)
            {
                double z1 = i * step, z2 = j * step, part = step * step * Math.Exp(-0.5 * (z1 * z1 + z2 * z2)) / (2 * Math.PI);
                double x1 = mean + z1 / Math.Sqrt(2 * a), x2 = x1 * x1 + z2 / Math.Sqrt(2 * b), square = x2 * x2;
                double[] terms = [x2, square, square * square + 1 / (2 * b), x1 * square, x2 * square, x1 * x2];
                for (int k = 0; k < terms.Length; k++)
                    sums[k] += part * terms[k];
            }
        }
        RosenbrockEnergy energy = new(1, 2, a, b, mean);
        Assert.Equal(sums[0], energy.Mean(1)!.Value, 1e-9);
        Assert.Equal(sums[1], energy.Mean(2)!.Value, 1e-9);
        Assert.Equal(sums[2] - sums[1] * sums[1], energy.Covariance(2, 2)!.Value, 1e-9);
        Assert.Equal(sums[3] - mean * sums[1], energy.Covariance(0, 2)!.Value, 1e-9);
        Assert.Equal(sums[4] - sums[0] * sums[1], energy.Covariance(2, 1)!.Value, 1e-9);
        Assert.Equal(sums[5] - mean * sums[0], energy.Covariance(0, 1)!.Value, 1e-9);
    }

    [Fact]
    public void Exact_states_are_normal_when_the_ridges_are_straightened()
    {
        const int draws = 20_000, width = 5;
        const double a = 0.5, b = 2, mean = 0.5;
        RosenbrockEnergy energy = new(2, 2, a, b, mean);
        float[] state = new float[width];
        double[] means = new double[width], squares = new double[width];
        for (uint i = 0; i < draws; i++)
        {
            energy.Sample(new RandomStream(6, RandomPurpose.User, 0), i, state);
            for (int k = 0; k < width; k++)
            {
                double before = k is 1 or 3 ? state[0] : k == 0 ? 0 : state[k - 1];
                double z = k == 0 ? (state[0] - mean) * Math.Sqrt(2 * a) : (state[k] - before * before) * Math.Sqrt(2 * b);
                means[k] += z / draws;
                squares[k] += z * z / draws;
            }
        }
        // The mean of a normal has the standard error 1/√n, that of its square √(2/n). Five of them.
        Assert.All(means, m => Assert.Equal(0, m, 5 / Math.Sqrt(draws)));
        Assert.All(squares, s => Assert.Equal(1, s, 5 * Math.Sqrt(2.0 / draws)));
    }

    [Fact]
    public void Bad_numbers_are_refused()
    {
        Assert.Throws<InvalidInputException>(() => new RosenbrockEnergy(0));
        Assert.Throws<InvalidInputException>(() => new RosenbrockEnergy(1, 5));
        Assert.Throws<InvalidInputException>(() => new RosenbrockEnergy(1, 1, 0));
        Assert.Throws<InvalidInputException>(() => new RosenbrockEnergy(1, 1, 1, 1, double.NaN));
    }
}
