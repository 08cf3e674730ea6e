using Joule.Runs;
using Joule.Tests.Data;
using Joule.Training;
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
        using CheckpointWriter writer = new(folder, run.Trainer, run.Run);
        run.Train(2);
        Assert.True(writer.TrySave());
        run.Train(2);
        Assert.True(SpinWait.SpinUntil(() => folder.Newest is not null, TimeSpan.FromSeconds(30)));
        Assert.Equal("step-000000002.ckpt", Path.GetFileName(folder.ReadNewest(run.Checkpoint, Assert.Fail)));
        run.Train(1);
        writer.Finish();
        Assert.Equal("step-000000005.ckpt", Path.GetFileName(folder.Newest));
        Assert.True(writer.LongestHold > TimeSpan.Zero);
    }

    [Fact]
    public void The_last_of_several_best_checkpoints_is_written_before_an_ordinary_one()
    {
        using TempFolder temp = new();
        using CheckpointTools run = new();
        CheckpointFolder folder = CheckpointTools.Folder(temp, run);
        using CheckpointWriter writer = new(folder, run.Trainer, run.Run);
        for (int i = 0; i < 5; i++)
        {
            run.Train(1);
            writer.TakeBest();
        }
        run.Train(1);
        Assert.True(SpinWait.SpinUntil(() => writer.TrySave(), TimeSpan.FromSeconds(30)));
        run.Format.Read(Path.Combine(folder.Location, CheckpointFolder.BestName), run.Checkpoint);
        Assert.Equal(5, Trainer.UpdateOf(run.Checkpoint.Numbers));
        writer.Finish();
        Assert.Equal("step-000000006.ckpt", Path.GetFileName(folder.Newest));
    }

    [Fact]
    public void The_newest_one_is_resumed_even_if_it_is_the_best()
    {
        using TempFolder temp = new();
        using CheckpointTools run = new(), next = new();
        CheckpointFolder folder = CheckpointTools.Folder(temp, run);
        using CheckpointWriter writer = new(folder, run.Trainer, run.Run);
        Assert.Null(writer.Resume(Assert.Fail));
        run.Train(2);
        writer.Finish();
        run.Train(2);
        run.Capture();
        folder.WriteBest(run.Checkpoint);
        using CheckpointWriter other = new(folder, next.Trainer, next.Run);
        Assert.Equal(CheckpointFolder.BestName, Path.GetFileName(other.Resume(Assert.Fail)));
        Assert.Equal(4, next.Trainer.Update);
        Assert.Equal(run.Train(3), next.Train(3));
    }

    [Fact]
    public void A_failed_write_is_raised_at_the_next_call()
    {
        using TempFolder temp = new();
        using CheckpointTools run = new();
        using CheckpointWriter writer = new(new CheckpointFolder(temp.Path, run.Format), run.Trainer, run.Run);
        Assert.True(writer.TrySave());
        Exception? error = null;
        Assert.True(SpinWait.SpinUntil(() => (error = Record.Exception(writer.Look)) is not null, TimeSpan.FromSeconds(30)));
        Assert.Contains(CheckpointFolder.FolderName, Assert.IsType<InvalidInputException>(error).Message, StringComparison.Ordinal);
    }
}
