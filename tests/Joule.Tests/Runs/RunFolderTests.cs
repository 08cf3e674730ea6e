using Joule.Runs;
using Joule.Tests.Data;
using Xunit;

namespace Joule.Tests.Runs;

public sealed class RunFolderTests
{
    private static readonly RunConfig Config = Presets.Load("seed");
    private static readonly MetricsColumns Columns = RunFigures.Of(Config).Columns;
    private static readonly MetricsRow Row = new(Columns, 1, 10, 1, new double[Columns.Names.Count]);

    [Fact]
    public void A_folder_is_free_then_unfinished_then_finished()
    {
        using TempFolder temp = new();
        Assert.Equal(RunFolderState.Free, RunFolder.Look(temp["run"]));
        using (RunFolder folder = RunFolder.Create(temp["run"], Config, RunTerms.Of(Config), 0))
        {
            Assert.Equal(RunFolderState.Unfinished, RunFolder.Look(temp["run"]));
            Assert.True(RunFolder.HasConfig(temp["run"], Config));
            Assert.False(RunFolder.HasConfig(temp["run"], Config with { Seed = 99 }));
            folder.WriteSummary(new() { ["interrupted"] = true });
            Assert.Equal(RunFolderState.Unfinished, RunFolder.Look(temp["run"]));
            folder.WriteSummary(new() { ["interrupted"] = false });
            Assert.Equal(RunFolderState.Finished, RunFolder.Look(temp["run"]));
        }
        temp.Write("other/file", "x"u8);
        Assert.Equal(RunFolderState.Foreign, RunFolder.Look(temp["other"]));
        Refused.With(() => RunFolder.Look(temp["other/file"]), "is a file");
    }

    [Fact]
    public void An_interrupted_start_leaves_no_run()
    {
        using TempFolder temp = new();
        foreach (string name in (string[])[".lock", "lock.json", "run.json", ".config.json.17.ab12.tmp"])
            temp.Write($"run/{name}", "{}"u8);
        Directory.CreateDirectory(temp["run/samples"]);
        Assert.Equal(RunFolderState.Free, RunFolder.Look(temp["run"]));
        using RunFolder folder = RunFolder.Create(temp["run"], Config, RunTerms.Of(Config), 0);
        Assert.True(File.Exists(temp["run/config.json"]));
    }

    [Fact]
    public void Resuming_drops_later_rows_and_temporary_files_and_keeps_the_rest()
    {
        using TempFolder temp = new();
        using (RunFolder folder = RunFolder.Create(temp["run"], Config, RunTerms.Of(Config) with { Images = "abc" }, 0))
        {
            folder.Add(Row);
            folder.Add(Row with { Epoch = 2 });
            folder.WriteSummary(new() { ["interrupted"] = false });
            temp.Write("run/.model.safetensors.1.ff.tmp", "half"u8);
        }
        using RunFolder again = RunFolder.Open(temp["run"], out RunConfig config);
        Assert.Equal(Config.ToJson().ToJsonString(), config.ToJson().ToJsonString());
        again.State.Rows.Add(Row);
        again.Begin(again.Terms with { End = new RunEnd(7, null), Images = "" });
        Assert.Equal([Row], MetricsTable.Read(temp["run/metrics.csv"]));
        Assert.Equal((7, "abc"), (RunTerms.Read(temp["run/run.json"]).End.Epochs, again.Terms.Images));
        Assert.False(File.Exists(temp["run/summary.json"]));
        Assert.Empty(Directory.GetFiles(temp["run"], ".*.tmp"));
        again.State.Rows.Clear();
        again.Begin(again.Terms);
        Assert.False(File.Exists(temp["run/metrics.csv"]));
    }

    [Fact]
    public void A_changed_configuration_is_another_run()
    {
        using TempFolder temp = new();
        RunFolder.Create(temp["run"], Config, RunTerms.Of(Config), 0).Dispose();
        File.WriteAllText(temp["run/config.json"],
            File.ReadAllText(temp["run/config.json"]).Replace("\"seed\": 1", "\"seed\": 2", StringComparison.Ordinal));
        Refused.With(() => RunFolder.Open(temp["run"], out _), "config.json was changed");
        Refused.With(() => RunFolder.Open(temp["nothing"], out _), "holds no run");
    }

    [Fact]
    public void Too_little_room_is_an_error_that_leaves_nothing()
    {
        using TempFolder temp = new();
        Refused.With(() => RunFolder.Create(temp["deep/run"], Config, RunTerms.Of(Config), long.MaxValue), "is full");
        Directory.CreateDirectory(temp["run"]);
        Refused.With(() => RunFolder.Create(temp["run"], Config, RunTerms.Of(Config), long.MaxValue), "is full");
        Assert.Equal([temp["run"]], Directory.GetFileSystemEntries(temp.Path, "*", SearchOption.AllDirectories));
    }
}
