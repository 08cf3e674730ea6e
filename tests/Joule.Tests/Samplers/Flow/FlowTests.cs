using Joule.Compute;
using Joule.Energies;
using Joule.Evaluation;
using Joule.Samplers;
using Xunit;

namespace Joule.Tests.Samplers;

public sealed class FlowTests
{
    private static readonly RandomStream Noise = new(3, RandomPurpose.SamplingChains, 0);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Energies() => ["gaussian", "correlated", "one correlated", "mixture"];

    [Theory]
    [InlineData(FlowSolver.Euler, 0.2)]
    [InlineData(FlowSolver.Heun, 5e-4)]
    [InlineData(FlowSolver.Rk4, 5e-6)]
    public void The_error_of_a_flow_is_of_the_solver_s_order(FlowSolver solver, double most)
    {
        // From N(0, 1) to N(μ, σ²), the flow of x₀ ends at μ + σx₀: variances of a line of normals stay in their order.
        GaussianEnergy energy = new([2], [1.5f]);
        double[] errors = [.. new[] { 32, 64 }.Select(steps => Worst(energy, new FlowOptions { Solver = solver, Steps = steps }))];
        Assert.InRange(errors[1], 0, most);
        double order = solver switch { FlowSolver.Euler => 1, FlowSolver.Heun => 2, _ => 4 };
        // The fourth order meets the rounding of float32, 10⁻⁷ of the state, with 64 steps.
        if (order < 4)
            Assert.Equal(order, Math.Log2(errors[0] / errors[1]), 0.15);
        else
            Assert.InRange(Worst(energy, new FlowOptions { Solver = solver, Steps = 4 }) / errors[0], 100, double.PositiveInfinity);
    }

    [Theory]
    [InlineData(1e-2)]
    [InlineData(1e-3)]
    [InlineData(1e-5)]
    public void Adapted_steps_keep_the_error_near_the_tolerance(double tolerance)
    {
        double error = Worst(new GaussianEnergy([2], [0.05f]), new FlowOptions { Tolerance = tolerance });
        // The errors of some ten steps add up, and 200 flows have outliers.
        Assert.InRange(error, 0, 30 * tolerance);
    }

    [Theory]
    [MemberData(nameof(Energies))]
    public void The_field_is_the_mean_way_from_noise_to_state(string name)
    {
        // v(x, t) is the regression of x₁ − x₀ on xₜ, so it has the least mean square error: E[(x₁ − x₀ − v)·f(xₜ)] = 0 for any f. Here f
        // is 1 and each number of xₜ; within 5 standard errors.
        Energy energy = Make(name);
        int width = energy.Space.Width, n = 20_000;
        Rows states = TestRows.Empty(n, width), field = TestRows.Empty(n, width);
        float[] way = new float[n * width], noise = new float[width], state = new float[width];
        double[] times = new double[n];
        for (int i = 0; i < n; i++)
        {
            Noise.FillNormal(noise, (uint)i);
            ((ISamplable)energy).Sample(Noise.At(1), (uint)i, state);
            times[i] = (i % 4) / 4.0 + 0.05;
            for (int k = 0; k < width; k++)
            {
                states[i][k] = (float)((1 - times[i]) * noise[k] + times[i] * state[k]);
                way[i * width + k] = state[k] - noise[k];
            }
        }
        ((ITransport)energy).Velocity(states, times, field);
        for (int k = 0; k < width; k++)
        {
            for (int j = -1; j < width; j++)
            {
                double[] left = [.. Enumerable.Range(0, n).Select(i => (way[i * width + k] - field[i][k]) * (j < 0 ? 1.0 : states[i][j]))];
                double mean = left.Average(), error = Math.Sqrt(left.Sum(v => (v - mean) * (v - mean)) / n / n);
                Assert.True(Math.Abs(mean) < 5 * error, $"number {k}, test {j}: {mean} ± {error}");
            }
        }
    }

    [Theory]
    [InlineData(FlowSolver.DormandPrince, 0f, 10)]
    [InlineData(FlowSolver.EulerMaruyama, 0.5f, 400)]
    [InlineData(FlowSolver.EulerMaruyama, 1.5f, 400)]
    public void Its_draws_are_those_of_the_energy_with_noise_and_without(FlowSolver solver, float noise, int steps)
    {
        // Independent draws, 8,000 of them; five standard errors, and what Euler steps of 1/400 leave of a variance, about 1/400 of it.
        GaussianMixtureEnergy energy = new([0.3, 0.7], [[-3, 0], [3, 1]], [1, 0.5]);
        FlowOptions options = new() { Solver = solver, Noise = noise, Steps = steps };
        using Device device = Device.Cpu(2);
        using ChainLoop loop = new(device, energy, 80);
        DrawRecorder draws = new(80, 100, 2);
        loop.Run(options.Create(energy), TestRows.Normal(80, 2, 1), new ChainSchedule { Steps = 100 }, Noise, [draws], null, 0, Token);
        double slack = solver == FlowSolver.EulerMaruyama ? 0.01 : 0.001;
        Within(draws.Draws(0), 1.2, slack * 3);
        Within(draws.Draws(0).Map(x => x * x), 9.475, slack * 10);
        Within(draws.Draws(1), 0.7, slack);
        Within(draws.Draws(1).Map(x => x * x), 0.3 * 1 + 0.7 * 1.25, slack);
    }

    [Fact]
    public void Along_the_gradient_it_is_gradient_flow_and_with_noise_Langevin_dynamics()
    {
        // E = ½kx²: x(T) = x₀e^(−kT). With noise, the variance goes to σ²/2k.
        BowlEnergy energy = new(Joule.States.StateSpace.Real(Joule.States.Shape.Vector(1)), 2, 0);
        FlowOptions options = new() { Field = FlowField.Gradient, Time = 0.7f, Tolerance = 1e-5 };
        Rows ends = Ends(energy, options, 50);
        float[] start = new float[1];
        for (int i = 0; i < 50; i++)
        {
            Noise.FillNormal(start, (uint)i);
            Assert.Equal(start[0] * Math.Exp(-1.4), ends[i][0], 1e-4);
        }
        options = new() { Field = FlowField.Gradient, Time = 4, Solver = FlowSolver.EulerMaruyama, Noise = 1, Steps = 400 };
        ends = Ends(energy, options, 8000);
        // Steps of h = .01 leave a variance of σ²/(2k − hk²).
        double variance = ends.Span.ToArray().Average(x => (double)x * x), exact = 1 / (4 - 0.04);
        Assert.Equal(exact, variance, 5 * exact * Math.Sqrt(2.0 / 8000));
    }

    [Fact]
    public void It_counts_evaluations_and_steps_that_were_too_long()
    {
        GaussianEnergy energy = new([2], [0.01f]);
        using Device device = Device.Cpu(1);
        using ChainLoop loop = new(device, energy, 3);
        FlowOptions options = new() { Steps = 2, Tolerance = 1e-4 };
        Sampler sampler = options.Create(energy);
        using ChainMemory memory = new(device, sampler, 3);
        loop.Run(sampler, TestRows.Normal(3, 1, 1), 10, Noise, memory, 0, Token);
        string text = Assert.Single(sampler.Figures(memory, 10)).Text;
        Assert.Matches("^[0-9.]+ evaluations of the field a flow; [1-9][0-9.]* steps were too long and made again$", text);
    }

    [Fact]
    public void A_field_that_jumps_to_infinity_is_a_divergence()
    {
        CliffEnergy energy = new(float.NaN);
        FlowOptions options = new() { Field = FlowField.Gradient };
        using Device device = Device.Cpu(1);
        using ChainLoop loop = new(device, energy, 50);
        Assert.Throws<DivergenceException>(() => loop.Run(options.Create(energy), TestRows.Empty(50, 1), 3, Noise, 0, Token));
    }

    [Fact]
    public void What_cannot_be_followed_is_refused()
    {
        BananaEnergy banana = new(2, 2, 0.2);
        InvalidInputException e = Assert.Throws<InvalidInputException>(() => new FlowOptions().Create(banana));
        Assert.Contains("BananaEnergy on 2, real lacks a field that carries noise to its states", e.Message, StringComparison.Ordinal);
        e = Assert.Throws<InvalidInputException>(() => new FlowOptions { Noise = 1, Time = 2 }.Create(banana));
        Assert.Contains("noise is 1 and solver is dormand_prince", e.Message, StringComparison.Ordinal);
        Assert.Contains("time is 2; along the energy's own field", e.Message, StringComparison.Ordinal);
        e = Assert.Throws<InvalidInputException>(() => new FlowOptions { Solver = FlowSolver.EulerMaruyama }.Create(banana));
        Assert.Contains("noise is 0 and solver is euler_maruyama", e.Message, StringComparison.Ordinal);
    }

    /// <summary>The largest error of the ends of 200 flows from N(0, 1) to a normal distribution.</summary>
    private static double Worst(GaussianEnergy energy, FlowOptions options)
    {
        Rows ends = Ends(energy, options, 200);
        double mean = energy.Moment(0, 1), deviation = Math.Sqrt(energy.Moment(0, 2) - mean * mean), worst = 0;
        float[] start = new float[1];
        for (int i = 0; i < 200; i++)
        {
            Noise.FillNormal(start, (uint)i);
            worst = Math.Max(worst, Math.Abs(ends[i][0] - mean - deviation * start[0]));
        }
        return worst;
    }

    private static Rows Ends(Energy energy, FlowOptions options, int chains)
    {
        using Device device = Device.Cpu(2);
        using ChainLoop loop = new(device, energy, chains);
        Rows states = TestRows.Empty(chains, energy.Space.Width);
        loop.Run(options.Create(energy), states, 1, Noise, 0, Token);
        return states;
    }

    private static void Within(ChainDraws draws, double expected, double slack)
    {
        double mean = draws.Values.ToArray().Average(), error = MonteCarloError.OfMean(draws);
        Assert.True(Math.Abs(mean - expected) < 5 * error + slack, $"{mean} ± {error} against {expected}");
    }

    private static Energy Make(string name) => name switch
    {
        "gaussian" => new GaussianEnergy([1, -2], [0.5f, 3]),
        "correlated" => new CorrelatedGaussianEnergy([0.5, -1], new double[,] { { 1, 0.6 }, { 0.6, 2 } }),
        "one correlated" => new CorrelatedGaussianEnergy([0.5, -1], new double[,] { { 1, 0 }, { 0, 2 } }),
        _ => new GaussianMixtureEnergy([1, 3], [[-2, 0.5], [1, 1]], [0.5, 1]),
    };
}
