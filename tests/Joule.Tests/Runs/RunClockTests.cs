using Joule.Runs;
using Xunit;

namespace Joule.Tests.Runs;

public sealed class RunClockTests
{
    [Fact]
    public void Earlier_parts_of_the_run_count()
    {
        RunState state = new(UpdateFigures.Run) { Seconds = 100 };
        RunClock clock = new(state, new CheckpointInterval(null, 2));
        Assert.True(clock.IsOver(new RunEnd(null, 100 / 60.0)));
        Assert.False(clock.IsOver(new RunEnd(null, 1e6)));
        Assert.False(clock.IsOver(new RunEnd(3, null)));
        Assert.Equal(TimeSpan.Zero, clock.Left(new RunEnd(null, 1)));
        Assert.InRange(clock.Left(new RunEnd(null, 1e6))!.Value.TotalSeconds, 6e7 - 160, 6e7 - 100);
        Assert.Null(clock.Left(new RunEnd(3, null)));
        clock.Stamp();
        Assert.InRange(state.Seconds, 100, 160);
    }

    [Fact]
    public void A_checkpoint_is_due_after_its_epochs_and_again_after_the_last_one()
    {
        RunState state = new(UpdateFigures.Run);
        RunClock clock = new(state, new CheckpointInterval(null, 2));
        List<bool> due = [];
        for (int epoch = 1; epoch <= 5; epoch++)
        {
            state.Rows.Add(UpdateFigures.Row(epoch, epoch, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
            due.Add(clock.IsCheckpointDue);
            if (due[^1])
                clock.Saved();
        }
        Assert.Equal([false, true, false, true, false], due);
        Assert.True(new RunClock(state, new CheckpointInterval(0, null)).IsCheckpointDue);
        Assert.False(new RunClock(state, new CheckpointInterval(1e9, null)).IsCheckpointDue);
    }
}
