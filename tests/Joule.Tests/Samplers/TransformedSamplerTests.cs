using Joule.Compute;
using Joule.Energies;
using Joule.Samplers;
using Joule.States;
using Xunit;

namespace Joule.Tests.Samplers;

public sealed class TransformedSamplerTests
{
    private static readonly RandomStream Noise = new(3, RandomPurpose.SamplingChains, 0);

    // Its own walls for every number: none, two, one below and one above.
    private static readonly ColumnDomain[] Columns =
    [
        ColumnDomain.Real, new(Domain.Box, -0.5f, 1), new(Domain.Box, 0.3f, float.PositiveInfinity),
        new(Domain.Box, float.NegativeInfinity, 0),
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<SamplerOptions> Samplers() =>
    [
        new MetropolisAdjustedLangevinOptions { Walls = Walls.Transform, StepSize = 0.2f },
        new HamiltonianMonteCarloOptions { Walls = Walls.Transform, StepSize = 0.3f, LeapfrogSteps = 5 },
        new NoUTurnOptions { Walls = Walls.Transform, StepSize = 0.4f },
        new UnderdampedLangevinOptions { Walls = Walls.Transform, StepSize = 0.1f },
    ];

    [Theory]
    [MemberData(nameof(Samplers))]
    public void Every_kind_of_wall_gives_the_exact_distribution(SamplerOptions options)
    {
        // E = ½·2·(x − 0.4)² at T = 0.7: normals cut off at the walls. 400 chains, 10 draws of each with 60 steps between: n = 4,000, and
        // the draws of a chain are nearly independent. Kolmogorov's √n·D exceeds 2.2 with probability 2·exp(−2·2.2²) = 1.2·10⁻⁴.
        // Underdamped steps of 0.1 have a bias of the order of 0.1²/8.
        const int chains = 400, rounds = 10;
        const float temperature = 0.7f;
        BowlEnergy energy = new(StateSpace.Mixed(Columns), 2, 0.4f);
        using Device device = Device.Cpu(2);
        using ChainLoop loop = new(device, energy, chains);
        Rows states = TestRows.Empty(chains, 4);
        for (int c = 0; c < chains; c++)
            TestRows.Of(1, 4, 0, 0.5f, 1, -1).Span.CopyTo(states[c]);
        Sampler sampler = At(options, temperature).Create(energy);
        using ChainMemory memory = new(device, sampler, chains);
        memory.Init(sampler, states);
        float[][] draws = [.. Columns.Select(_ => new float[chains * rounds])];
        int done = 0;
        for (int round = 0; round < rounds; round++)
        {
            int steps = round == 0 ? 300 : 60;
            loop.Run(sampler, states, steps, Noise, memory, (ulong)done, Token);
            done += steps;
            for (int i = 0; i < states.Length; i++)
                draws[i % 4][round * chains + i / 4] = states.Span[i];
        }
        if (loop.Proposals is { } proposals)
            Assert.InRange(proposals.Acceptance, 0.5, 1);
        for (int c = 0; c < chains; c++)
        {
            // Energies are those of the state itself.
            double expected = TestRows.Doubles(states[c]).Sum(x => (x - 0.4f) * (x - 0.4f));
            Assert.Equal(expected, loop.Energies[c], 1e-5 * Math.Max(10, expected));
        }
        for (int i = 0; i < 4; i++)
        {
            double low = Math.Max(Columns[i].Low, -6), high = Math.Min(Columns[i].High, 6);
            CutNormal exact = new(0.4f, Math.Sqrt(temperature / 2), low, high);
            exact.Check(draws[i], 2.2, 5);
        }
    }

    [Fact]
    public void In_a_box_it_draws_as_reflection_does()
    {
        // The mode lies on a wall, where both ways differ most. 300 chains, 30 draws each, thinned: n = 9,000.
        BowlEnergy energy = new(StateSpace.Box(Shape.Vector(2), -1, 0.5f), 4, 0.5f);
        CutNormal exact = new(0.5f, 0.5, -1, 0.5);
        foreach (Walls walls in Enum.GetValues<Walls>())
        {
            NoUTurnOptions options = new() { Walls = walls, StepSize = 0.4f };
            using Device device = Device.Cpu(2);
            using ChainLoop loop = new(device, energy, 300);
            Rows states = TestRows.Empty(300, 2);
            Sampler sampler = options.Create(energy);
            using ChainMemory memory = new(device, sampler, 300);
            memory.Init(sampler, states);
            List<float> draws = [];
            for (int round = 0; round < 30; round++)
            {
                loop.Run(sampler, states, 12, Noise, memory, 12 * (ulong)round, Token);
                if (round > 0)
                    draws.AddRange(states.Span);
            }
            exact.Check([.. draws], 2.2, 5);
        }
    }

    [Theory]
    [InlineData(Walls.Reflect)]
    [InlineData(Walls.Transform)]
    public void On_a_half_line_it_draws_the_exponential(Walls walls)
    {
        // E = 2x above 0: mean ½, variance ¼, fourth central moment 9/16. n = 300·29.
        SlopeEnergy energy = new(1, 2, 0, float.PositiveInfinity);
        using Device device = Device.Cpu(2);
        using ChainLoop loop = new(device, energy, 300);
        Rows states = TestRows.Empty(300, 1);
        states.Span.Fill(1);
        Sampler sampler = new NoUTurnOptions { Walls = walls, StepSize = 0.4f }.Create(energy);
        using ChainMemory memory = new(device, sampler, 300);
        memory.Init(sampler, states);
        List<double> draws = [];
        for (int round = 0; round < 30; round++)
        {
            loop.Run(sampler, states, 12, Noise, memory, 12 * (ulong)round, Token);
            if (round > 0)
                draws.AddRange(TestRows.Doubles(states.Span));
        }
        int n = draws.Count;
        Assert.Equal(0.5, draws.Average(), 5 * Math.Sqrt(0.25 / n));
        Assert.Equal(0.25, draws.Average(x => (x - 0.5) * (x - 0.5)), 5 * Math.Sqrt((9.0 / 16 - 1.0 / 16) / n));
        draws.Sort();
        double distance = 0;
        for (int i = 0; i < n; i++)
            distance = Math.Max(distance, Math.Abs((i + 0.5) / n - (1 - Math.Exp(-2 * draws[i]))));
        Assert.InRange(Math.Sqrt(n) * distance, 0.2, 2.2);
    }

    [Theory]
    [MemberData(nameof(Samplers))]
    public void Inside_another_sampler_it_takes_the_same_steps(SamplerOptions options)
    {
        // The other one keeps a part of its own before those of this sampler.
        BowlEnergy energy = new(StateSpace.Box(Shape.Vector(5), -1, 2), 2, 0.3f);
        using Device device = Device.Cpu(2);
        using ChainLoop loop = new(device, energy, 40);
        Rows alone = TestRows.Normal(40, 5, 4, 0.3f), inside = TestRows.Normal(40, 5, 4, 0.3f);
        loop.Run(options.Create(energy), alone, 10, Noise, 0, Token);
        float[] energies = loop.Energies.ToArray();
        loop.Run(new Outer(energy, options.Create(energy)), inside, 10, Noise, 0, Token);
        Assert.True(TestRows.SameBits(alone.Span, inside.Span));
        Assert.True(TestRows.SameBits(energies, loop.Energies));
    }

    [Theory]
    [MemberData(nameof(Samplers))]
    public void Threads_blocks_and_cuts_do_not_change_a_bit(SamplerOptions options)
    {
        float[]? expected = null;
        foreach (int threads in new[] { 1, 2, 3 })
        {
            foreach (int blockRows in new[] { 1, 16, 64 })
            {
                using Device device = Device.Cpu(threads);
                BowlEnergy energy = new(StateSpace.Box(Shape.Vector(21), -1, 2), 2, 0.3f, blockRows);
                using ChainLoop loop = new(device, energy, 50);
                Sampler sampler = options.Create(energy);
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
                    Assert.True(TestRows.SameBits(expected, states.Span), $"{threads} threads, blocks of {blockRows}, {parts.Length} runs");
                }
            }
        }
        Assert.All(expected!, x => Assert.InRange(x, -1, 2));
    }

    [Theory]
    [MemberData(nameof(Samplers))]
    public void Without_walls_it_is_the_plain_sampler(SamplerOptions options)
    {
        GaussianEnergy energy = new([0, 1], [1, 2]);
        Assert.IsNotType<TransformedSampler>(options.Create(energy));
        BowlEnergy mixed = new(StateSpace.Mixed([ColumnDomain.Real, ColumnDomain.Real]), 1, 0);
        Assert.IsNotType<TransformedSampler>(options.Create(mixed));
        Assert.IsType<TransformedSampler>(options.Create(new BowlEnergy(StateSpace.Mixed(Columns), 1, 0)));
        Assert.Equal(options, OptionsJson.Read<SamplerOptions>(OptionsJson.Write(options), "It"));
        Assert.Contains("transform", options.Describe(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Samplers))]
    public void A_steady_loop_allocates_nothing(SamplerOptions options)
    {
        using Device device = Device.Cpu(1);
        BowlEnergy energy = new(StateSpace.Box(Shape.Vector(21), -1, 2), 2, 0.3f);
        using ChainLoop loop = new(device, energy, 101);
        Sampler sampler = options.Create(energy);
        using ChainMemory memory = new(device, sampler, 101);
        Rows states = TestRows.Normal(101, 21, 4, 0.3f);
        memory.Init(sampler, states);
        loop.Run(sampler, states, 2, Noise, memory, 0, Token);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (ulong run = 0; run < 20; run++)
            loop.Run(sampler, states, 2, Noise, memory, 2 * run, Token);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [MemberData(nameof(Samplers))]
    public void A_state_that_is_not_finite_stops_the_chains_and_discrete_states_are_refused(SamplerOptions options)
    {
        using Device device = Device.Cpu(1);
        BowlEnergy energy = new(StateSpace.Box(Shape.Vector(3), -1, 2), 2, 0.3f), spins = new(StateSpace.Spins(Shape.Vector(3)), 2, 0.3f);
        using ChainLoop loop = new(device, energy, 10);
        Rows states = TestRows.Normal(10, 3, 4, 0.3f);
        states[7][1] = float.NaN;
        DivergenceException e = Assert.Throws<DivergenceException>(() => loop.Run(options.Create(energy), states, 5, Noise, 100, Token));
        Assert.Equal((101, 7), (e.Step, e.Chain));
        Assert.Contains("spins", Assert.Throws<InvalidInputException>(() => options.Create(spins)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Samplers_that_reflect_point_to_the_transform_where_they_cannot()
    {
        SamplerOptions[] all =
        [
            new MetropolisAdjustedLangevinOptions(), new HamiltonianMonteCarloOptions(), new NoUTurnOptions(),
            new UnderdampedLangevinOptions(),
        ];
        foreach (SamplerOptions options in all)
        {
            StateSpace space = StateSpace.Mixed(Columns);
            string message = Assert.Throws<InvalidInputException>(() => options.Create(new BowlEnergy(space, 1, 0))).Message;
            Assert.Contains("walls=transform", message, StringComparison.Ordinal);
            Assert.Contains(space.ToString(), message, StringComparison.Ordinal);
        }
        BowlEnergy box = new(StateSpace.Box(Shape.Vector(2), 0, 1), 1, 0);
        string own = Assert.Throws<InvalidInputException>(() => new NoUTurn(box, new() { Walls = Walls.Transform })).Message;
        Assert.Contains("Create", own, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(MassMetric.Diagonal)]
    [InlineData(MassMetric.Dense)]
    public void Masses_are_those_of_the_unconstrained_numbers(MassMetric metric)
    {
        // A flat energy in a box: y is logistic, with variance π²/3 and kurtosis 4.2. The last window has 50 steps (101 to 150) of 40
        // chains: 2,000 nearly independent draws, and so a standard error of v·√(3.2/2000) = 4%; four of those.
        BowlEnergy energy = new(StateSpace.Box(Shape.Vector(3), -1, 7), 0, 0);
        using Device device = Device.Cpu(2);
        using ChainLoop loop = new(device, energy, 40);
        NoUTurnOptions options = new() { Walls = Walls.Transform, Metric = metric };
        Sampler sampler = options.Create(energy);
        using ChainMemory memory = new(device, sampler, 40);
        Rows states = TestRows.Normal(40, 3, 4, 0.1f);
        memory.Init(sampler, states);
        using (WarmUp warmUp = new(device, energy, options, 200))
        {
            warmUp.Run(loop, states, Noise, memory, cancellation: Token);
            IReadOnlyList<float> masses = ((NoUTurnOptions)warmUp.Options).InverseMass;
            Assert.Equal(metric == MassMetric.Dense ? 9 : 3, masses.Count);
            for (int i = 0; i < 3; i++)
                Assert.Equal(3.29, masses[metric == MassMetric.Dense ? 4 * i : i], 0.16 * 3.29);
        }
        using WarmUp without = new(device, energy, options, 200);
        string message = Assert.Throws<InvalidInputException>(() => without.Run(loop, states, Noise, cancellation: Token)).Message;
        Assert.Contains("unconstrained", message, StringComparison.Ordinal);
    }

    private static SamplerOptions At(SamplerOptions options, float temperature) => options switch
    {
        MetropolisAdjustedLangevinOptions mala => mala with { Temperature = temperature },
        HamiltonianMonteCarloOptions hmc => hmc with { Temperature = temperature },
        NoUTurnOptions nuts => nuts with { Temperature = temperature },
        UnderdampedLangevinOptions underdamped => underdamped with { Temperature = temperature },
        _ => throw new InvalidOperationException(),
    };

    private sealed class Outer(Energy energy, Sampler inner) : Sampler(energy)
    {
        public override bool HasAcceptTest => inner.HasAcceptTest;

        public override IReadOnlyList<KeptPart> Kept { get; } = [new KeptPart("own", 3), .. inner.Kept];

        public override int ScratchRows => inner.ScratchRows;

        public override int ScratchNumbers => inner.ScratchNumbers;

        public override void Init(Device device, in ChainStart start) => inner.Init(device, start.Inner(start.States, 1));

        public override void Step(Device device, in ChainBlock block) => inner.Step(device, new ChainBlock
        {
            States = block.States,
            Gradient = block.Gradient,
            EnergyRows = block.EnergyRows,
            NormRows = block.NormRows,
            FirstChain = block.FirstChain,
            Noise = block.Noise,
            Continues = block.Continues,
            Scratch = block.Scratch,
            NumberRows = block.NumberRows,
            Accepted = block.Accepted,
            Divergent = block.Divergent,
            EnergyErrors = block.EnergyErrors,
            AllKept = block.AllKept,
            FirstPart = block.FirstPart + 1,
            FirstRow = block.FirstRow,
        });
    }

    /// <summary>A normal distribution cut off at walls: moments and distribution function by sums over a fine grid.</summary>
    private sealed class CutNormal
    {
        private const int Cells = 20_000;

        private readonly double _low;
        private readonly double _cell;
        private readonly double[] _below = new double[Cells + 1];
        private readonly double _mean;
        private readonly double _variance;
        private readonly double _fourth;

        public CutNormal(double mean, double deviation, double low, double high)
        {
            (_low, _cell) = (low, (high - low) / Cells);
            double[] weights = new double[Cells];
            for (int k = 0; k < Cells; k++)
            {
                double z = (Point(k) - mean) / deviation;
                weights[k] = Math.Exp(-0.5 * z * z);
                _below[k + 1] = _below[k] + weights[k];
            }
            for (int k = 0; k < Cells; k++)
                _mean += weights[k] / _below[Cells] * Point(k);
            for (int k = 0; k < Cells; k++)
            {
                double square = (Point(k) - _mean) * (Point(k) - _mean);
                _variance += weights[k] / _below[Cells] * square;
                _fourth += weights[k] / _below[Cells] * square * square;
            }
        }

        public void Check(float[] draws, double kolmogorov, double errors)
        {
            int n = draws.Length;
            double mean = draws.Average(x => (double)x), variance = draws.Average(x => (x - _mean) * (x - _mean));
            Assert.Equal(_mean, mean, errors * Math.Sqrt(_variance / n));
            Assert.Equal(_variance, variance, errors * Math.Sqrt((_fourth - _variance * _variance) / n));
            Array.Sort(draws);
            double distance = 0;
            for (int i = 0; i < n; i++)
            {
                double place = Math.Clamp((draws[i] - _low) / _cell, 0, Cells);
                int k = Math.Min((int)place, Cells - 1);
                double below = (_below[k] + (place - k) * (_below[k + 1] - _below[k])) / _below[Cells];
                distance = Math.Max(distance, Math.Max(below - i / (double)n, (i + 1) / (double)n - below));
            }
            Assert.InRange(Math.Sqrt(n) * distance, 0.2, kolmogorov);
        }

        private double Point(int cell) => _low + (cell + 0.5) * _cell;
    }
}
