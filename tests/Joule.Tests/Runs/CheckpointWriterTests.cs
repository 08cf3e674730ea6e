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
        CheckpointFolder folder = new(temp.Path, run.Format);
        using CheckpointWriter writer = new(folder, run.Device, run.Trainer);
        run.Train(2);
        writer.Save(run.Run);
        run.Train(2);
        writer.Finish();
        Assert.True(writer.IsFree);
        Assert.Equal("step-000000002.ckpt", Path.GetFileName(folder.ReadNewest(run.Checkpoint, _ => { })));
        run.Train(1);
        writer.SaveNow(run.Run);
        Assert.Equal("step-000000005.ckpt", Path.GetFileName(folder.Newest));
        Assert.True(writer.LongestHold > TimeSpan.Zero);
    }

    [Fact]
    public void A_best_one_that_comes_during_a_write_is_written_after_it_as_it_was()
    {
        using TempFolder temp = new();
        using CheckpointTools run = new();
        CheckpointFolder folder = new(temp.Path, run.Format);
        using CheckpointWriter writer = new(folder, run.Device, run.Trainer);
        run.Train(2);
        writer.Save(run.Run);
        // Whether the first write still goes on here or not: the last best one must be there in the end.
        for (int i = 0; i < 3; i++)
        {
            run.Train(1);
            writer.SaveBest(run.Run);
        }
        run.Train(1);
        writer.SaveNow(run.Run);
        run.Format.Read(Path.Combine(folder.Location, CheckpointFolder.BestName), run.Checkpoint);
        Assert.Equal(5, run.Checkpoint.Update);
        Assert.Equal("step-000000006.ckpt", Path.GetFileName(folder.Newest));
    }

    [Fact]
    public void A_write_that_failed_is_raised_at_the_next_look()
    {
        using TempFolder temp = new();
        using CheckpointTools run = new();
        File.WriteAllText(Path.Combine(temp.Path, CheckpointFolder.FolderName), "in the way");
        using CheckpointWriter writer = new(new CheckpointFolder(temp.Path, run.Format), run.Device, run.Trainer);
        writer.Save(run.Run);
        Assert.True(SpinWait.SpinUntil(() => writer.IsFree, TimeSpan.FromSeconds(30)));
        Refused.With(writer.Look, CheckpointFolder.FolderName);
    }
}
