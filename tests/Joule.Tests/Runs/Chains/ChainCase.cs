using Joule.Compute;
using Joule.Runs;
using Joule.Samplers;
using Xunit;

namespace Joule.Tests.Runs;

/// <summary>One run of chains: whole, or in parts that are stopped and resumed from a folder.</summary>
internal sealed class ChainCase(string sampler, ChainPlan plan)
{
    /// <summary>Often, so that there are several checkpoints.</summary>
    public static readonly CheckpointInterval Often = new(0.002, null);

    public ChainPlan Plan { get; } = plan;

    public SamplerOptions Sampler { get; init; } = sampler == "flow"
        ? new FlowOptions { Field = FlowField.Gradient } // the energy has no field of its own
        : SamplerChoice.Default(sampler);

    /// <summary>What a run ends with, and how many gradients it took.</summary>
    public (ChainEnd End, long Gradients) Whole(int threads)
    {
        using Device device = Device.Cpu(threads);
        using CancellationTokenSource never = new();
        StoppingEnergy energy = new(long.MaxValue, never);
        using ChainRun run = new(device, energy, Sampler, Plan);
        run.Run(null, never.Token);
        return (ChainEnd.Of(run), energy.Gradients);
    }

    /// <summary>Goes on from a folder until some gradients are made.</summary>
    /// <returns>The end; null where the run was stopped.</returns>
    public ChainEnd? Part(string folder, int threads, long gradients, List<string>? warnings = null, CheckpointInterval? every = null)
    {
        using Device device = Device.Cpu(threads);
        using CancellationTokenSource stop = new();
        StoppingEnergy energy = new(gradients, stop);
        using ChainCheckpoints checkpoints = new(folder, every ?? Often);
        using ChainRun run = new(device, energy, Sampler, Plan);
        _ = run.Resume(checkpoints, warning => (warnings ?? throw new InvalidOperationException(warning)).Add(warning));
        try
        {
            run.Run(null, stop.Token);
            return ChainEnd.Of(run);
        }
        catch (OperationCanceledException)
        {
            Assert.NotNull(checkpoints.Newest);
            return null;
        }
    }
}

/// <summary>What a run of chains ends with, in bits.</summary>
internal sealed record ChainEnd(float[] States, float[] Energies, ProposalFigures? Proposals, SamplerOptions Sampler)
{
    /// <summary>What the sampler tells about its work.</summary>
    public IReadOnlyList<SamplerFigure> Figures { get; private init; } = [];

    /// <summary>The sampler's estimate of ln Z.</summary>
    public LogPartitionEstimate? LogPartition { get; private init; }

    public static ChainEnd Of(ChainRun run) => new(
        run.Draws.StatesOf(0, run.Draws.Count).ToArray(), run.Draws.EnergiesOf(0, run.Draws.Count).ToArray(), run.Proposals, run.Sampler)
    {
        Figures = run.Figures,
        LogPartition = run.LogPartition,
    };

    public static void AssertSame(ChainEnd expected, ChainEnd? given)
    {
        Assert.NotNull(given);
        Assert.True(TestRows.SameBits(expected.States, given.States), "other draws");
        Assert.True(TestRows.SameBits(expected.Energies, given.Energies), "other energies");
        Assert.Equal(expected.Proposals, given.Proposals);
        Assert.Equal(expected.Sampler, given.Sampler);
        Assert.Equal(expected.Figures, given.Figures);
        Assert.Equal(expected.LogPartition, given.LogPartition);
    }
}
