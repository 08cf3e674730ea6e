using Joule.Compute;
using Joule.Energies;
using Joule.Evaluation;
using Joule.Samplers;
using Xunit;

namespace Joule.Tests.Samplers;

public sealed class ParallelTemperingTests
{
    private static readonly RandomStream Noise = new(3, RandomPurpose.SamplingChains, 0);

    // Two modes that are 16 deviations apart: no local sampler crosses.
    private static readonly GaussianMixtureEnergy Modes = new([0.3, 0.7], [[-8, 0], [8, 0]], [1, 1]);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("mala")]
    [InlineData("hmc")]
    [InlineData("nuts")]
    public void It_weighs_modes_that_its_inner_sampler_cannot_cross(string inner)
    {
        SamplerOptions local = inner switch
        {
            "mala" => new MetropolisAdjustedLangevinOptions { StepSize = 0.5f },
            "hmc" => new HamiltonianMonteCarloOptions { StepSize = 0.6f, LeapfrogSteps = 4 },
            _ => new NoUTurnOptions { StepSize = 0.6f, MaxDepth = 4 },
        };
        ChainDraws alone = Run(local, 1).Draws(0);
        for (int c = 0; c < alone.Chains; c++)
            Assert.Equal(Math.Sign(alone[c, 0]), Math.Sign(alone[c].ToArray().Average())); // stays in its mode
        DrawRecorder draws = Run(new ParallelTemperingOptions { Inner = local, Replicas = 8, Hottest = 60 }, 1);
        // Mean .4·8, second moments 65 and 1; five standard errors for four of them.
        Within(draws.Draws(0), 3.2);
        Within(draws.Draws(0).Map(x => x * x), 65);
        Within(draws.Draws(1), 0);
        Within(draws.Draws(1).Map(x => x * x), 1);
    }

    [Fact]
    public void Z_scores_over_200_seeds_have_unit_variance()
    {
        // Two modes that mix: the standard error itself is tested. 200 z-scores: variance 1 ± 2.6·√(2/200).
        GaussianMixtureEnergy energy = new([0.5, 0.5], [[-2.5], [2.5]], [1, 1]);
        ParallelTemperingOptions options = new()
        {
            Inner = new MetropolisAdjustedLangevinOptions { StepSize = 0.7f },
            Replicas = 3,
            Hottest = 6,
        };
        double sum = 0;
        for (ulong seed = 0; seed < 200; seed++)
        {
            ChainDraws draws = Run(options, seed, energy, chains: 4, steps: 500).Draws(0);
            double z = draws.Values.ToArray().Average() / MonteCarloError.OfMean(draws);
            sum += z * z / 200;
        }
        Assert.InRange(sum, 0.74, 1.26);
    }

    [Fact]
    public void Exchanges_that_are_always_made_are_found_out()
    {
        double Energy(double x) => 0.5 * (Math.Abs(x) - 2) * (Math.Abs(x) - 2);
        double Square(double x) => x * x;
        double[] temperatures = [1, 2, 4];
        double[] grid = [.. Enumerable.Range(-10_000, 20_001).Select(i => i * 0.001)];
        double exact = grid.Sum(x => x * x * Math.Exp(-Energy(x))) / grid.Sum(x => Math.Exp(-Energy(x)));
        (double mean, double error) = new TextbookTempering(Energy, temperatures, 3, false).Average(Square, 400_000);
        Assert.InRange(Math.Abs(mean - exact) / error, 0, 4);
        (mean, error) = new TextbookTempering(Energy, temperatures, 3, true).Average(Square, 400_000);
        Assert.True(Math.Abs(mean - exact) / error > 20, $"{mean} ± {error} against {exact}");
    }

    [Fact]
    public void A_warm_up_makes_rejections_equal_and_steps_fit_their_temperature()
    {
        // At first, most of the barrier lies between the two highest temperatures.
        ParallelTemperingOptions options = new()
        {
            Inner = new HamiltonianMonteCarloOptions { LeapfrogSteps = 5 },
            Ladder = [1, 1.1, 1.3, 30],
        };
        using Device device = Device.Cpu(2);
        GaussianEnergy energy = new(new float[4], [1, 1, 1, 1]);
        using ChainLoop loop = new(device, energy, 20);
        Rows states = TestRows.Normal(20, 4, 2);
        using ChainMemory memory = new(device, options.Create(energy), 20);
        memory.Init(options.Create(energy), states);
        double[] before = Rejections(loop, energy, options, states, memory, 0);
        Assert.InRange(before.Max() / before.Min(), 3, double.PositiveInfinity);
        using WarmUp warmUp = new(device, energy, options, 600);
        warmUp.Run(loop, states, Noise, memory, null, 1000, Token);
        ParallelTemperingOptions adapted = (ParallelTemperingOptions)warmUp.Options;
        Assert.Equal((4, 1.0, 30.0), (adapted.Ladder.Count, adapted.Ladder[0], adapted.Ladder[^1]));
        memory.ClearTallies();
        double[] after = Rejections(loop, energy, adapted, states, memory, 2000);
        // Of the few lessons of 600 steps, each reads the barrier linearly between the temperatures before it.
        Assert.InRange(after.Max() - after.Min(), 0, Math.Min(0.2, 0.4 * (before.Max() - before.Min())));
        ReplicaTally.Sums sums = ReplicaTally.Of(memory, 4);
        Assert.All(sums.Acceptance, a => Assert.InRange(a!.Value, 0.5, 0.95));
        // A given ladder stays where that is asked for.
        using WarmUp fixedOne = new(device, energy, options with { AdaptLadder = false }, 100);
        fixedOne.Run(loop, states, Noise, memory, null, 4000, Token);
        Assert.Equal(options.Ladder, ((ParallelTemperingOptions)fixedOne.Options).Ladder);
    }

    [Fact]
    public void A_warm_up_that_stops_goes_on_bit_for_bit()
    {
        ParallelTemperingOptions options = new() { Replicas = 4 };
        (float[] whole, SamplerOptions one) = WarmedUp([100]);
        (float[] parts, SamplerOptions two) = WarmedUp([37, 12, 51]);
        Assert.True(TestRows.SameBits(whole, parts));
        Assert.Equal(one, two);

        (float[], SamplerOptions) WarmedUp(int[] cuts)
        {
            using Device device = Device.Cpu(2);
            using ChainLoop loop = new(device, Modes, 6);
            Rows states = TestRows.Normal(6, 2, 2);
            using ChainMemory memory = new(device, options.Create(Modes), 6);
            memory.Init(options.Create(Modes), states);
            using WarmUp warmUp = new(device, Modes, options, 100);
            foreach (int most in cuts)
                warmUp.Run(loop, states, Noise, memory, most, 0, Token);
            return (states.Span.ToArray(), warmUp.Options);
        }
    }

    [Fact]
    public void Only_samplers_with_a_temperature_are_replicas_and_all_that_is_wrong_is_listed()
    {
        ParallelTemperingOptions options = new()
        {
            Inner = new GradientDescentOptions(),
            Ladder = [2, 3, 3],
            StepFactors = [1, 0],
        };
        InvalidInputException e = Assert.Throws<InvalidInputException>(() => options.Create(Modes));
        foreach (string part in new[] { "inner is descent", "ladder.0 is 2", "ladder.2 is 3", "step_factors has 2", "step_factors.1 is 0" })
            Assert.Contains(part, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_replica_that_is_not_finite_stops_its_chain()
    {
        // The hot replica's step is too long for the quartic energy; the chain's own is not.
        DoubleWellEnergy energy = new(Joule.States.Shape.Vector(2), 1, 1);
        ParallelTemperingOptions options = new()
        {
            Inner = new LangevinOptions { StepSize = 0.01f },
            Ladder = [1, 2],
            StepFactors = [1, 1000],
        };
        using Device device = Device.Cpu(1);
        using ChainLoop loop = new(device, energy, 3);
        DivergenceException e = Assert.Throws<DivergenceException>(
            () => loop.Run(options.Create(energy), TestRows.Normal(3, 2, 4), 100, Noise, 0, Token));
        Assert.InRange(e.Step, 1, 20);
    }

    private static double[] Rejections(ChainLoop loop, Energy energy, ParallelTemperingOptions options, Rows states, ChainMemory memory,
        ulong first)
    {
        loop.Run(options.Create(energy), states, 400, Noise, memory, first, Token);
        return ReplicaTally.Of(memory, options.Temperatures().Count).Rejection;
    }

    private static void Within(ChainDraws draws, double expected)
    {
        double mean = draws.Values.ToArray().Average(), error = MonteCarloError.OfMean(draws);
        Assert.True(Math.Abs(mean - expected) < 5 * error, $"{mean} ± {error} against {expected}");
        Assert.InRange(error, 0, 0.05 * Math.Max(1, expected));
    }

    private static DrawRecorder Run(SamplerOptions options, ulong seed, Energy? energy = null, int chains = 16, int steps = 4000)
    {
        energy ??= Modes;
        using Device device = Device.Cpu(2);
        using ChainLoop loop = new(device, energy, chains);
        DrawRecorder draws = new(chains, steps, energy.Space.Width);
        loop.Run(options.Create(energy), TestRows.Normal(chains, energy.Space.Width, seed + 1, 6),
            new ChainSchedule { WarmUp = 500, Steps = steps }, Noise with { Seed = seed }, [draws], null, 0, Token);
        return draws;
    }
}
