using Joule.Compute;
using Joule.Energies;
using Joule.Networks;
using Joule.Samplers;
using Joule.States;
using Xunit;

namespace Joule.Tests.Samplers;

public sealed class NoUTurnTests
{
    private static readonly RandomStream Noise = new(5, RandomPurpose.SamplingChains, 0);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0.15f, 1f, 10, false, 31)]
    [InlineData(0.3f, 2f, 10, true, 31)]
    [InlineData(0.6f, 1f, 10, true, 9)]
    [InlineData(0.05f, 1f, 4, false, 15)]
    [InlineData(1.3f, 1f, 10, false, 3)]
    public void Every_decision_is_that_of_a_textbook_sampler_in_float64(
        float stepSize, float temperature, int maxDepth, bool masses, int mostLeaves)
    {
        // A decision can differ where its two sides agree to six digits: one in some 100,000, so one step of 600 may.
        const int chains = 100, steps = 6, width = 5;
        float[] inverse = masses ? [0.3f, 2, 0.7f, 1.5f, 4] : [];
        double[] scale = [.. Enumerable.Range(0, width).Select(i => masses ? Math.Sqrt(inverse[i]) : 1)];
        CoupledEnergy energy = new(width);
        TextbookNoUTurn book = new(energy.Value, energy.Slope, stepSize, temperature, scale, maxDepth);
        NoUTurn sampler = new(energy, new() { StepSize = stepSize, Temperature = temperature, MaxDepth = maxDepth, InverseMass = inverse });
        using Device device = Device.Cpu(1);
        using ChainLoop loop = new(device, energy, chains) { FirstChain = 3 };
        Rows states = TestRows.Normal(chains, width, 2, 1.5f);
        int different = 0, deepest = 0, divergent = 0;
        for (int step = 0; step < steps; step++)
        {
            double[][] before = [.. Enumerable.Range(0, chains).Select(c => TestRows.Doubles(states[c]))];
            int gradients = energy.Gradients, leaves = 0, accepted = 0;
            loop.Run(sampler, states, 1, Noise, (ulong)step, Token);
            for (int c = 0; c < chains; c++)
            {
                double[] expected = book.Step(before[c], Noise.At((ulong)step), 3 + (uint)c);
                leaves += book.Leaves;
                deepest = Math.Max(deepest, book.Leaves);
                accepted += book.TestAccepts ? 1 : 0;
                divergent += book.Diverged ? 1 : 0;
                Assert.Equal(book.Diverged ? 1 : 0, loop.Divergent[c]);
                if (TestRows.RelativeError(states[c], expected) > 1e-3)
                    different++;
            }
            Assert.InRange(energy.Gradients - gradients - chains, leaves - 16, leaves + 16);
            Assert.InRange(loop.Proposals!.Value.Accepted, accepted - 1, accepted + 1);
        }
        Assert.InRange(different, 0, 1);
        Assert.Equal(mostLeaves, deepest);
        Assert.Equal(stepSize > 0.5, divergent > 0);
    }

    [Fact]
    public void A_trajectory_ends_after_about_half_a_period()
    {
        // In 200 dimensions |x| and |p| are nearly equal and at right angles, so a trajectory of time t has turned where sin t < 0. Steps
        // of a quarter: 7 leaves take 1.75, less than π, and 15 leaves 3.75.
        using Device device = Device.Cpu(1);
        BowlEnergy energy = new(StateSpace.Real(Shape.Vector(200)), 1, 0);
        using ChainLoop loop = new(device, energy, 20);
        Rows states = TestRows.Normal(20, 200, 4);
        loop.Run(new NoUTurn(energy, new() { StepSize = 0.25f }), states, 20, Noise, 0, Token);
        double leaves = (energy.Gradients - 20) / 400.0;
        Assert.InRange(leaves, 14.5, 15.5);
        // 31 leaves take 3.1 at a tenth, just below π. 63 take 2π, where the sum of all momenta is nearly nothing and says nothing: what
        // ends those is the check across their halves.
        int before = energy.Gradients;
        loop.Run(new NoUTurn(energy, new() { StepSize = 0.1f }), states, 20, Noise, 20, Token);
        Assert.InRange((energy.Gradients - before - 20) / 400.0, 32, 63);
    }

    [Fact]
    public void Chains_of_a_network_do_not_depend_on_who_shares_their_block()
    {
        using Device device = Device.Cpu(2);
        Network network = new(device, Shape.Vector(30),
            [new DenseLayer { Outputs = 50 }, new SiluLayer(), new DenseLayer { Outputs = 1 }]);
        network.Initialize(3);
        NetworkEnergy energy = new(network, StateSpace.Box(Shape.Vector(30), -1, 1));
        using ChainLoop loop = new(device, energy, 70);
        NoUTurn sampler = new(energy, new() { StepSize = 0.1f, Temperature = 0.05f });
        Rows whole = TestRows.Normal(70, 30, 4, 0.3f), parts = TestRows.Normal(70, 30, 4, 0.3f);
        loop.Run(sampler, whole, 6, Noise, 0, Token);
        Assert.InRange(loop.Proposals!.Value.Acceptance, 0.3, 1);
        foreach ((int start, int count) in new[] { (0, 1), (1, 40), (41, 29) })
        {
            loop.FirstChain = (uint)start;
            loop.Run(sampler, parts.Slice(start, count), 6, Noise, 0, Token);
        }
        Assert.True(TestRows.SameBits(whole.Span, parts.Span));
    }

    [Fact]
    public void A_trajectory_that_diverges_is_counted_and_leaves_every_bit()
    {
        using Device device = Device.Cpu(1);
        DoubleWellEnergy energy = new(Shape.Vector(20), 1, 1);
        using ChainLoop loop = new(device, energy, 50);
        Rows states = TestRows.Normal(50, 20, 2);
        float[] start = states.Span.ToArray(), energies = new float[50];
        energy.Evaluate(states, energies);
        loop.Run(new NoUTurn(energy, new() { StepSize = 4 }), states, 5, Noise, 0, Token);
        Assert.True(TestRows.SameBits(start, states.Span));
        Assert.True(TestRows.SameBits(energies, loop.Energies));
        Assert.Equal(new ProposalFigures(250, 0, 250, 0), loop.Proposals);
        Assert.All(loop.Divergent.ToArray(), d => Assert.Equal(5, d));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_leaf_without_a_finite_energy_is_never_taken(float beyond)
    {
        // A flat energy that is no number beyond 1: trajectories end there, and chains stay on this side.
        using Device device = Device.Cpu(1);
        CliffEnergy energy = new(beyond);
        using ChainLoop loop = new(device, energy, 200);
        Rows states = TestRows.Empty(200, 1);
        loop.Run(new NoUTurn(energy, new() { StepSize = 0.2f, MaxDepth = 3 }), states, 50, Noise, 0, Token);
        Assert.InRange(states.Span.ToArray().Max(), 0.5f, 1);
        Assert.InRange(loop.Proposals!.Value.Divergent, 100, 5000);
    }

    [Fact]
    public void Energies_and_norms_belong_to_the_states_that_a_run_leaves()
    {
        using Device device = Device.Cpu(1);
        DoubleWellEnergy energy = new(Shape.Vector(20), 1, 1);
        using ChainLoop loop = new(device, energy, 50);
        Rows states = TestRows.Normal(50, 20, 2), gradient = TestRows.Empty(50, 20);
        loop.Run(new NoUTurn(energy, new() { StepSize = 0.3f }), states, 7, Noise, 0, Token);
        Assert.InRange(loop.Proposals!.Value.Acceptance, 0.4, 0.99);
        float[] energies = new float[50];
        energy.Gradient(states, energies, gradient);
        Assert.True(TestRows.SameBits(energies, loop.Energies));
        for (int i = 0; i < 50; i++)
            Assert.Equal(gradient[i].ToArray().Sum(g => (double)g * g), loop.SquaredNorms[i], 1e-5 * loop.SquaredNorms[i]);
    }

    [Fact]
    public void What_cannot_be_is_refused()
    {
        NoUTurnOptions bad = new() { StepSize = float.NaN, MaxDepth = 0, Temperature = -1, InverseMass = [1, 0] };
        string message = Assert.Throws<InvalidInputException>(() => new NoUTurn(new GaussianEnergy([0], [1]), bad)).Message;
        Assert.All(["step_size", "max_depth", "temperature", "inverse_mass.1 is 0"], text =>
            Assert.Contains(text, message, StringComparison.Ordinal));
    }

    /// <summary>E = Σ ½kᵢxᵢ² + 0.05xᵢ⁴ + 0.3xᵢxᵢ₊₁ with kᵢ = 1 + i/2, in float64 beside float32.</summary>
    private sealed class CoupledEnergy(int width) : StateEnergy
    {
        public override StateSpace Space { get; } = StateSpace.Real(Shape.Vector(width));

        public int Gradients { get; private set; }

        public double Value(double[] x) => Enumerable.Range(0, width).Sum(i => (0.5 + 0.25 * i) * x[i] * x[i] + 0.05 * Math.Pow(x[i], 4)
            + (i + 1 < width ? 0.3 * x[i] * x[i + 1] : 0));

        public double[] Slope(double[] x) => [.. Enumerable.Range(0, width).Select(i => (1 + 0.5 * i) * x[i] + 0.2 * Math.Pow(x[i], 3)
            + (i + 1 < width ? 0.3 * x[i + 1] : 0) + (i > 0 ? 0.3 * x[i - 1] : 0))];

        protected override float Evaluate(ReadOnlySpan<float> state) => (float)Value(TestRows.Doubles(state));

        protected override float Gradient(ReadOnlySpan<float> state, Span<float> gradient)
        {
            Gradients++;
            double[] x = TestRows.Doubles(state), slope = Slope(x);
            for (int i = 0; i < slope.Length; i++)
                gradient[i] = (float)slope[i];
            return (float)Value(x);
        }
    }
}
