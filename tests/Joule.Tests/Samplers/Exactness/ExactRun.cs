using Joule.Compute;
using Joule.Energies;
using Joule.Evaluation;
using Joule.Samplers;
using Xunit;

namespace Joule.Tests.Samplers;

/// <summary>
/// Chains on an energy with exact answers. They start from noise, warm up, and are drawn from in rounds. A round whose draws are too few
/// independent ones is dropped, and the next one thins more, so that every sampler gets as many steps as it needs, known or new.
/// </summary>
internal sealed record ExactRun
{
    public required Energy Energy { get; init; }

    public required SamplerOptions Sampler { get; init; }

    /// <summary>The exact answers; null for the energy's own.</summary>
    public IKnown? Known { get; init; }

    public int Chains { get; init; } = 16;

    /// <summary>Steps before the first round. They adapt samplers that can be adapted.</summary>
    public int WarmUp { get; init; } = 400;

    /// <summary>Draws of each chain.</summary>
    public int Draws { get; init; } = 256;

    /// <summary>
    /// The smallest share of effective draws, for the mean and the mean square of every number: below it, a round is dropped. A quarter
    /// keeps a chain longer than 16 autocorrelation times, which its standard error needs.
    /// </summary>
    public double LeastEffective { get; init; } = 0.25;

    /// <summary>The most steps from one draw to the next; a sampler that needs more fails.</summary>
    public int MostThinning { get; init; } = 4096;

    /// <summary>Whether <see cref="Sampler"/> is adapted in the warm-up.</summary>
    public bool Adapts { get; init; } = true;

    /// <summary>The acceptance that step sizes are adapted to; null for the sampler's own target.</summary>
    public double? Target { get; init; }

    /// <summary>Whether masses are adapted too, where the sampler has them.</summary>
    public bool AdaptsMass { get; init; } = true;

    public ulong Seed { get; init; } = 1;

    /// <summary>Runs the chains.</summary>
    /// <returns>The draws of the last round, and its proposals.</returns>
    public (DrawRecorder Draws, ProposalFigures? Proposals) Run()
    {
        using Device device = Device.Cpu(1);
        using ChainLoop loop = new(device, Energy, Chains);
        using ChainMemory memory = Start(device, out Rows states);
        Sampler sampler = WarmedUp(device, loop, states, memory);
        ulong done = (ulong)WarmUp;
        for (int thinning = 1; ; done += (ulong)(Draws * thinning))
        {
            DrawRecorder recorder = new(Chains, Draws, Energy.Space.Width);
            loop.Run(sampler, states, new ChainSchedule { Steps = Draws * thinning, Thinning = thinning }, Noise, [recorder], memory, done,
                TestContext.Current.CancellationToken);
            double missing = LeastEffective / Effective(recorder);
            if (missing <= 1)
                return (recorder, loop.Proposals);
            Assert.True(thinning < MostThinning,
                $"{sampler.GetType().Name} needs more than {thinning} steps a draw; the last round lacks a factor of {missing:G3}.");
            thinning *= missing <= 2 ? 2 : missing <= 4 ? 4 : 8;
        }
    }

    /// <summary>Runs the warm-up and some steps more, without draws.</summary>
    /// <returns>The last states of all chains.</returns>
    public Rows Last(int steps)
    {
        using Device device = Device.Cpu(1);
        using ChainLoop loop = new(device, Energy, Chains);
        using ChainMemory memory = Start(device, out Rows states);
        Sampler sampler = WarmedUp(device, loop, states, memory);
        loop.Run(sampler, states, steps, Noise, memory, (ulong)WarmUp, TestContext.Current.CancellationToken);
        return states;
    }

    /// <summary>Runs the chains and scores every known answer.</summary>
    public IReadOnlyList<ExactScore> Scores(bool covariances = true) =>
        ExactScores.Of(Run().Draws, Known ?? Assert.IsType<IKnown>(Energy, exactMatch: false), covariances);

    private RandomStream Noise => new(Seed, RandomPurpose.SamplingChains, 0);

    private ChainMemory Start(Device device, out Rows states)
    {
        states = TestRows.Empty(Chains, Energy.Space.Width);
        for (int c = 0; c < Chains; c++)
            Energy.Space.FillNoise(new RandomStream(Seed, RandomPurpose.User, 0), (uint)c, states[c]);
        Sampler first = Sampler.Create(Energy);
        ChainMemory memory = new(device, first, Chains);
        memory.Init(first, states);
        return memory;
    }

    private Sampler WarmedUp(Device device, ChainLoop loop, Rows states, ChainMemory memory)
    {
        if (!Adapts || !Sampler.CanAdapt())
        {
            Sampler given = Sampler.Create(Energy);
            loop.Run(given, states, WarmUp, Noise, memory, 0, TestContext.Current.CancellationToken);
            return given;
        }
        using WarmUp warmUp = new(device, Energy, Sampler, WarmUp, Target, AdaptsMass);
        warmUp.Run(loop, states, Noise, memory, cancellation: TestContext.Current.CancellationToken);
        memory.ClearTallies();
        return warmUp.Options.Create(Energy);
    }

    /// <summary>The smallest effective share of the draws.</summary>
    private double Effective(DrawRecorder recorder)
    {
        double least = double.PositiveInfinity;
        for (int i = 0; i < Energy.Space.Width; i++)
        {
            ChainDraws draws = recorder.Draws(i);
            double mean = ChainMoments.Of(draws.Values).Mean;
            foreach (ChainDraws of in (ChainDraws[])[draws, draws.Map(x => (x - mean) * (x - mean))])
            {
                double effective = EffectiveSampleSize.OfMean(of) / of.Count;
                // A number that never moved has none.
                least = double.IsNaN(effective) ? 0 : Math.Min(least, effective);
            }
        }
        return Math.Max(least, 1e-9);
    }
}
