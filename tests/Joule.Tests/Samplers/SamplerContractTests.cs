using Joule.Compute;
using Joule.Energies;
using Joule.Samplers;
using Joule.States;
using Xunit;

namespace Joule.Tests.Samplers;

/// <summary>Rules for every sampler of the catalogue; a new sampler is tested automatically.</summary>
public sealed class SamplerContractTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static readonly RandomStream Noise = new(3, RandomPurpose.SamplingChains, 0);

    // Samplers that are not exact, with their stationary variance on N(0, s²) in closed form. All others must be exact.
    private static readonly Dictionary<string, Func<SamplerOptions, double, double>> KnownBias = new()
    {
        ["langevin"] = (options, s) => s * s / (1 - (((LangevinOptions)options).StepSize / (2 * s * s))),
        ["annealed"] = (options, s) => s * s / (1 - (((AnnealedLangevinOptions)options).StepSize / (2 * s * s))),
        ["warmed"] = (options, s) => s * s / (1 - (((WarmedLangevinOptions)options).StepSize / (2 * s * s))),
        ["preconditioned"] = (options, s) => s * s / (1 - (((PreconditionedLangevinOptions)options).StepSize / (2 * s * s))),
        ["descent"] = (_, _) => 0,
        ["walk_jump"] = (options, s) => Jumped((WalkJumpOptions)options, s), // of the jumps, not of the walk
    };

    // Samplers whose step is a whole run of another one: options with short runs, and for the Gaussian some with which few steps are
    // enough.
    private static readonly Dictionary<string, ShortRun> Runs = new()
    {
        ["ais"] = new(new AnnealedImportanceSamplingOptions { Temperatures = 6 },
            new AnnealedImportanceSamplingOptions { Temperatures = 200, Power = 1, Inner = Short }, 25),
        ["flow"] = new(new FlowOptions { Field = FlowField.Gradient }, new FlowOptions(), 1),
        ["recovery"] = new(new RecoveryOptions(), new RecoveryOptions { SmallestNoise = 0.7, LevelSteps = 5, StepSize = 0.1f }, 800),
        ["smc"] = new(new SequentialMonteCarloOptions { Temperatures = 4, Particles = 3 },
            new SequentialMonteCarloOptions { Temperatures = 100, Power = 1, Particles = 8, Inner = Short }, 12),
    };

    // Options for states of 80 numbers, where the defaults would accept next to nothing: a ladder of temperatures must be flatter there.
    private static readonly Dictionary<string, SamplerOptions> ForManyNumbers = new()
    {
        ["tempered_transitions"] = new TemperedTransitionsOptions { Temperatures = 3, Hottest = 1.2 },
    };

    private static readonly StateSpace[] Spaces =
    [
        StateSpace.Real(Shape.Vector(6)),
        StateSpace.Box(Shape.Vector(6), -0.5f, 2),
        StateSpace.Box(Shape.Vector(6), 0, float.PositiveInfinity),
        StateSpace.Binary(Shape.Vector(6)),
        StateSpace.Spins(Shape.Vector(6)),
        StateSpace.Categorical(Shape.Vector(6), 4),
        StateSpace.Mixed([ColumnDomain.Real, ColumnDomain.Real]),
        StateSpace.Mixed([ColumnDomain.Real, new ColumnDomain(Domain.Box, 0, 1)]),
        StateSpace.Mixed([ColumnDomain.Real, new ColumnDomain(Domain.Binary, 0, 1)]),
    ];

    private static SamplerOptions Short => new HamiltonianMonteCarloOptions { StepSize = 0.5f, LeapfrogSteps = 2 };

    public static TheoryData<string> Names() => [.. Catalogue.Of(typeof(SamplerOptions)).Select(s => s.Named.Name)
        .Where(n => n != "tilted")]; // refuses these energies: TiltedWalkTests

    [Fact]
    public void Samplers_are_found() =>
        Assert.Superset(new HashSet<string> { "hmc", "langevin", "mala" }, new HashSet<string>(Names().Select(n => n.Data)));

    [Theory]
    [MemberData(nameof(Names))]
    public void Its_options_are_valid_by_default_and_scaled_and_describe_themselves(string name)
    {
        SamplerOptions options = Options(name);
        foreach (SamplerOptions each in (SamplerOptions[])[options, options.Scaled(0.5)])
        {
            List<string> problems = [];
            OptionsCheck.Add(each, problems, "x.");
            Assert.Empty(problems);
        }
        Assert.NotEqual(options, options.Scaled(0.5));
        Assert.False(string.IsNullOrWhiteSpace(options.StepName()));
        Assert.StartsWith("1 ", options.StepsText(1), StringComparison.Ordinal);
        Assert.EndsWith("s", options.StepsText(20), StringComparison.Ordinal);
        Assert.Contains("step size", options.Describe(), StringComparison.Ordinal);
        Assert.True(options.EffectiveTemperature() is null or > 0);
        Assert.InRange(options.NoiseOfStep(), 0, 10);
        NamedType named = Catalogue.Of(typeof(SamplerOptions)).Single(s => s.Named.Name == name);
        Assert.Matches(@"\b(19|20)\d\d\b", named.Named.Paper);
        Assert.Equal(options, OptionsJson.Read<SamplerOptions>(OptionsJson.Write(options), "It"));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Threads_blocks_and_cuts_do_not_change_a_bit(string name)
    {
        float[]? expected = null;
        foreach (int threads in new[] { 1, 2, 3 })
        {
            foreach (int blockRows in new[] { 1, 16, 64 })
            {
                using Device device = Device.Cpu(threads);
                BowlEnergy energy = new(StateSpace.Box(Shape.Vector(21), -1, 2), 2, 0.3f, blockRows);
                using ChainLoop loop = new(device, energy, 50);
                Sampler sampler = Quick(name).Create(energy);
                foreach (int[] parts in (int[][])[[20], [7, 1, 12]])
                {
                    using ChainMemory memory = new(device, sampler, 50);
                    Rows states = TestRows.Normal(50, 21, 4, 0.3f);
                    memory.Init(sampler, states);
                    ulong done = 0;
                    foreach (int steps in parts)
                    {
                        loop.Run(sampler, states, steps, Noise, memory, done, Token);
                        done += (ulong)steps;
                    }
                    expected ??= states.Span.ToArray();
                    Assert.True(TestRows.SameBits(expected, states.Span),
                        $"{threads} threads, blocks of {blockRows}, {string.Join(" + ", parts)} steps");
                }
                Rows met = TestRows.Normal(50, 21, 4, 0.3f);
                loop.Run(sampler, met, new ChainSchedule { WarmUp = 5, Steps = 15, Meeting = 3 }, Noise, [new Nobody()], null, 0, Token);
                Assert.True(TestRows.SameBits(expected, met.Span), $"{threads} threads, blocks of {blockRows}, meetings");
            }
        }
        Assert.False(TestRows.SameBits(expected, TestRows.Normal(50, 21, 4, 0.3f).Span));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Chains_in_several_runs_draw_as_in_one(string name)
    {
        if (Options(name).ChainsInteract())
            return; // A chain then depends on all others of its run: not to do so would be the error.
        using Device device = Device.Cpu(2);
        BowlEnergy energy = new(StateSpace.Box(Shape.Vector(21), -1, 2), 2, 0.3f);
        using ChainLoop loop = new(device, energy, 50);
        Sampler sampler = Quick(name).Create(energy);
        Rows whole = TestRows.Normal(50, 21, 4, 0.3f), parts = TestRows.Normal(50, 21, 4, 0.3f);
        loop.FirstChain = 7;
        loop.Run(sampler, whole, 12, Noise, 0, Token);
        foreach ((int start, int count) in new[] { (0, 19), (19, 31) })
        {
            loop.FirstChain = 7 + (uint)start;
            loop.Run(sampler, parts.Slice(start, count), 12, Noise, 0, Token);
        }
        Assert.True(TestRows.SameBits(whole.Span, parts.Span));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void It_stays_in_a_domain_or_refuses_it_by_name(string name)
    {
        int walked = 0, refused = 0;
        foreach (StateSpace space in Spaces)
        {
            using Device device = Device.Cpu(1);
            BowlEnergy energy = new(space, 2, 0.4f);
            Sampler sampler;
            try
            {
                sampler = Quick(name).Create(energy);
            }
            catch (InvalidInputException e)
            {
                refused++;
                Assert.Contains(space.ToString(), e.Message, StringComparison.Ordinal);
                Assert.Contains("need", e.Message, StringComparison.Ordinal);
                continue;
            }
            walked++;
            using ChainLoop loop = new(device, energy, 30);
            Rows states = TestRows.Empty(30, space.Width);
            for (int i = 0; i < 30; i++)
            {
                space.FillNoise(new RandomStream(1, RandomPurpose.User, 0), (uint)i, states[i]);
                if (space.Domain == Domain.Box && !space.HasWalls)
                    states[i].Fill(0.5f);
            }
            float[] start = states.Span.ToArray();
            loop.Run(sampler, states, 40, Noise, 0, Token);
            Assert.All(Enumerable.Range(0, 30), i => Assert.Equal(-1, space.FirstOutside(states[i])));
            Assert.False(TestRows.SameBits(start, states.Span), $"{space}: nothing moved");
        }
        Assert.True(walked > 0 && walked + refused == Spaces.Length);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void It_refuses_an_energy_without_a_gradient_or_needs_none(string name)
    {
        CountEnergy energy = new(StateSpace.Real(Shape.Vector(3)));
        try
        {
            _ = Options(name).Create(energy);
        }
        catch (InvalidInputException e)
        {
            Assert.Contains("gradient", e.Message, StringComparison.Ordinal);
            Assert.Contains(nameof(CountEnergy), e.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void On_a_Gaussian_it_forgets_its_start_and_keeps_the_variance(string name)
    {
        // 200 chains × 40 independent numbers for each deviation: n = 8,000. The start is 3 deviations wide; if a step forgets 1%, as
        // Langevin's does, 800 steps leave e⁻¹⁶ of it. Five standard errors: v√(2/n) of a variance, √(v/n) of a mean.
        const int chains = 200, each = 40, n = chains * each;
        SamplerOptions options = Runs.GetValueOrDefault(name)?.Gaussian ?? ForManyNumbers.GetValueOrDefault(name) ?? Options(name);
        if (options.ChainsInteract())
            return; // Its particles are not independent draws: their variance is tested beside the sampler.
        int steps = Runs.GetValueOrDefault(name)?.Steps ?? 800;
        double[] deviations = [0.7, 1];
        float[] deviation = [.. Enumerable.Range(0, 2 * each).Select(i => (float)deviations[i / each])];
        GaussianEnergy energy = new([.. deviation.Select(s => 2 * s)], deviation);
        using Device device = Device.Cpu(2);
        using ChainLoop loop = new(device, energy, chains);
        Rows states = TestRows.Normal(chains, 2 * each, 8, 3);
        loop.Run(options.Create(energy), states, steps, Noise, 0, Token);
        for (int group = 0; group < 2; group++)
        {
            double s = deviations[group], mean = 0, variance = 0;
            double v = KnownBias.TryGetValue(name, out Func<SamplerOptions, double, double>? bias) ? bias(options, s) : s * s;
            for (int c = 0; c < chains; c++)
            {
                for (int i = group * each; i < (group + 1) * each; i++)
                {
                    double x = states[c][i] - (2 * s);
                    mean += x / n;
                    variance += x * x / n;
                }
            }
            Assert.Equal(options.IsModeSeeking(), v == 0);
            if (v == 0)
            {
                // Chains that seek modes: e⁻⁸ of the start is left of a deviation of 3 and a distance of 2.
                Assert.Equal(0, mean, 1e-3);
                Assert.Equal(0, variance, 2e-6);
                continue;
            }
            Assert.Equal(0, mean, 5 * Math.Sqrt(v / n));
            Assert.Equal(v, variance, 5 * v * Math.Sqrt(2.0 / n));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Proposals_are_reported_with_an_accept_test_and_energies_always(string name)
    {
        using Device device = Device.Cpu(2);
        BowlEnergy energy = new(StateSpace.Real(Shape.Vector(6)), 1, 0);
        using ChainLoop loop = new(device, energy, 30);
        Sampler sampler = Quick(name).Create(energy);
        Rows states = TestRows.Normal(30, 6, 1);
        loop.Run(sampler, states, 25, Noise, 0, Token);
        Assert.Equal(sampler.HasAcceptTest, loop.Proposals is not null);
        Assert.Equal(sampler.HasAcceptTest, Options(name).HasAcceptTest());
        if (loop.Proposals is { } figures)
        {
            Assert.Equal(30 * 25, figures.Proposed);
            Assert.InRange(figures.Accepted, 1, 30 * 25);
            Assert.InRange(figures.EnergyError, 0, 10);
        }
        Assert.All(loop.Energies.ToArray(), e => Assert.InRange(e, 1e-6f, 100));
        Assert.All(loop.SquaredNorms.ToArray(), e => Assert.InRange(e, 1e-6f, 200));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_steady_loop_allocates_nothing(string name)
    {
        using Device device = Device.Cpu(1);
        DoubleWellEnergy energy = new(Shape.Vector(21), 1, 1);
        using ChainLoop loop = new(device, energy, 101);
        Rows states = TestRows.Normal(101, 21, 4);
        Sampler sampler = Quick(name).Create(energy);
        loop.Run(sampler, states, 2, Noise, 0, Token);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (ulong run = 0; run < 20; run++)
            loop.Run(sampler, states, 2, Noise, 2 * run, Token);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_state_without_a_finite_energy_stops_the_chains_and_is_named(string name)
    {
        using Device device = Device.Cpu(2);
        DoubleWellEnergy energy = new(Shape.Vector(21), 1, 1);
        using ChainLoop loop = new(device, energy, 101);
        Rows states = TestRows.Normal(101, 21, 4);
        states[77][20] = float.NaN;
        Sampler sampler = Quick(name).Create(energy);
        DivergenceException e = Assert.Throws<DivergenceException>(() => loop.Run(sampler, states, 5, Noise, 100, Token));
        Assert.Equal((101, 77, double.NaN), (e.Step, e.Chain, e.Value));
    }

    private static SamplerOptions Quick(string name) => Runs.GetValueOrDefault(name)?.Quick ?? Options(name);

    private static SamplerOptions Options(string name) =>
        (SamplerOptions)Activator.CreateInstance(Catalogue.Of(typeof(SamplerOptions)).Single(s => s.Named.Name == name).Type)!;

    // A jump takes y to y·(1 − σ²/s²), and y walks as Langevin dynamics do.
    private static double Jumped(WalkJumpOptions options, double s) =>
        s * s / (1 - (options.StepSize / (2 * s * s))) * Math.Pow(1 - (options.NoiseScale * (double)options.NoiseScale / (s * s)), 2);

    private sealed record ShortRun(SamplerOptions Quick, SamplerOptions Gaussian, int Steps);

    private sealed class Nobody : IChainObserver
    {
        public void Observe(in ChainReport report) { }
    }
}
