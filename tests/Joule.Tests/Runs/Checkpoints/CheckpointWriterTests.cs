using Joule.Runs;
using Joule.Tests.Data;
using Xunit;

namespace Joule.Tests.Runs;

public sealed class CheckpointWriterTests
{
    [Fact]
    public void The_training_goes_on_while_its_state_is_written()
    {
        using TempFolder temp = new();
        using CheckpointTools run = new();
        CheckpointFolder folder = CheckpointTools.Folder(temp, run);
        using CheckpointWriter writer = new(folder, run.Device, run.Trainer);
        run.Train(2);
        Assert.True(writer.TrySave(run.Run));
        run.Train(2);
        Assert.True(SpinWait.SpinUntil(() => folder.Newest is not null, TimeSpan.FromSeconds(30)));
        Assert.Equal("step-000000002.ckpt", Path.GetFileName(folder.ReadNewest(run.Checkpoint, Assert.Fail)));
        run.Train(1);
        writer.Finish(run.Run);
        Assert.Equal("step-000000005.ckpt", Path.GetFileName(folder.Newest));
        Assert.True(writer.LongestHold > TimeSpan.Zero);
    }

    [Fact]
    public void Of_several_best_ones_the_last_is_on_the_disk_before_an_ordinary_one()
    {
        using TempFolder temp = new();
        using CheckpointTools run = new();
        CheckpointFolder folder = CheckpointTools.Folder(temp, run);
        using CheckpointWriter writer = new(folder, run.Device, run.Trainer);
        for (int i = 0; i < 5; i++)
        {
            run.Train(1);
            writer.TakeBest(run.Run);
        }
        run.Train(1);
        Assert.True(SpinWait.SpinUntil(() => writer.TrySave(run.Run), TimeSpan.FromSeconds(30)));
        run.Format.Read(Path.Combine(folder.Location, CheckpointFolder.BestName), run.Checkpoint);
        Assert.Equal(5, run.Checkpoint.Update);
        writer.Finish(run.Run);
        Assert.Equal("step-000000006.ckpt", Path.GetFileName(folder.Newest));
    }

    [Fact]
    public void The_newest_one_is_taken_up_be_it_the_best()
    {
        using TempFolder temp = new();
        using CheckpointTools run = new(), next = new();
        CheckpointFolder folder = CheckpointTools.Folder(temp, run);
        using CheckpointWriter writer = new(folder, run.Device, run.Trainer);
        Assert.Null(writer.Resume(run.Run, Assert.Fail));
        run.Train(2);
        writer.Finish(run.Run);
        run.Train(2);
        run.Capture();
        folder.WriteBest(run.Checkpoint);
        using CheckpointWriter other = new(folder, next.Device, next.Trainer);
        Assert.Equal(CheckpointFolder.BestName, Path.GetFileName(other.Resume(next.Run, Assert.Fail)));
        Assert.Equal(4, next.Trainer.Update);
        Assert.Equal(run.Train(3), next.Train(3));
    }

    [Fact]
    public void A_write_that_failed_is_raised_at_the_next_look()
    {
        using TempFolder temp = new();
        using CheckpointTools run = new();
        using CheckpointWriter writer = new(new CheckpointFolder(temp.Path, run.Format), run.Device, run.Trainer);
        Assert.True(writer.TrySave(run.Run));
        Exception? error = null;
        Assert.True(SpinWait.SpinUntil(() => (error = Record.Exception(writer.Look)) is not null, TimeSpan.FromSeconds(30)));
        Assert.Contains(CheckpointFolder.FolderName, Assert.IsType<InvalidInputException>(error).Message, StringComparison.Ordinal);
    }
}
