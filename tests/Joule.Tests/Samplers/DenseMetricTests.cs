using Joule.Compute;
using Joule.Energies;
using Joule.Samplers;
using Joule.States;
using Xunit;

namespace Joule.Tests.Samplers;

public sealed class DenseMetricTests
{
    private static readonly RandomStream Noise = new(3, RandomPurpose.SamplingChains, 0);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<SamplerOptions> WithMasses() =>
    [
        new HamiltonianMonteCarloOptions { Metric = MassMetric.Dense, StepSize = 0.3f },
        new NoUTurnOptions { Metric = MassMetric.Dense, StepSize = 0.4f },
    ];

    [Theory]
    [MemberData(nameof(WithMasses))]
    public void The_metric_of_the_covariance_gives_the_chains_of_a_round_normal(SamplerOptions options)
    {
        // x = Lz with Σ = LLᵀ: E(x) = ½‖z‖², and a drift of x along Lv is one of z along v. So the chains are equal up to rounding, which
        // grows with the steps; a decision that falls otherwise would be an error of the order of 1.
        const int width = 21;
        (CorrelatedGaussianEnergy energy, double[,] covariance) = Rotated(width, 100);
        double[][] lower = DenseMetric.Factor(Flat(covariance), width, out _)!;
        GaussianEnergy round = new(new float[width], [.. Enumerable.Repeat(1f, width)]);
        using Device device = Device.Cpu(1);
        using ChainLoop loop = new(device, energy, 30), other = new(device, round, 30);
        Rows plain = TestRows.Normal(30, width, 4), states = TestRows.Empty(30, width);
        for (int c = 0; c < 30; c++)
            Map(lower, plain[c], states[c]);
        loop.Run(With(options, covariance).Create(energy), states, 5, Noise, 0, Token);
        other.Run(((IAdaptableMass)options).WithInverseMass([]).Create(round), plain, 5, Noise, 0, Token);
        double[] expected = new double[states.Length];
        float[] row = new float[width];
        for (int c = 0; c < 30; c++)
        {
            Map(lower, plain[c], row);
            TestRows.Doubles(row).CopyTo(expected, c * width);
        }
        Assert.InRange(TestRows.RelativeError(states.Span, expected), 1e-9, 1e-3);
        Assert.Equal(other.Proposals!.Value.Accepted, loop.Proposals!.Value.Accepted);
        Assert.Equal(other.Proposals.Value.EnergyError, loop.Proposals.Value.EnergyError, 1e-3);
        // Energies and norms are those of the states, in the states' own coordinates.
        Rows gradient = TestRows.Empty(30, width);
        float[] energies = new float[30];
        energy.Gradient(states, energies, gradient);
        for (int c = 0; c < 30; c++)
        {
            Assert.Equal(energies[c], loop.Energies[c], 1e-3f);
            double norm = TestRows.Doubles(gradient[c]).Sum(g => g * g);
            Assert.Equal(1, loop.SquaredNorms[c] / norm, 1e-3);
        }
    }

    [Theory]
    [MemberData(nameof(WithMasses))]
    public void A_diagonal_matrix_gives_the_chains_of_diagonal_masses(SamplerOptions options)
    {
        float[] deviation = [.. Enumerable.Range(0, 20).Select(i => MathF.Pow(10, i / 10f - 1))];
        GaussianEnergy energy = new(new float[20], deviation);
        double[,] variances = new double[20, 20];
        for (int i = 0; i < 20; i++)
            variances[i, i] = deviation[i] * (double)deviation[i];
        using Device device = Device.Cpu(1);
        using ChainLoop loop = new(device, energy, 30);
        Rows dense = TestRows.Normal(30, 20, 4, 0.1f), diagonal = TestRows.Normal(30, 20, 4, 0.1f);
        loop.Run(With(options, variances).Create(energy), dense, 5, Noise, 0, Token);
        SamplerOptions plain = options switch
        {
            NoUTurnOptions nuts => nuts with { Metric = MassMetric.Diagonal },
            HamiltonianMonteCarloOptions hmc => hmc with { Metric = MassMetric.Diagonal },
            _ => throw new InvalidOperationException(),
        };
        plain = ((IAdaptableMass)plain).WithInverseMass([.. deviation.Select(s => s * s)]);
        loop.Run(plain.Create(energy), diagonal, 5, Noise, 0, Token);
        Assert.InRange(TestRows.RelativeError(dense.Span, TestRows.Doubles(diagonal.Span)), 0, 1e-3);
    }

    [Theory]
    [MemberData(nameof(WithMasses))]
    public void Means_and_covariances_are_exact_with_masses_that_are_not_the_covariance(SamplerOptions options)
    {
        // 500 chains from exact states, of which 8 steps apart are used: the draws of a chain are nearly independent, and those of
        // different chains are. n = 4,000: a covariance has a standard error of √((σᵢᵢσⱼⱼ + σᵢⱼ²)/n); five of them.
        const int width = 3, chains = 500, rounds = 8;
        double[,] covariance = { { 1, 0.9, -0.3 }, { 0.9, 1.5, 0 }, { -0.3, 0, 0.8 } };
        CorrelatedGaussianEnergy energy = new([1, -2, 0.5], covariance);
        SamplerOptions sampler = With(options, new[,] { { 2, -0.5, 0.3 }, { -0.5, 1, 0.2 }, { 0.3, 0.2, 0.6 } });
        using Device device = Device.Cpu(2);
        using ChainLoop loop = new(device, energy, chains);
        Rows states = TestRows.Empty(chains, width);
        for (int c = 0; c < chains; c++)
            energy.Sample(new RandomStream(5, RandomPurpose.User, 0), (uint)c, states[c]);
        PooledCovariances moments = new(width);
        double[] means = new double[width];
        for (int round = 0; round < rounds; round++)
        {
            loop.Run(sampler.Create(energy), states, 8, Noise, (ulong)(8 * round), Token);
            moments.Add(states.Span);
            for (int i = 0; i < states.Length; i++)
                means[i % width] += states.Span[i] / (chains * rounds);
        }
        Assert.InRange(loop.Proposals!.Value.Acceptance, 0.5, 1);
        double n = chains * rounds;
        for (int i = 0; i < width; i++)
        {
            Assert.Equal(energy.Moment(i, 1), means[i], 5 * Math.Sqrt(covariance[i, i] / n));
            for (int j = 0; j <= i; j++)
            {
                double error = Math.Sqrt((covariance[i, i] * covariance[j, j] + covariance[i, j] * covariance[i, j]) / n);
                Assert.Equal(covariance[i, j], moments.Covariance(i, j), 5 * error);
            }
        }
    }

    [Theory]
    [MemberData(nameof(WithMasses))]
    public void Threads_blocks_and_cuts_do_not_change_a_bit(SamplerOptions options)
    {
        float[]? expected = null;
        double[,] masses = new double[21, 21];
        for (int i = 0; i < 21; i++)
        {
            for (int j = 0; j < 21; j++)
                masses[i, j] = Math.Pow(0.5, Math.Abs(i - j));
        }
        foreach (int threads in new[] { 1, 2, 3 })
        {
            foreach (int blockRows in new[] { 1, 16, 64 })
            {
                using Device device = Device.Cpu(threads);
                BowlEnergy energy = new(StateSpace.Real(Shape.Vector(21)), 2, 0.3f, blockRows);
                using ChainLoop loop = new(device, energy, 50);
                Sampler sampler = With(options, masses).Create(energy);
                foreach (int[] parts in (int[][])[[20], [7, 1, 12]])
                {
                    Rows states = TestRows.Normal(50, 21, 4);
                    ulong done = 0;
                    foreach (int steps in parts)
                    {
                        loop.Run(sampler, states, steps, Noise, done, Token);
                        done += (ulong)steps;
                    }
                    expected ??= states.Span.ToArray();
                    Assert.True(TestRows.SameBits(expected, states.Span), $"{threads} threads, blocks of {blockRows}, {parts.Length} runs");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(WithMasses))]
    public void Without_masses_it_is_the_plain_sampler(SamplerOptions options)
    {
        GaussianEnergy energy = new(new float[5], [1, 2, 1, 2, 1]);
        using Device device = Device.Cpu(1);
        using ChainLoop loop = new(device, energy, 10);
        Rows dense = TestRows.Normal(10, 5, 4), diagonal = TestRows.Normal(10, 5, 4);
        loop.Run(options.Create(energy), dense, 10, Noise, 0, Token);
        SamplerOptions plain = options is NoUTurnOptions ? new NoUTurnOptions { StepSize = 0.4f }
            : new HamiltonianMonteCarloOptions { StepSize = 0.3f };
        loop.Run(plain.Create(energy), diagonal, 10, Noise, 0, Token);
        Assert.True(TestRows.SameBits(dense.Span, diagonal.Span));
    }

    [Theory]
    [MemberData(nameof(WithMasses))]
    public void A_matrix_that_cannot_be_used_is_refused(SamplerOptions options)
    {
        GaussianEnergy energy = new([0, 0], [1, 1]);
        Assert.Contains("inverse_mass has 2 numbers", Refusal(1, 1), StringComparison.Ordinal);
        Assert.Contains("2·2 = 4", Refusal(1, 1), StringComparison.Ordinal);
        Assert.Contains("not symmetric: its places (1, 0) and (0, 1) are 0.3 and 0.2", Refusal(1, 0.2f, 0.3f, 1), StringComparison.Ordinal);
        Assert.Contains("its first 2 rows", Refusal(1, 2, 2, 1), StringComparison.Ordinal);
        Assert.Contains("its first 1 row", Refusal(-1, 0, 0, 1), StringComparison.Ordinal);
        Assert.Contains("inverse_mass.3 is NaN", Refusal(1, 0, 0, float.NaN), StringComparison.Ordinal);
        SamplerOptions masses = ((IAdaptableMass)options).WithInverseMass([2, 1, 1, 2]);
        Assert.Contains("dense masses of 2 numbers", masses.Describe(), StringComparison.Ordinal);
        Assert.Equal(masses, OptionsJson.Read<SamplerOptions>(OptionsJson.Write(masses), "It"));

        BowlEnergy box = new(StateSpace.Box(Shape.Vector(2), 0, 1), 1, 0);
        string message = Assert.Throws<InvalidInputException>(() => masses.Create(box)).Message;
        Assert.Contains("walls=transform", message, StringComparison.Ordinal);
        BowlEnergy wide = new(StateSpace.Real(Shape.Vector(2001)), 1, 0);
        message = Assert.Throws<InvalidInputException>(() => options.Create(wide)).Message;
        Assert.Contains("at most 2,000 numbers", message, StringComparison.Ordinal);
        Assert.Contains("metric=diagonal", message, StringComparison.Ordinal);

        string Refusal(params float[] matrix) =>
            Assert.Throws<InvalidInputException>(() => ((IAdaptableMass)options).WithInverseMass(matrix).Create(energy)).Message;
    }

    [Fact]
    public void A_matrix_times_its_transpose_is_factored()
    {
        float[] matrix = [4, 2, 2, 3];
        double[][] lower = DenseMetric.Factor(matrix, 2, out int bad)!;
        Assert.Equal(2, bad);
        Assert.Equal([2, 1, Math.Sqrt(2)], [lower[0][0], lower[1][0], lower[1][1]]);
        Assert.Null(DenseMetric.Factor([1, 2, 2, 1], 2, out bad));
        Assert.Equal(1, bad);
    }

    private static (CorrelatedGaussianEnergy Energy, double[,] Covariance) Rotated(int width, double condition)
    {
        CorrelatedGaussianEnergy energy =
            (CorrelatedGaussianEnergy)new GaussianOptions { Dimensions = width, Condition = condition, Rotated = true }.Create();
        double[,] covariance = new double[width, width];
        for (int i = 0; i < width; i++)
        {
            for (int j = 0; j < width; j++)
                covariance[i, j] = energy.Covariance(i, j)!.Value;
        }
        return (energy, covariance);
    }

    private static float[] Flat(double[,] matrix) => [.. matrix.Cast<double>().Select(m => (float)m)];

    private static SamplerOptions With(SamplerOptions options, double[,] matrix) =>
        ((IAdaptableMass)options).WithInverseMass(Flat(matrix));

    private static void Map(double[][] lower, ReadOnlySpan<float> from, Span<float> to)
    {
        for (int i = 0; i < to.Length; i++)
        {
            double sum = 0;
            for (int j = 0; j <= i; j++)
                sum += lower[i][j] * from[j];
            to[i] = (float)sum;
        }
    }
}
