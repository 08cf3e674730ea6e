using Joule.Compute;
using Joule.Energies;
using Joule.Samplers;
using Joule.States;
using Xunit;

namespace Joule.Tests.Samplers;

public sealed class RecoveryTests
{
    private const int Chains = 8_000;

    private static readonly RecoveryOptions Options = new() { Levels = 4, SmallestNoise = 0.4, LargestNoise = 2.5, LevelSteps = 6 };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Levels_are_geometric_and_end_at_the_data()
    {
        NoiseLevels levels = new(4, 0.5, 4);
        Assert.Equal([0, 0.5, 1, 2, 4], Enumerable.Range(0, 5).Select(k => Math.Round(levels.At(k), 12)));
        Assert.Equal([1, 0.75, 0.5, 0.25, 0], Enumerable.Range(0, 5).Select(levels.Time));
        Assert.Equal(Math.Sqrt(3), levels.Step(2), 1e-12);
        Assert.Equal(0.5, new NoiseLevels(1, 0.5, 0.5).Step(0), 1e-12);
    }

    [Fact]
    public void On_normal_data_every_level_has_its_variance_in_closed_form()
    {
        // With c = 1/(v + sₖ²) + 1/b², x given y is normal with mean y/(cb²) and variance 1/c: a variance V of y becomes V/(cb²)² + 1/c.
        // After 60 steps, of which 15 have η = .4b², no trace of the start is left.
        const double variance = 0.49;
        RecoveryOptions options = Options with { LevelSteps = 60, StepSize = 0.4f };
        NoisyNormal energy = new(variance, options);
        NoiseLevels levels = options.NoiseLevels();
        using Device device = Device.Cpu(2);
        using ChainLoop loop = new(device, energy, Chains);
        Sampler sampler = options.Create(energy);
        using ChainMemory memory = new(device, sampler, Chains);
        Rows states = TestRows.Normal(Chains, 1, 4);
        memory.Init(sampler, states);
        double expected = 1 + levels.At(4) * levels.At(4);
        for (int draw = 0; draw < 6; draw++)
        {
            loop.Run(sampler, states, options.LevelSteps, new RandomStream(3, RandomPurpose.SamplingChains, 0), memory,
                (ulong)(draw * options.LevelSteps), Token);
            int level = Math.Max(0, 3 - draw);
            double noise = Math.Pow(levels.Step(level), 2), precision = 1 / (variance + Math.Pow(levels.At(level), 2)) + 1 / noise;
            // A draw of the proximal sampler is given x + s₁ξ.
            double given = expected + (draw > 3 ? noise : 0);
            expected = given / Math.Pow(precision * noise, 2) + 1 / precision;
            double found = states.Span.ToArray().Average(x => (double)x * x);
            Assert.Equal(expected, found, 5 * expected * Math.Sqrt(2.0 / Chains));
        }
        // The chains began 7.25 wide in place of 6.74, and all but 0.5% of that is forgotten.
        Assert.Equal(variance, expected, 0.005 * variance);
        Assert.InRange(loop.Proposals!.Value.Acceptance, 0.5, 0.999);
    }

    [Fact]
    public void Walls_hold_at_the_data_alone()
    {
        NoisyNormal energy = new(0.49, Options, -0.5f, 0.5f);
        using Device device = Device.Cpu(1);
        using ChainLoop loop = new(device, energy, 500);
        Sampler sampler = Options.Create(energy);
        using ChainMemory memory = new(device, sampler, 500);
        Rows states = TestRows.Empty(500, 1);
        memory.Init(sampler, states);
        RandomStream noise = new(3, RandomPurpose.SamplingChains, 0);
        loop.Run(sampler, states, 3 * Options.LevelSteps, noise, memory, 0, Token);
        Assert.True(states.Span.ContainsAnyExceptInRange(-0.5f, 0.5f));
        loop.Run(sampler, states, Options.LevelSteps, noise, memory, 100, Token);
        Assert.False(states.Span.ContainsAnyExceptInRange(-0.5f, 0.5f));
        Assert.True(states.Span.ContainsAnyExcept(-0.5f, 0.5f));
    }

    [Fact]
    public void Options_describe_themselves_and_impossible_ones_are_problems()
    {
        Assert.Equal(24, Options.DescentSteps());
        Assert.Contains("4 levels of 6 steps, noise from 2.5 to 0.4", Options.Describe(), StringComparison.Ordinal);
        List<string> problems = [];
        OptionsCheck.Add(Options with { LargestNoise = 0.4, LevelSteps = 100_000, Levels = 1000 }, problems);
        Assert.Equal(2, problems.Count);
        problems.Clear();
        OptionsCheck.Add(Options with { LargestNoise = 0.4, Levels = 1 }, problems);
        Assert.Empty(problems);
    }

    /// <summary>The exact family of N(0, v): with noise of level k, the variance is v + sₖ².</summary>
    private sealed class NoisyNormal(double variance, RecoveryOptions options, float low = float.NegativeInfinity,
        float high = float.PositiveInfinity) : StateEnergy, ITimed
    {
        public override StateSpace Space { get; } =
            float.IsFinite(low) ? StateSpace.Box(Shape.Vector(1), low, high) : StateSpace.Real(Shape.Vector(1));

        public double Time => 1;

        public Energy Extended => throw new NotSupportedException();

        public void Gradient(Rows states, ReadOnlySpan<double> times, Rows energies, Rows gradient)
        {
            for (int i = 0; i < states.Count; i++)
            {
                int level = (int)Math.Round(options.Levels * (1 - times[i]));
                float spread = (float)(variance + Math.Pow(options.NoiseLevels().At(level), 2)), x = states[i][0];
                (energies.Span[i], gradient[i][0]) = (x * x / (2 * spread), x / spread);
            }
        }

        protected override float Evaluate(ReadOnlySpan<float> state) => state[0] * state[0] / (2 * (float)variance);

        protected override float Gradient(ReadOnlySpan<float> state, Span<float> gradient)
        {
            gradient[0] = state[0] / (float)variance;
            return Evaluate(state);
        }
    }
}
