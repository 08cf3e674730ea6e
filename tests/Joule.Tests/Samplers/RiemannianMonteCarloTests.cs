using Joule.Compute;
using Joule.Energies;
using Joule.Evaluation;
using Joule.Runs;
using Joule.Samplers;
using Joule.States;
using Xunit;

namespace Joule.Tests.Samplers;

public sealed class RiemannianMonteCarloTests
{
    private static readonly RandomStream Noise = new(3, RandomPurpose.SamplingChains, 0);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void On_independent_normals_it_is_hmc_with_the_variances_as_inverse_masses()
    {
        // The same draws, trajectories and decisions; hmc rounds every step to float32, and this sampler only the last. A decision may
        // differ where a draw is within that rounding of its chance: none of these 600 does.
        float[] deviation = [0.01f, 1, 100, 3];
        GaussianEnergy energy = new([.. deviation.Select(s => 2 * s)], deviation);
        using Device device = Device.Cpu(2);
        using ChainLoop loop = new(device, energy, 60);
        Rows riemannian = Scattered(deviation), plain = Scattered(deviation);
        RiemannianMonteCarloOptions options = new() { StepSize = 0.9f, LeapfrogSteps = 4, Softness = 1e8, Temperature = 1.5f };
        HamiltonianMonteCarloOptions same = new()
        {
            StepSize = 0.9f,
            LeapfrogSteps = 4,
            Temperature = 1.5f,
            InverseMass = [.. deviation.Select(s => 1.5f * s * s)],
        };
        loop.Run(options.Create(energy), riemannian, 10, Noise, 0, Token);
        int[] accepted = loop.Accepted.ToArray();
        double error = loop.Proposals!.Value.EnergyError;
        loop.Run(same.Create(energy), plain, 10, Noise, 0, Token);
        Assert.Equal(loop.Accepted.ToArray(), accepted);
        Assert.InRange(accepted.Sum(), 300, 590);
        Assert.Equal(loop.Proposals!.Value.EnergyError, error, 1e-4);
        for (int i = 0; i < plain.Length; i++)
            Assert.Equal(plain.Span[i] / deviation[i % 4], riemannian.Span[i] / deviation[i % 4], 1e-4);

        static Rows Scattered(float[] deviation)
        {
            Rows states = TestRows.Normal(60, 4, 4);
            for (int i = 0; i < states.Length; i++)
                states.Span[i] *= deviation[i % 4];
            return states;
        }
    }

    public static TheoryData<string> Cases() => new(Runs.Keys);

    // Energies with known answers: chains, draws, and the sampler. The metric's smallest curvature 1/α is near that of the widest
    // direction.
    private static readonly Dictionary<string, (Energy Energy, int Chains, int Draws, RiemannianMonteCarloOptions Options)> Runs = new()
    {
        ["Gaussian of condition number 1,000"] = (new GaussianOptions { Dimensions = 5, Condition = 1000, Rotated = true }.Create(),
            8, 150, new() { Softness = 1e6 }),
        ["funnel"] = (new FunnelEnergy(10), 8, 75, new() { LeapfrogSteps = 25, Softness = 1e6 }),
        ["banana"] = (new BananaEnergy(2), 8, 400, new() { LeapfrogSteps = 12, Softness = 10 }),
        ["Rosenbrock"] = (new RosenbrockEnergy(1, 1, 0.5, 2, 0.5), 8, 400, new() { LeapfrogSteps = 8, Softness = 1 }),
        ["double well"] = (new DoubleWellEnergy(Shape.Vector(2), 0.3f, 1.5f), 8, 400, new() { StepSize = 0.5f, Softness = 0.3 }),
        ["mixture"] = (new GaussianMixtureEnergy([1, 3], [[-1, 0.5], [1, 1]], [0.7, 1]), 8, 400, new() { Softness = 1 }),
        ["logistic regression"] = (new LogisticRegressionOptions().Create(), 8, 150, new()),
        ["Rastrigin in its box"] = (new RastriginEnergy(2, 0.1, 1.3f), 8, 600, new() { StepSize = 0.5f, Softness = 0.03 }),
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Means_and_deviations_are_exact(string name)
    {
        // Within four Monte Carlo standard errors, of chains with effective sample sizes of hundreds.
        (Energy energy, int chains, int draws, RiemannianMonteCarloOptions options) = Runs[name];
        IKnown known = (IKnown)energy;
        using Device device = Device.Cpu(2);
        ChainPlan plan = new() { Chains = chains, WarmUp = 50, Draws = draws, Seed = 1, Adapts = false };
        using ChainRun run = new(device, energy, options, plan);
        run.Run(cancellation: Token);
        Assert.InRange(run.Proposals!.Value.Acceptance, 0.6, 1);
        for (int i = 0; i < energy.Space.Width; i++)
        {
            ParameterSummary summary = ParameterSummary.Of(known.ParameterName(i), run.Draws.Draws(i));
            Assert.InRange(summary.EssBulk, 200, 5.0 * chains * draws);
            Assert.Equal(known.Mean(i)!.Value, summary.Mean, 4 * summary.Mcse);
            // Tails of x in the funnel are too heavy for an error of its deviation.
            if (name != "funnel" || i == 0)
                Assert.Equal(known.Deviation(i)!.Value, summary.Sd, 4 * MonteCarloError.OfDeviation(run.Draws.Draws(i)));
        }
    }

    [Fact]
    public void Independent_numbers_in_a_box_have_the_truncated_moments()
    {
        // N(0.4, 1/3) cut off at 0 and 1, in closed form by quadrature; 4,000 chains × 5 numbers, five standard errors.
        const int chains = 4000, width = 5;
        BowlEnergy energy = new(StateSpace.Box(Shape.Vector(width), 0, 1), 3, 0.4f);
        using Device device = Device.Cpu(2);
        using ChainLoop loop = new(device, energy, chains);
        Rows states = TestRows.Empty(chains, width);
        loop.Run(new RiemannianMonteCarloOptions().Create(energy), states, 12, Noise, 0, Token);
        double z = 0, mean = 0, square = 0;
        for (int i = 0; i < 1000; i++)
        {
            double x = (i + 0.5) / 1000, p = Math.Exp(-1.5 * (x - 0.4) * (x - 0.4));
            (z, mean, square) = (z + p, mean + p * x, square + p * x * x);
        }
        (mean, square) = (mean / z, square / z);
        double[] drawn = TestRows.Doubles(states.Span);
        Assert.Equal(mean, drawn.Average(), 5 * Math.Sqrt((square - mean * mean) / drawn.Length));
        Assert.Equal(square, drawn.Average(x => x * x), 5 * Math.Sqrt(square * (1 - square) / drawn.Length));
        Assert.InRange(drawn.Count(v => v is 0 or 1), 0, 3);
        Assert.InRange(loop.Proposals!.Value.Acceptance, 0.7, 1);
    }

    [Fact]
    public void Energies_after_a_step_belong_to_the_states()
    {
        using Device device = Device.Cpu(2);
        BananaEnergy energy = new(3, 2, 0.2);
        using ChainLoop loop = new(device, energy, 20);
        Rows states = TestRows.Normal(20, 3, 4), gradient = TestRows.Empty(20, 3);
        float[] energies = new float[20];
        loop.Run(new RiemannianMonteCarloOptions { Softness = 4 }.Create(energy), states, 5, Noise, 0, Token);
        Assert.InRange(loop.Proposals!.Value.Acceptance, 0.5, 0.999);
        energy.Gradient(states, energies, gradient);
        Assert.Equal(energies, loop.Energies.ToArray());
        for (int i = 0; i < 20; i++)
            Assert.Equal(gradient[i].ToArray().Sum(g => (double)g * g), loop.SquaredNorms[i], 1e-5 * loop.SquaredNorms[i]);
    }

    [Fact]
    public void A_step_that_cannot_be_solved_is_rejected_and_counted()
    {
        using Device device = Device.Cpu(2);
        FunnelEnergy energy = new(4);
        using ChainLoop loop = new(device, energy, 100);
        Rows states = TestRows.Normal(100, 4, 4);
        float[] before = states.Span.ToArray();
        loop.Run(new RiemannianMonteCarloOptions { StepSize = 0.7f }.Create(energy), states, 3, Noise, 0, Token);
        ProposalFigures figures = loop.Proposals!.Value;
        Assert.InRange(figures.Divergent, 50, 299);
        Assert.True(figures.Accepted + figures.Divergent <= 300);
        loop.Run(new RiemannianMonteCarloOptions { MaxIterations = 1 }.Create(energy), states, 3, Noise, 0, Token);
        Assert.Equal((0, 300), (loop.Proposals!.Value.Accepted, loop.Proposals.Value.Divergent));
        Assert.False(TestRows.SameBits(before, states.Span));
    }

    [Fact]
    public void A_warm_up_adapts_the_step_size()
    {
        // 50 chains × 50 trajectories: the acceptance has a standard error of 0.01, and the step size of the last steps its own noise.
        GaussianEnergy energy = new(new float[20], [.. Enumerable.Range(1, 20).Select(i => 0.1f * i)]);
        using Device device = Device.Cpu(2);
        using ChainLoop loop = new(device, energy, 50);
        using WarmUp warmUp = new(device, energy, new RiemannianMonteCarloOptions { StepSize = 0.01f }, 100);
        Rows states = TestRows.Normal(50, 20, 4);
        warmUp.Run(loop, states, Noise, cancellation: Token);
        loop.Run(warmUp.Options.Create(energy), states, 50, Noise, 100, Token);
        Assert.Equal(0.8, loop.Proposals!.Value.Acceptance, 0.08);
    }

    [Fact]
    public void Energies_that_do_not_fit_are_refused_by_name()
    {
        RiemannianMonteCarloOptions options = new();
        string message = Assert.Throws<InvalidInputException>(() => options.Create(new AckleyEnergy(1, 0.5, 3))).Message;
        Assert.Contains("Riemannian dynamics", message, StringComparison.Ordinal);
        Assert.Contains("AckleyEnergy", message, StringComparison.Ordinal);
        Assert.Contains("third derivatives", message, StringComparison.Ordinal);
        message = Assert.Throws<InvalidInputException>(() => options.Create(new FunnelEnergy(129))).Message;
        Assert.Contains("at most 128 numbers", message, StringComparison.Ordinal);
        Assert.Contains("129", message, StringComparison.Ordinal);
        Assert.NotNull(options.Create(new GaussianEnergy(new float[500], [.. Enumerable.Repeat(1f, 500)])));
    }

    [Fact]
    public void Every_option_out_of_range_is_named()
    {
        RiemannianMonteCarloOptions bad = new()
        {
            StepSize = 0,
            LeapfrogSteps = 0,
            StepJitter = 1,
            Softness = 0,
            Tolerance = 1,
            Temperature = -1,
        };
        string message = Assert.Throws<InvalidInputException>(() => bad.Create(new GaussianEnergy([0], [1]))).Message;
        string[] keys =
            ["step_size is 0", "leapfrog_steps is 0", "step_jitter is 1", "softness is 0", "tolerance is 1", "temperature is -1"];
        Assert.All(keys, key => Assert.Contains(key, message, StringComparison.Ordinal));
    }
}
