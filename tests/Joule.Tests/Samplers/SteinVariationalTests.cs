using Joule.Compute;
using Joule.Energies;
using Joule.Evaluation;
using Joule.Samplers;
using Xunit;

namespace Joule.Tests.Samplers;

public sealed class SteinVariationalTests
{
    private static readonly RandomStream Noise = new(3, RandomPurpose.SamplingChains, 0);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null, 21)]
    [InlineData(null, 20)]
    [InlineData(0.8, 20)]
    public void Steps_are_those_of_the_algorithm_in_float64(double? bandwidth, int particles)
    {
        CorrelatedGaussianEnergy energy = new([1, -2, 0.5], new[,] { { 1, 0.6, -0.3 }, { 0.6, 1.5, 0 }, { -0.3, 0, 0.8 } });
        SteinVariationalOptions options = new() { StepSize = 0.3f, Temperature = 0.7f, Bandwidth = bandwidth };
        using Device device = Device.Cpu(2);
        using ChainLoop loop = new(device, energy, particles);
        Rows states = TestRows.Normal(particles, 3, 4);
        double[][] book = [.. Enumerable.Range(0, particles).Select(i => TestRows.Doubles(states[i]))];
        for (int step = 0; step < 5; step++)
        {
            book = Textbook(energy, book, options.StepSize, options.Temperature, bandwidth);
            loop.Run(options.Create(energy), states, 1, Noise, (ulong)step, Token);
            Assert.InRange(TestRows.RelativeError(states.Span, [.. book.SelectMany(x => x)]), 0, 3e-6);
        }
    }

    [Fact]
    public void So_are_those_of_wide_states_and_many_particles()
    {
        // 40 numbers take the way of vectors, and 70 particles two chunks of kernels.
        const int width = 40, particles = 70;
        double[,] covariance = new double[width, width];
        for (int i = 0; i < width; i++)
            covariance[i, i] = 1 + i / 40.0;
        CorrelatedGaussianEnergy energy = new(new double[width], covariance);
        using Device device = Device.Cpu(2);
        using ChainLoop loop = new(device, energy, particles);
        Rows states = TestRows.Normal(particles, width, 4);
        double[][] book = [.. Enumerable.Range(0, particles).Select(i => TestRows.Doubles(states[i]))];
        for (int step = 0; step < 3; step++)
            book = Textbook(energy, book, 0.3, 1, null);
        loop.Run(new SteinVariationalOptions { StepSize = 0.3f }.Create(energy), states, 3, Noise, 0, Token);
        Assert.InRange(TestRows.RelativeError(states.Span, [.. book.SelectMany(x => x)]), 0, 3e-6);
    }

    [Fact]
    public void On_a_Gaussian_the_mean_is_exact_and_the_variance_near()
    {
        // Particles in pairs that mirror each other at the mean stay so, and hence keep the mean to rounding. At the fixed point of the
        // flow the variance is less than that of the distribution, the more so the fewer particles there are for the dimensions.
        (double one, double ten) = (FixedPoint(1, 0.5f, 300), FixedPoint(10, 0.5f, 300));
        Assert.InRange(one, 0.95, 1.02);
        Assert.InRange(ten, 0.4, 0.5);
        // No step changes a fixed point, however long.
        Assert.Equal(one, FixedPoint(1, 0.25f, 600), 1e-3);
    }

    [Fact]
    public void The_kernel_Stein_discrepancy_falls()
    {
        GaussianMixtureEnergy energy = (GaussianMixtureEnergy)new GaussianMixtureOptions().Create();
        using Device device = Device.Cpu(2);
        using ChainLoop loop = new(device, energy, 60);
        Rows states = TestRows.Normal(60, energy.Space.Width, 4);
        Sampler sampler = new SteinVariationalOptions { StepSize = 0.1f }.Create(energy);
        double before = KernelSteinDiscrepancy.Of(energy, states).Discrepancy;
        ulong done = 0;
        foreach (int steps in new[] { 5, 20, 80, 400 })
        {
            loop.Run(sampler, states, steps, Noise, done, Token);
            done += (ulong)steps;
            double after = KernelSteinDiscrepancy.Of(energy, states).Discrepancy;
            Assert.InRange(after, 0, 0.97 * before);
            before = after;
        }
    }

    [Fact]
    public void One_particle_descends_and_particles_at_one_point_stay_together()
    {
        CorrelatedGaussianEnergy energy = new([1, -2], new[,] { { 1, 0.6 }, { 0.6, 1.5 } });
        using Device device = Device.Cpu(1);
        using ChainLoop loop = new(device, energy, 5);
        Rows alone = TestRows.Of(1, 2, 3, 4), down = TestRows.Of(1, 2, 3, 4);
        Rows together = TestRows.Of(5, 2, 3, 4, 3, 4, 3, 4, 3, 4, 3, 4);
        Sampler sampler = new SteinVariationalOptions().Create(energy);
        loop.Run(sampler, alone, 10, Noise, 0, Token);
        loop.Run(sampler, together, 10, Noise, 0, Token);
        loop.Run(new GradientDescentOptions { StepSize = 0.1f }.Create(energy), down, 10, Noise, 0, Token);
        for (int i = 0; i < 2; i++)
        {
            Assert.Equal(down[0][i], alone[0][i], 1e-5f);
            for (int c = 0; c < 5; c++)
                Assert.Equal(down[0][i], together[c][i], 1e-4f);
        }
    }

    [Fact]
    public void Its_chains_interact_and_have_a_temperature()
    {
        SteinVariationalOptions options = new() { Temperature = 2 };
        Assert.True(options.ChainsInteract());
        Assert.False(options.IsModeSeeking());
        Assert.Equal(2, options.EffectiveTemperature());
        Assert.Null(options.Heated(2));
        Assert.False(new LangevinOptions().ChainsInteract());
        Assert.Equal("step size 0.1, temperature 2", options.Describe());
    }

    private static double FixedPoint(int width, float stepSize, int steps)
    {
        const int pairs = 50;
        GaussianEnergy energy = new([.. Enumerable.Repeat(2f, width)], [.. Enumerable.Repeat(1f, width)]);
        using Device device = Device.Cpu(2);
        using ChainLoop loop = new(device, energy, 2 * pairs);
        Rows states = TestRows.Normal(2 * pairs, width, 4, 0.5f);
        for (int c = 0; c < pairs; c++)
        {
            for (int i = 0; i < width; i++)
                (states[c][i], states[c + pairs][i]) = (2 + states[c][i], 2 - states[c][i]);
        }
        loop.Run(new SteinVariationalOptions { StepSize = stepSize }.Create(energy), states, steps, Noise, 0, Token);
        double variance = 0;
        for (int i = 0; i < width; i++)
        {
            double mean = 0;
            for (int c = 0; c < 2 * pairs; c++)
                mean += states[c][i] / (2.0 * pairs);
            Assert.Equal(2, mean, 1e-5);
            for (int c = 0; c < 2 * pairs; c++)
                variance += (states[c][i] - 2) * (states[c][i] - 2) / (2.0 * pairs * width);
        }
        return variance;
    }

    // Algorithm 1 of Liu and Wang 2016, in float64.
    private static double[][] Textbook(CorrelatedGaussianEnergy energy, double[][] x, double stepSize, double temperature,
        double? bandwidth)
    {
        int n = x.Length, d = x[0].Length;
        double[] distances =
        [
            .. from i in Enumerable.Range(0, n) from j in Enumerable.Range(0, i) let square = Square(x[i], x[j]) orderby square
               select Math.Sqrt(square),
        ];
        int pairs = distances.Length;
        double median = 0.5 * (distances[(pairs - 1) / 2] + distances[pairs / 2]), h = bandwidth ?? median * median / Math.Log(n);
        double[][] scores = new double[n][], moved = new double[n][];
        for (int j = 0; j < n; j++)
        {
            scores[j] = new double[d];
            energy.Value(x[j], scores[j]);
            scores[j] = [.. scores[j].Select(g => -g / temperature)];
        }
        for (int i = 0; i < n; i++)
        {
            moved[i] = (double[])x[i].Clone();
            for (int j = 0; j < n; j++)
            {
                double k = Math.Exp(-Square(x[i], x[j]) / h);
                for (int l = 0; l < d; l++)
                    moved[i][l] += stepSize / n * (k * scores[j][l] - 2 / h * (x[j][l] - x[i][l]) * k);
            }
        }
        return moved;
    }

    private static double Square(double[] a, double[] b) => a.Zip(b).Sum(p => (p.First - p.Second) * (p.First - p.Second));
}
