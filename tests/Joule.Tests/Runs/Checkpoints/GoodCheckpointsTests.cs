using Joule.Runs;
using Joule.Tests.Data;
using Xunit;

namespace Joule.Tests.Runs;

public sealed class GoodCheckpointsTests
{
    [Fact]
    public void The_last_two_are_kept_and_later_ones_are_removed()
    {
        using TempFolder temp = new();
        using CheckpointTools run = new();
        GoodCheckpoints good = Make(temp, run);
        Assert.Empty(good.Updates);
        Assert.False(good.Read(100, run.Checkpoint));
        for (int i = 0; i < 3; i++)
            Write(good, run, updates: 1);
        Assert.Equal([3, 2], good.Updates);
        Assert.True(File.Exists(good.File(3)));

        // The run rolls back to update 2 and makes another update 3: nothing later is left.
        File.Copy(good.File(3), good.File(9));
        Assert.True(good.Read(2, run.Checkpoint));
        run.Restore();
        Assert.Equal(2, run.Trainer.Update);
        Write(good, run, updates: 1);
        Assert.Equal([3, 2], good.Updates);
        good.RemoveAfter(2);
        Assert.Equal([2], good.Updates);
    }

    [Fact]
    public void The_newest_undamaged_one_is_read_and_a_later_one_only_if_there_is_no_other()
    {
        using TempFolder temp = new();
        using CheckpointTools run = new();
        GoodCheckpoints good = Make(temp, run);
        Write(good, run, updates: 1);
        Write(good, run, updates: 1);
        Assert.Equal(2, Read(2));
        Assert.Equal(1, Read(1));
        Assert.Equal(1, Read(0)); // the oldest
        byte[] bytes = File.ReadAllBytes(good.File(2));
        bytes[^1] ^= 1;
        File.WriteAllBytes(good.File(2), bytes);
        Assert.Equal(1, Read(2));
        File.WriteAllBytes(good.File(1), bytes);
        Assert.False(good.Read(2, run.Checkpoint));

        long Read(long latest)
        {
            Assert.True(good.Read(latest, run.Checkpoint));
            run.Restore();
            return run.Trainer.Update;
        }
    }

    [Fact]
    public void Other_files_are_ignored()
    {
        using TempFolder temp = new();
        using CheckpointTools run = new();
        GoodCheckpoints good = Make(temp, run);
        foreach (string name in (string[])["good-.ckpt", "good-x.ckpt", "good--1.ckpt", "step-000000001.ckpt"])
            File.WriteAllText(Path.Combine(temp[CheckpointFolder.FolderName], name), "");
        Assert.Empty(good.Updates);
    }

    private static GoodCheckpoints Make(TempFolder temp, CheckpointTools run)
    {
        Directory.CreateDirectory(temp[CheckpointFolder.FolderName]);
        return new GoodCheckpoints(temp.Path, run.Format);
    }

    private static void Write(GoodCheckpoints good, CheckpointTools run, int updates)
    {
        run.Train(updates);
        run.Capture();
        good.Write(run.Checkpoint);
    }
}
