using Joule.Compute;
using Joule.Energies;
using Joule.Networks;
using Joule.Samplers;
using Joule.States;
using Xunit;

namespace Joule.Tests.Samplers;

public sealed class ChainLoopTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static readonly RandomStream Noise = new(3, RandomPurpose.SamplingChains, 0);
    private static readonly LangevinOptions Counting = new() { StepSize = 1, NoiseScale = 0 };

    [Fact]
    public void Threads_and_cuts_do_not_change_a_bit()
    {
        float[]? expected = null;
        foreach (int threads in new[] { 1, 2, 3, 8 })
        {
            foreach (int half in new[] { 0, 7 })
            {
                using Device device = Device.Cpu(threads);
                using NetworkEnergy energy = Energy(device);
                using ChainLoop loop = new(device, energy, 101);
                Rows states = TestRows.Normal(101, 30, 4);
                Langevin sampler = new(energy, new LangevinOptions());
                loop.Run(sampler, states, half, Noise, 0, Token);
                loop.Run(sampler, states, 20 - half, Noise, (ulong)half, Token);
                expected ??= states.Span.ToArray();
                Assert.True(TestRows.SameBits(expected, states.Span), $"{threads} threads, {half} steps first");
            }
        }
        Assert.False(TestRows.SameBits(expected, TestRows.Normal(101, 30, 4).Span));
    }

    [Theory]
    [InlineData(float.NaN, -1, "energy")]
    [InlineData(float.PositiveInfinity, -1, "energy")]
    [InlineData(0, float.NaN, "gradient")]
    [InlineData(0, float.NegativeInfinity, "gradient")]
    public void A_value_that_is_not_finite_stops_the_chains_and_is_named(float badEnergy, float gradient, string quantity)
    {
        // With 16 workers the block of 16 that has chain 37 is cut to 4.
        foreach (int threads in new[] { 1, 2, 16 })
        {
            using Device device = Device.Cpu(threads);
            CountingEnergy counting = new(37_004, badEnergy, gradient);
            using ChainLoop loop = new(device, counting, 50);
            Langevin sampler = Counting.Create(counting);
            Rows states = TestRows.Empty(50, 1);
            for (int i = 0; i < 50; i++)
                states.Span[i] = 1000 * i;
            DivergenceException e = Assert.Throws<DivergenceException>(() => loop.Run(sampler, states, 10, Noise, 100, Token));
            Assert.Equal((105, 37), (e.Step, e.Chain));
            Assert.False(double.IsFinite(e.Value));
            Assert.Contains(quantity, e.Message, StringComparison.Ordinal);
            Assert.Contains("step 105, chain 37", e.Message, StringComparison.Ordinal);
            // The loop can be used again.
            states.Span.Clear();
            loop.Run(sampler, states, 3, Noise, 0, Token);
            Assert.All(states.Span.ToArray(), x => Assert.Equal(3, x));
        }
    }

    [Fact]
    public void A_few_blocks_advance_evenly()
    {
        using Device device = Device.Cpu(1);
        int[] done = new int[3];
        int ahead = 0, gradients = 0;
        CountingEnergy energy = new(-1, 0, -1)
        {
            Seen = x =>
            {
                gradients++;
                done[(int)x / 1000 / 16] = (int)x % 1000;
                ahead = Math.Max(ahead, done.Max() - done.Min());
            },
        };
        using ChainLoop loop = new(device, energy, 48);
        Rows states = TestRows.Empty(48, 1);
        for (int i = 0; i < 48; i++)
            states.Span[i] = 1000 * i;
        loop.Run(Counting.Create(energy), states, 200, Noise, 0, Token);
        Assert.All(Enumerable.Range(0, 48), i => Assert.Equal((1000 * i) + 200, states.Span[i]));
        Assert.Equal(48 * 200, gradients);
        Assert.InRange(ahead, 1, 50);
    }

    [Fact]
    public void Every_worker_begins_at_its_own_place()
    {
        // Two workers write to memory that is far apart: the second begins in the middle. Each waits in its first block until the other has
        // one.
        using Device device = Device.Cpu(2);
        using Barrier both = new(2);
        int[] first = new int[2];
        int begun = 0;
        bool met = true;
        CountingEnergy energy = new(-1, 0, -1)
        {
            Seen = x =>
            {
                int mine = Interlocked.Increment(ref begun) - 1;
                if (mine >= 2)
                    return;
                first[mine] = (int)x / 1000 / 16;
                met &= both.SignalAndWait(TimeSpan.FromMinutes(1), CancellationToken.None);
            },
        };
        using ChainLoop loop = new(device, energy, 8 * 16);
        Rows states = TestRows.Empty(8 * 16, 1);
        for (int i = 0; i < states.Count; i++)
            states.Span[i] = 1000 * i;
        loop.Run(Counting.Create(energy), states, 2, Noise, 0, Token);
        Assert.True(met);
        Assert.Equal([0, 4], first.Order());
    }

    [Fact]
    public void A_block_that_fails_stops_the_others()
    {
        using Device device = Device.Cpu(1);
        CountingEnergy energy = new(20_004, float.NaN, -1);
        using ChainLoop loop = new(device, energy, 48);
        Rows states = TestRows.Empty(48, 1);
        for (int i = 0; i < 48; i++)
            states.Span[i] = 1000 * i;
        Assert.Throws<DivergenceException>(() => loop.Run(Counting.Create(energy), states, 900, Noise, 0, Token));
        // None has had more than its first turn.
        Assert.All(Enumerable.Range(0, 48), i => Assert.InRange(states.Span[i] - (1000 * i), 0, 200));
    }

    [Fact]
    public void NaN_in_a_state_stops_the_chains_too()
    {
        using Device device = Device.Cpu(1);
        SlopeEnergy energy = new(3, 1, 0, 1);
        using ChainLoop loop = new(device, energy, 2);
        Rows states = TestRows.Of(2, 3, 0, 0, 0, 0, float.NaN, 0);
        DivergenceException e = Assert.Throws<DivergenceException>(() => loop.Run(Counting.Create(energy), states, 1, Noise, 0, Token));
        Assert.Equal((1, 1), (e.Step, e.Chain));
    }

    [Fact]
    public void Cancelling_stops_between_two_steps()
    {
        using Device device = Device.Cpu(1);
        using CancellationTokenSource source = new();
        CountingEnergy energy = new(-1, 0, -1)
        {
            Seen = x =>
            {
                if (x == 4)
                    source.Cancel();
            },
        };
        using ChainLoop loop = new(device, energy, 1);
        Rows states = TestRows.Empty(1, 1);
        Assert.Throws<OperationCanceledException>(() => loop.Run(Counting.Create(energy), states, 100, Noise, 0, source.Token));
        Assert.Equal(5, states.Span[0]);
    }

    [Fact]
    public void A_loop_can_run_several_samplers_and_counts_only_the_last_run()
    {
        using Device device = Device.Cpu(2);
        DoubleWellEnergy energy = new(Shape.Vector(5), 1, 1);
        using ChainLoop used = new(device, energy, 50), fresh = new(device, energy, 50);
        HamiltonianMonteCarlo hamiltonian = new(energy, new());
        Rows states = TestRows.Normal(40, 5, 4), expected = TestRows.Normal(40, 5, 4);
        used.Run(new Langevin(energy, new()), TestRows.Normal(50, 5, 1), 3, Noise, 0, Token);
        used.Run(hamiltonian, TestRows.Normal(50, 5, 1), 3, Noise, 0, Token);
        used.Run(hamiltonian, states, 4, Noise, 0, Token);
        fresh.Run(hamiltonian, expected, 4, Noise, 0, Token);
        Assert.True(TestRows.SameBits(expected.Span, states.Span));
        Assert.Equal(40, used.Accepted.Length);
        Assert.InRange(used.Accepted.ToArray().Sum(), 100, 160);
        used.Run(new Langevin(energy, new()), states, 3, Noise, 0, Token);
        Assert.All(used.Accepted.ToArray(), a => Assert.Equal(0, a));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(37)]
    [InlineData(uint.MaxValue - 101)]
    public void Chains_in_several_runs_draw_as_in_one(uint first)
    {
        using Device device = Device.Cpu(2);
        DoubleWellEnergy energy = new(Shape.Vector(5), 1, 1);
        foreach (Sampler sampler in new Sampler[] { new Langevin(energy, new()), new HamiltonianMonteCarlo(energy, new()) })
        {
            using ChainLoop whole = new(device, energy, 101) { FirstChain = first }, part = new(device, energy, 70);
            Rows states = TestRows.Normal(101, 5, 4), parts = TestRows.Normal(101, 5, 4), alike = TestRows.Normal(101, 5, 4);
            whole.Run(sampler, states, 9, Noise, 3, Token);
            foreach ((int start, int count) in new[] { (0, 31), (31, 70) })
            {
                part.FirstChain = first + (uint)start;
                part.Run(sampler, parts.Slice(start, count), 9, Noise, 3, Token);
            }
            Assert.True(TestRows.SameBits(states.Span, parts.Span));
            // Without these numbers they use other draws.
            part.FirstChain = first;
            part.Run(sampler, alike.Slice(31, 70), 9, Noise, 3, Token);
            Assert.False(TestRows.SameBits(states.Slice(31, 70).Span, alike.Slice(31, 70).Span));
        }
    }

    [Fact]
    public void An_error_names_the_global_number_of_the_chain_and_numbers_are_bounded()
    {
        using Device device = Device.Cpu(1);
        CountingEnergy energy = new(1_002, float.NaN, -1);
        using ChainLoop loop = new(device, energy, 2) { FirstChain = 500 };
        Rows states = TestRows.Of(2, 1, 0, 1000);
        DivergenceException e = Assert.Throws<DivergenceException>(() => loop.Run(Counting.Create(energy), states, 5, Noise, 0, Token));
        Assert.Equal((3, 501), (e.Step, e.Chain));
        loop.FirstChain = uint.MaxValue - 1;
        Assert.Throws<InvalidInputException>(() => loop.Run(Counting.Create(energy), states, 5, Noise, 0, Token));
    }

    [Fact]
    public void Too_many_chains_or_another_width_are_refused()
    {
        using Device device = Device.Cpu(1);
        GaussianEnergy energy = new([0, 0], [1, 1]);
        using ChainLoop loop = new(device, energy, 3);
        Assert.Throws<InvalidInputException>(() => loop.Run(Counting.Create(energy), TestRows.Empty(4, 2), 1, Noise, 0, Token));
        Assert.Throws<InvalidInputException>(() => loop.Run(Counting.Create(energy), TestRows.Empty(2, 3), 1, Noise, 0, Token));
        Langevin other = Counting.Create(new GaussianEnergy([0, 0], [1, 1]));
        Assert.Contains("another energy", Assert.Throws<InvalidInputException>(
            () => loop.Run(other, TestRows.Empty(2, 2), 1, Noise, 0, Token)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(8)]
    [InlineData(14)]
    public void A_schedule_that_goes_on_ends_with_the_states_and_counts_of_one_run(int done)
    {
        using Device device = Device.Cpu(2);
        GaussianEnergy energy = new([0, 1], [1, 4]);
        Sampler sampler = new HamiltonianMonteCarloOptions { StepSize = 1.5f }.Create(energy);
        ChainSchedule schedule = new() { WarmUp = 5, Steps = 9, Thinning = 2 };
        Rows whole = TestRows.Normal(40, 2, 1), cut = TestRows.Normal(40, 2, 1);
        using ChainLoop one = new(device, energy, 40), first = new(device, energy, 40), second = new(device, energy, 40);
        one.Run(sampler, whole, schedule, Noise, null, null, 0, Token);
        if (done > 0)
            Assert.Throws<EndAt>(() => first.Run(sampler, cut, schedule, Noise, [new EndingObserver(done)], null, 0, Token));
        foreach ((StateMemory from, StateMemory to) in first.State("proposals").Zip(second.State("proposals")))
        {
            float[] words = new float[from.Length];
            from.Read(words);
            to.Write(words);
        }
        second.Run(sampler, cut, schedule with { Done = done }, Noise, null, null, 0, Token);
        Assert.True(TestRows.SameBits(whole.Span, cut.Span));
        Assert.Equal(one.Proposals, second.Proposals);
        Assert.Equal(9 * 40, second.Proposals!.Value.Proposed);
        Assert.Equal(one.Accepted, second.Accepted);
    }

    private sealed class EndAt : Exception;

    private sealed class EndingObserver(int step) : IChainObserver
    {
        public int Next(int done, ChainSchedule schedule) => done < step ? step : int.MaxValue;

        public void Observe(in ChainReport report) => throw new EndAt();
    }

    private static NetworkEnergy Energy(Device device)
    {
        Network network = new(device, Shape.Vector(30), [new DenseLayer { Outputs = 20 }, new SiluLayer(), new DenseLayer { Outputs = 1 }]);
        network.Initialize(2);
        return new NetworkEnergy(network, StateSpace.Box(Shape.Vector(30), -1, 1));
    }
}
