using Joule.Runs;
using Joule.Tests.Data;
using Joule.Training;
using Xunit;

namespace Joule.Tests.Runs;

public sealed class CheckpointFolderTests
{
    [Fact]
    public void The_last_three_and_the_best_are_kept()
    {
        using TempFolder temp = new();
        using CheckpointTools run = new();
        CheckpointFolder folder = CheckpointTools.Folder(temp, run);
        Assert.Null(folder.Newest);
        Save(run, folder, 1);
        folder.WriteBest(run.Checkpoint);
        for (int i = 0; i < 4; i++)
            Save(run, folder, 2);
        Assert.Equal(["best.ckpt", "step-000000005.ckpt", "step-000000007.ckpt", "step-000000009.ckpt"], Names(folder));
        Assert.Equal("step-000000009.ckpt", Path.GetFileName(folder.Newest));
    }

    [Fact]
    public void A_damaged_one_is_named_and_the_one_before_it_is_used()
    {
        using TempFolder temp = new();
        using CheckpointTools run = new();
        CheckpointFolder folder = CheckpointTools.Folder(temp, run);
        for (int i = 0; i < 3; i++)
            Save(run, folder, 2);
        File.WriteAllText(Path.Combine(folder.Location, "step-000000006.ckpt"), "half");
        List<string> warnings = [];
        Assert.Equal("step-000000004.ckpt", Path.GetFileName(folder.ReadNewest(run.Checkpoint, warnings.Add)));
        Assert.Equal(4, Trainer.UpdateOf(run.Checkpoint.Numbers));
        Assert.Contains("step-000000006.ckpt", Assert.Single(warnings), StringComparison.Ordinal);
        // The run went back to before the damaged checkpoint, which the next checkpoint removes.
        run.Restore();
        Save(run, folder, 1);
        Assert.Equal(["step-000000002.ckpt", "step-000000004.ckpt", "step-000000005.ckpt"], Names(folder));
    }

    [Fact]
    public void If_all_are_damaged_the_best_epoch_s_is_used_and_then_none()
    {
        using TempFolder temp = new();
        using CheckpointTools run = new();
        CheckpointFolder folder = CheckpointTools.Folder(temp, run);
        Assert.Null(folder.ReadNewest(run.Checkpoint, _ => Assert.Fail("there is none")));
        Save(run, folder, 3);
        folder.WriteBest(run.Checkpoint);
        File.WriteAllText(folder.Newest!, "");
        Assert.Equal("best.ckpt", Path.GetFileName(folder.ReadNewest(run.Checkpoint, _ => { })));
        File.WriteAllText(Path.Combine(folder.Location, "best.ckpt"), "");
        List<string> warnings = [];
        Refused.With(() => folder.ReadNewest(run.Checkpoint, warnings.Add), folder.Location, "from its beginning");
        Assert.Equal(2, warnings.Count);
    }

    [Fact]
    public void A_lost_folder_is_not_created_again()
    {
        using TempFolder temp = new();
        using CheckpointTools run = new();
        CheckpointFolder folder = CheckpointTools.Folder(temp, run);
        Directory.Delete(folder.Location);
        Refused.With(() => Save(run, folder, 1), "does not exist");
        Assert.False(Directory.Exists(folder.Location));
        Assert.Null(CheckpointFolder.NewestOf(temp.Path));
    }

    private static void Save(CheckpointTools run, CheckpointFolder folder, int updates)
    {
        run.Train(updates);
        run.Capture();
        folder.Write(run.Checkpoint);
    }

    private static IEnumerable<string> Names(CheckpointFolder folder) =>
        Directory.GetFiles(folder.Location).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal);
}
