using Joule.Compute;
using Joule.Samplers;
using Joule.States;
using Xunit;

namespace Joule.Tests.Samplers;

/// <summary>What observers of a run receive, and that they do not change it.</summary>
public sealed class ChainObserverTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static readonly RandomStream Noise = new(3, RandomPurpose.SamplingChains, 0);
    private static readonly BowlEnergy Bowl = new(StateSpace.Real(Shape.Vector(4)), 1, 0);

    [Fact]
    public void It_is_called_at_samples_at_synchronisations_and_at_requested_steps()
    {
        ChainSchedule schedule = new() { WarmUp = 4, Steps = 9, Thinning = 3, Meeting = 5 };
        Recorder samples = new(), own = new(2, 4, 6, 100);
        Run(schedule, new LangevinOptions(), [samples, own]);
        Assert.Equal([(5, false), (7, true), (10, true), (13, true)], samples.Seen.Select(s => (s.Step, s.IsSample)));
        Assert.Equal([2, 4, 5, 6, 10], own.Seen.Select(s => s.Step));
        Assert.Equal([true, false, false, false, false], own.Seen.Select(s => s.IsWarmUp));
    }

    [Fact]
    public void It_sees_the_states_of_that_step_and_does_not_change_a_bit()
    {
        foreach (SamplerOptions options in (SamplerOptions[])[new LangevinOptions(),
            new MetropolisAdjustedLangevinOptions { StepSize = 0.4f }, new MomentumOptions()])
        {
            Recorder every = new();
            float[] seen = Run(new ChainSchedule { WarmUp = 3, Steps = 6 }, options, [every]);
            Assert.Equal(6, every.Seen.Count);
            Assert.Equal(seen, every.Seen[^1].States);
            Assert.Equal(seen, Run(new ChainSchedule { Steps = 9 }, options, null));
            Assert.Equal(every.Seen[2].States, Run(new ChainSchedule { Steps = 6 }, options, null));
        }
    }

    [Fact]
    public void Proposals_are_counted_from_the_end_of_the_warm_up()
    {
        Recorder own = new(3, 5, 8);
        using Device device = Device.Cpu(1);
        using ChainLoop loop = new(device, Bowl, 30);
        Sampler mala = new MetropolisAdjustedLangevinOptions { StepSize = 0.8f }.Create(Bowl);
        loop.Run(mala, TestRows.Normal(30, 4, 1), new ChainSchedule { WarmUp = 5, Steps = 3 }, Noise, [own], null, 0, Token);
        Assert.Equal([90, 150, 90], own.Seen.Select(s => s.Proposals.Proposed));
        Assert.Equal(loop.Proposals, own.Seen[2].Proposals);
        Assert.InRange(loop.Proposals!.Value.Acceptance, 0.3, 0.99);
        Assert.Equal(loop.Accepted.ToArray().Sum(), loop.Proposals.Value.Accepted);
        Assert.InRange(loop.Proposals.Value.EnergyError, 0.01, 2);
    }

    [Fact]
    public void An_observer_that_requests_a_past_step_or_throws_ends_the_run()
    {
        Assert.Throws<InvalidOperationException>(() => Run(new ChainSchedule { Steps = 5 }, new LangevinOptions(), [new Recorder(0)]));
        Assert.Throws<NotSupportedException>(() => Run(new ChainSchedule { Steps = 5 }, new LangevinOptions(), [new Thrower()]));
    }

    [Fact]
    public void Observed_chains_allocate_nothing_either()
    {
        using Device device = Device.Cpu(1);
        using ChainLoop loop = new(device, Bowl, 30);
        Sampler mala = new MetropolisAdjustedLangevinOptions().Create(Bowl);
        Rows states = TestRows.Normal(30, 4, 1);
        ChainSchedule schedule = new() { WarmUp = 1, Steps = 4, Meeting = 2 };
        IChainObserver[] observers = [new Quiet(), new Quiet()];
        loop.Run(mala, states, schedule, Noise, observers, null, 0, Token);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int run = 0; run < 20; run++)
            loop.Run(mala, states, schedule, Noise, observers, null, 0, Token);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static float[] Run(ChainSchedule schedule, SamplerOptions options, IReadOnlyList<IChainObserver>? observers)
    {
        using Device device = Device.Cpu(2);
        using ChainLoop loop = new(device, Bowl, 30);
        Rows states = TestRows.Normal(30, 4, 1);
        loop.Run(options.Create(Bowl), states, schedule, Noise, observers, null, 0, Token);
        return states.Span.ToArray();
    }

    private sealed record Note(int Step, bool IsSample, bool IsWarmUp, ProposalFigures Proposals, float[] States);

    private sealed class Recorder(params int[] stops) : IChainObserver
    {
        public List<Note> Seen { get; } = [];

        public int Next(int done, ChainSchedule schedule) => stops switch
        {
            [] => schedule.NextSample(done),
            [0] => 0,
            _ => stops.FirstOrDefault(s => s > done, int.MaxValue),
        };

        public void Observe(in ChainReport report) =>
            Seen.Add(new Note(report.Step, report.IsSample, report.IsWarmUp, report.Proposals, report.States.Span.ToArray()));
    }

    private sealed class Thrower : IChainObserver
    {
        public void Observe(in ChainReport report) => throw new NotSupportedException();
    }

    private sealed class Quiet : IChainObserver
    {
        public void Observe(in ChainReport report) { }
    }
}
