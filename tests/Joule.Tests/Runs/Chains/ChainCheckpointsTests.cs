using System.Diagnostics;
using Joule.Compute;
using Joule.Energies;
using Joule.Runs;
using Joule.Samplers;
using Joule.Tests.Data;
using Xunit;

namespace Joule.Tests.Runs;

public sealed class ChainCheckpointsTests
{
    private static readonly ChainPlan Plan = new() { Chains = 2, WarmUp = 20, Draws = 3000, Seed = 3 };

    [Fact]
    public void A_run_shorter_than_the_interval_writes_none_and_a_stopped_one_writes_one()
    {
        using TempFolder folder = new();
        ChainCase chain = new("mala", Plan);
        Assert.NotNull(chain.Part(folder.Path, 1, long.MaxValue, every: CheckpointInterval.Default));
        Assert.Empty(Directory.GetFiles(folder["checkpoints"]));
        Assert.False(File.Exists(folder["draws.part"]));
        Assert.Null(chain.Part(folder.Path, 1, 500, every: CheckpointInterval.Default));
        Assert.Single(Directory.GetFiles(folder["checkpoints"]));
        using ChainCheckpoints checkpoints = new(folder.Path, CheckpointInterval.Default);
        Assert.Equal(Assert.Single(Directory.GetFiles(folder["checkpoints"])), checkpoints.Newest);
        checkpoints.Remove();
        Assert.Null(checkpoints.Newest);
        Assert.Equal([folder[".lock"], folder["lock.json"]], Directory.GetFileSystemEntries(folder.Path).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_last_three_are_kept_and_seconds_add_up()
    {
        using TempFolder folder = new();
        ChainCase chain = new("mala", Plan);
        // On a busy machine a part may be stopped before it has a copy of a later step; it then writes the same checkpoint again.
        HashSet<string> written = [];
        for (long begin = Stopwatch.GetTimestamp(); written.Count < 4 && Stopwatch.GetElapsedTime(begin) < TimeSpan.FromMinutes(1);)
        {
            Assert.Null(chain.Part(folder.Path, 1, 400));
            written.UnionWith(Directory.GetFiles(folder["checkpoints"]));
        }
        Assert.Equal(4, written.Count);
        Assert.Equal(3, Directory.GetFiles(folder["checkpoints"]).Length);
        using Device device = Device.Cpu(1);
        using CancellationTokenSource never = new();
        StoppingEnergy energy = new(long.MaxValue, never);
        using ChainCheckpoints checkpoints = new(folder.Path, ChainCase.Often);
        using ChainRun run = new(device, energy, chain.Sampler, Plan);
        Assert.Equal(checkpoints.Newest, run.Resume(checkpoints, Assert.Fail));
        double before = run.Seconds;
        Assert.True(before > 0 && run.Done > 0 && run.Done < run.Steps);
        run.Run(null, never.Token);
        Assert.True(run.Seconds > before);
        Assert.Equal(run.Steps, run.Done);
        Assert.Throws<InvalidOperationException>(() => run.Run(null, never.Token));
    }

    [Fact]
    public void Checkpoints_of_another_energy_sampler_or_plan_are_refused()
    {
        using TempFolder folder = new();
        Assert.Null(new ChainCase("mala", Plan).Part(folder.Path, 1, 500));
        MetropolisAdjustedLangevinOptions sampler = new() { StepSize = 0.02f };
        List<string> warnings = [];
        AssertRefused(new ChainCase("mala", Plan with { Seed = 4 }));
        AssertRefused(new ChainCase("mala", Plan) { Sampler = sampler });
        AssertRefused(new ChainCase("underdamped", Plan));
        using Device device = Device.Cpu(1);
        using ChainRun run = new(device, new GaussianEnergy([0, 0], [1, 1]), SamplerChoice.Default("mala"), Plan);
        using ChainCheckpoints other = new(folder.Path, ChainCase.Often, "another energy");
        Refused.With(() => run.Resume(other, warnings.Add), "No checkpoint in");
        Assert.Equal(0, run.Done);

        void AssertRefused(ChainCase chain)
        {
            warnings.Clear();
            Refused.With(() => chain.Part(folder.Path, 1, 1, warnings), "No checkpoint in");
            Assert.All(warnings, w => Assert.Contains("another energy, sampler or plan", w, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Two_runs_cannot_use_one_folder_and_the_interval_is_a_time()
    {
        using TempFolder folder = new();
        using ChainCheckpoints first = new(folder.Path, ChainCase.Often);
        Refused.With(() => new ChainCheckpoints(folder.Path, ChainCase.Often), "is in use by");
        Refused.With(() => new ChainCheckpoints(folder.Path, new CheckpointInterval(null, 2)), "2e", "must be a time");
    }

    [Fact]
    public void A_folder_that_is_lost_is_an_error()
    {
        using TempFolder folder = new();
        ChainCase chain = new("mala", Plan);
        Assert.Null(chain.Part(folder.Path, 1, 500));
        using Device device = Device.Cpu(1);
        using CancellationTokenSource stop = new();
        using ChainCheckpoints checkpoints = new(folder.Path, CheckpointInterval.Default);
        using ChainRun run = new(device, new StoppingEnergy(200, stop), chain.Sampler, Plan);
        _ = run.Resume(checkpoints, Assert.Fail);
        JouleException error = Assert.Throws<JouleException>(() => run.Run(new LosingObserver(folder["checkpoints"]), stop.Token));
        Assert.Contains("A checkpoint of the chains could not be written. Cannot write", error.Message, StringComparison.Ordinal);
        Assert.Contains("checkpoints", error.Message, StringComparison.Ordinal);
    }

    private sealed class LosingObserver(string folder) : IChainObserver
    {
        public int Next(int done, ChainSchedule schedule) => done + 1;

        public void Observe(in ChainReport report)
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        }
    }
}
