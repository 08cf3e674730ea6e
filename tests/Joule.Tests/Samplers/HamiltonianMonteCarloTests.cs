using Joule.Compute;
using Joule.Energies;
using Joule.Samplers;
using Joule.States;
using Xunit;

namespace Joule.Tests.Samplers;

public sealed class HamiltonianMonteCarloTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static readonly RandomStream Noise = new(3, RandomPurpose.SamplingChains, 0);

    [Theory]
    [InlineData(1f)]
    [InlineData(2.5f)]
    public void A_Gaussian_has_unbiased_variances(float temperature)
    {
        // 300 chains × 50 independent numbers for each deviation: n = 15,000. Five standard errors: v√(2/n) of a variance, √(v/n) of a
        // mean.
        // The chains start at 0; 100 trajectories of time 2 forget that.
        const int chains = 300, each = 50, n = chains * each;
        float[] deviations = [0.5f, 1, 2];
        float[] deviation = [.. Enumerable.Range(0, 3 * each).Select(i => deviations[i / each])];
        GaussianEnergy energy = new([.. deviation.Select(s => 2 * s)], deviation);
        using Device device = Device.Cpu(2);
        using ChainLoop loop = new(device, energy, chains);
        Rows states = TestRows.Empty(chains, 3 * each);
        HamiltonianMonteCarlo sampler = new(energy, new() { StepSize = 0.2f, Temperature = temperature });
        loop.Run(sampler, states, 100, Noise, 0, Token);
        for (int group = 0; group < 3; group++)
        {
            double s = deviations[group], v = temperature * s * s, mean = 0, variance = 0;
            for (int c = 0; c < chains; c++)
                for (int i = group * each; i < (group + 1) * each; i++)
                {
                    double x = states[c][i] - 2 * s;
                    mean += x / n;
                    variance += x * x / n;
                }
            Assert.Equal(0, mean, 5 * Math.Sqrt(v / n));
            Assert.Equal(v, variance, 5 * v * Math.Sqrt(2.0 / n));
        }
        Assert.InRange(Acceptance(loop, 100), 0.5, 0.99);
        Assert.Equal(0, Sum(loop.Divergent));
    }

    [Fact]
    public void A_large_step_is_biased_without_the_accept_test_and_exact_with_it()
    {
        // One number, ε = 1.5 (stable below 2): the leapfrog alone has the stationary variance 1 / (1 − ε²/4) = 2.29. n = 40,000
        // independent chains.
        const int chains = 40_000;
        using Device device = Device.Cpu(2);
        GaussianEnergy energy = new([0], [1]);
        using ChainLoop loop = new(device, energy, chains);
        Rows states = TestRows.Normal(chains, 1, 9, 3);
        loop.Run(new HamiltonianMonteCarlo(energy, new() { StepSize = 1.5f, LeapfrogSteps = 3 }), states, 60, Noise, 0, Token);
        Assert.Equal(1, states.Span.ToArray().Average(x => (double)x * x), 5 * Math.Sqrt(2.0 / chains));
        Assert.InRange(Acceptance(loop, 60), 0.5, 0.95);
    }

    [Fact]
    public void A_trajectory_of_one_period_never_forgets_its_start_and_a_jittered_one_does()
    {
        // On N(0, 1) a leapfrog step rotates by arccos(1 − ε²/2): with ε = 2 sin(π/10), 10 steps make a full turn. n = 20,000 independent
        // numbers, started from N(0, 4).
        const int chains = 400, width = 50, n = chains * width, trajectories = 200;
        HamiltonianMonteCarloOptions fixedTime = new()
        {
            StepSize = 2 * MathF.Sin(MathF.PI / 10),
            LeapfrogSteps = 10,
            StepJitter = 0,
            LengthJitter = 0,
        };
        double Variance(HamiltonianMonteCarloOptions options, out double acceptance)
        {
            using Device device = Device.Cpu(2);
            GaussianEnergy energy = new(new float[width], [.. Enumerable.Repeat(1f, width)]);
            using ChainLoop loop = new(device, energy, chains);
            Rows states = TestRows.Normal(chains, width, 6, 2);
            loop.Run(new HamiltonianMonteCarlo(energy, options), states, trajectories, Noise, 0, Token);
            acceptance = Acceptance(loop, trajectories);
            return states.Span.ToArray().Average(x => (double)x * x);
        }

        // The acceptance does not reveal it: a trajectory that ends where it began is always accepted.
        double error = 5 * Math.Sqrt(2.0 / n);
        Assert.Equal(4, Variance(fixedTime, out double resonant), 4 * error);
        Assert.InRange(resonant, 0.99, 1);
        Assert.Equal(1, Variance(new() { StepSize = fixedTime.StepSize, LeapfrogSteps = 10 }, out double jittered), error);
        Assert.InRange(jittered, 0.3, 0.99);
        // Either jitter alone is enough.
        Assert.Equal(1, Variance(fixedTime with { StepJitter = 0.2f }, out _), error);
        Assert.Equal(1, Variance(fixedTime with { LengthJitter = 0.2f }, out _), error);
    }

    [Fact]
    public void Step_size_and_length_are_jittered_uniformly_around_the_options()
    {
        // On a flat energy a trajectory moves by its time times the momentum, so the mean square is E[ε²]·E[L²] with E[ε²] = ε² (1 + j²/3),
        // and L uniform on 8, 9, 10, 11, 12.
        const int chains = 500, width = 10, trajectories = 400;
        using Device device = Device.Cpu(2);
        SlopeEnergy flat = new(width, 0, float.NegativeInfinity, float.PositiveInfinity);
        using ChainLoop loop = new(device, flat, chains);
        Rows states = TestRows.Empty(chains, width);
        loop.Run(new HamiltonianMonteCarlo(flat, new() { StepSize = 0.1f, LeapfrogSteps = 10 }), states, trajectories, Noise, 0, Token);
        double expected = 0.01 * (1 + 0.04 / 3) * (64 + 81 + 100 + 121 + 144) / 5,
            seen = states.Span.ToArray().Average(x => (double)x * x) / trajectories;
        // 5,000 numbers share 400 trajectories, whose squared times have a relative deviation of about 0.37.
        Assert.Equal(expected, seen, 5 * expected * Math.Sqrt(2.0 / (chains * width) + 0.37 * 0.37 / trajectories));
        Assert.Equal(chains * trajectories, Sum(loop.Accepted));
    }

    [Theory]
    [InlineData(8, 1f)]
    [InlineData(33, 1f)]
    [InlineData(33, 2f)]
    public void A_double_well_has_the_moments_of_the_quadrature(int width, float temperature)
    {
        // One state of each of 400 chains: n = 400·width independent numbers, five standard errors. All chains start on the barrier.
        DoubleWellEnergy energy = new(Shape.Vector(width), 2, 1), heated = new(Shape.Vector(1), 2 / temperature, 1);
        using Device device = Device.Cpu(2);
        using ChainLoop loop = new(device, energy, 400);
        Rows states = TestRows.Empty(400, width);
        loop.Run(new HamiltonianMonteCarlo(energy, new() { StepSize = 0.12f, Temperature = temperature }), states, 200, Noise, 0, Token);
        double n = 400 * width;
        double[] x = TestRows.Doubles(states.Span);
        Assert.Equal(0, x.Average(), 5 * Math.Sqrt(heated.Moment(2) / n));
        foreach (int k in new[] { 2, 4 })
            Assert.Equal(heated.Moment(k), x.Average(v => Math.Pow(v, k)),
                5 * Math.Sqrt((heated.Moment(2 * k) - heated.Moment(k) * heated.Moment(k)) / n));
        Assert.InRange(Acceptance(loop, 200), 0.7, 0.999);
    }

    [Fact]
    public void Walls_that_reflect_leave_a_truncated_exponential_exact()
    {
        // p(x) ∝ e^−2x on [0, 1], 500 chains × 20 numbers. In closed form, E[x] = ½ − 1/(e² − 1) and E[x²] = ½ − 2/(e² − 1).
        const double left = 0.15651764274966565;
        const double mean = 0.5 - left, square = mean - left;
        SlopeEnergy energy = new(20, 2, 0, 1);
        using Device device = Device.Cpu(2);
        using ChainLoop loop = new(device, energy, 500);
        Rows states = TestRows.Empty(500, 20);
        loop.Run(new HamiltonianMonteCarlo(energy, new() { StepSize = 0.1f, LeapfrogSteps = 7 }), states, 60, Noise, 0, Token);
        double[] x = TestRows.Doubles(states.Span);
        Assert.Equal(mean, x.Average(), 5 * Math.Sqrt((square - mean * mean) / 10_000));
        // A square is at most 1, so its variance is below its mean.
        Assert.Equal(square, x.Average(v => v * v), 5 * Math.Sqrt(square * (1 - square) / 10_000));
        Assert.InRange(x.Min(), 0, 1);
        Assert.InRange(x.Max(), 0, 1);
        Assert.InRange(Acceptance(loop, 60), 0.6, 0.999);
    }

    [Fact]
    public void A_small_step_is_accepted_and_a_huge_one_is_divergent_and_changes_nothing()
    {
        using Device device = Device.Cpu(1);
        DoubleWellEnergy energy = new(Shape.Vector(20), 1, 1);
        using ChainLoop loop = new(device, energy, 50);
        Rows states = TestRows.Normal(50, 20, 2);
        float[] start = states.Span.ToArray(), energies = new float[50];
        energy.Evaluate(states, energies);
        loop.Run(new HamiltonianMonteCarlo(energy, new() { StepSize = 4 }), states, 5, Noise, 0, Token);
        Assert.True(TestRows.SameBits(start, states.Span));
        Assert.True(TestRows.SameBits(energies, loop.Energies));
        Assert.All(loop.Accepted.ToArray(), a => Assert.Equal(0, a));
        Assert.All(loop.Divergent.ToArray(), d => Assert.Equal(5, d));
        loop.Run(new HamiltonianMonteCarlo(energy, new() { StepSize = 0.002f }), states, 20, Noise, 5, Token);
        // 1,000 proposals, each rejected with a probability of about 10⁻⁵.
        Assert.InRange(Sum(loop.Accepted), 999, 1000);
        Assert.Equal(0, Sum(loop.Divergent));
        Assert.False(TestRows.SameBits(start, states.Span));
    }

    [Fact]
    public void Energies_and_norms_belong_to_the_final_states()
    {
        using Device device = Device.Cpu(1);
        DoubleWellEnergy energy = new(Shape.Vector(20), 1, 1);
        using ChainLoop loop = new(device, energy, 50);
        Rows states = TestRows.Normal(50, 20, 2), gradient = TestRows.Empty(50, 20);
        loop.Run(new HamiltonianMonteCarlo(energy, new() { StepSize = 0.25f }), states, 7, Noise, 0, Token);
        Assert.InRange(Acceptance(loop, 7), 0.2, 0.9);
        float[] energies = new float[50];
        energy.Gradient(states, energies, gradient);
        Assert.True(TestRows.SameBits(energies, loop.Energies));
        for (int i = 0; i < 50; i++)
            Assert.Equal(gradient[i].ToArray().Sum(g => (double)g * g), loop.SquaredNorms[i], 1e-5 * loop.SquaredNorms[i]);
    }

    [Fact]
    public void Threads_and_cuts_do_not_change_a_bit()
    {
        float[]? expected = null;
        for (int threads = 1; threads <= 3; threads++)
        {
            foreach (int half in new[] { 0, 3 })
            {
                using Device device = Device.Cpu(threads);
                DoubleWellEnergy energy = new(Shape.Vector(21), 1, 1);
                using ChainLoop loop = new(device, energy, 101);
                Rows states = TestRows.Normal(101, 21, 4);
                HamiltonianMonteCarlo sampler = new(energy, new() { StepSize = 0.2f });
                loop.Run(sampler, states, half, Noise, 0, Token);
                loop.Run(sampler, states, 10 - half, Noise, (ulong)half, Token);
                expected ??= states.Span.ToArray();
                Assert.True(TestRows.SameBits(expected, states.Span), $"{threads} threads, {half} steps first");
            }
        }
    }

    [Fact]
    public void A_steady_loop_allocates_nothing()
    {
        using Device device = Device.Cpu(1);
        DoubleWellEnergy energy = new(Shape.Vector(21), 1, 1);
        using ChainLoop loop = new(device, energy, 101);
        Rows states = TestRows.Normal(101, 21, 4);
        HamiltonianMonteCarlo sampler = new(energy, new() { StepSize = 0.2f });
        loop.Run(sampler, states, 2, Noise, 0, Token);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (ulong run = 0; run < 20; run++)
            loop.Run(sampler, states, 2, Noise, 2 * run, Token);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData(float.NaN, "energy")]
    [InlineData(1e10f, "energy")]
    [InlineData(1e8f, "gradient")]
    public void A_state_without_a_finite_energy_and_gradient_stops_the_chains_and_is_named(float bad, string quantity)
    {
        // At 10⁸ the energy is 10³², but the squared gradient exceeds float32. At 10¹⁰ the energy does too.
        using Device device = Device.Cpu(2);
        DoubleWellEnergy energy = new(Shape.Vector(21), 1, 1);
        using ChainLoop loop = new(device, energy, 101);
        Rows states = TestRows.Normal(101, 21, 4);
        states[77][20] = bad;
        DivergenceException e = Assert.Throws<DivergenceException>(
            () => loop.Run(new HamiltonianMonteCarlo(energy, new()), states, 5, Noise, 100, Token));
        Assert.Equal((101, 77), (e.Step, e.Chain));
        Assert.Equal(float.IsNaN(bad) ? double.NaN : double.PositiveInfinity, e.Value);
        Assert.Contains(quantity, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_proposal_without_a_finite_energy_is_rejected_and_counted(float beyond)
    {
        // A flat energy that is NaN beyond 1: chains diffuse and never cross it.
        using Device device = Device.Cpu(1);
        CliffEnergy energy = new(beyond);
        using ChainLoop loop = new(device, energy, 200);
        Rows states = TestRows.Empty(200, 1);
        loop.Run(new HamiltonianMonteCarlo(energy, new() { StepSize = 0.5f, LeapfrogSteps = 1 }), states, 50, Noise, 0, Token);
        Assert.InRange(states.Span.ToArray().Max(), 0.5f, 1);
        int divergent = Sum(loop.Divergent);
        Assert.InRange(divergent, 100, 5000);
        Assert.Equal(200 * 50, divergent + Sum(loop.Accepted));
    }

    [Fact]
    public void Invalid_options_and_energies_are_refused()
    {
        HamiltonianMonteCarloOptions bad = new()
        {
            StepSize = float.NaN,
            LeapfrogSteps = 0,
            Temperature = -1,
            StepJitter = 1,
            LengthJitter = -0.1f,
        };
        string message = Assert.Throws<InvalidInputException>(() => new HamiltonianMonteCarlo(new GaussianEnergy([0], [1]), bad)).Message;
        Assert.All(["step_size", "leapfrog_steps", "temperature", "step_jitter", "length_jitter"],
            key => Assert.Contains(key, message, StringComparison.Ordinal));
        BowlEnergy own = new(StateSpace.Mixed([ColumnDomain.Real, new ColumnDomain(Domain.Box, 0, 1)]), 1, 0);
        Assert.Contains("with walls that all numbers share", Assert.Throws<InvalidInputException>(
            () => new HamiltonianMonteCarlo(own, new())).Message, StringComparison.Ordinal);
    }

    private static int Sum(ReadOnlySpan<int> counts)
    {
        int sum = 0;
        foreach (int count in counts)
            sum += count;
        return sum;
    }

    private static double Acceptance(ChainLoop loop, int steps) => Sum(loop.Accepted) / (double)(loop.Accepted.Length * steps);
}
