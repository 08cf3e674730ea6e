using Joule.Cli.Plots;
using Joule.Objectives;
using Joule.Training;
using Xunit;

namespace Joule.Cli.Tests.Plots;

public sealed class PlotMarkTests
{
    private static readonly Rollback Rolled = new(
        938 * 2 + 469, 3, SentinelReason.GapGrows, 2, 1, 2300, 2000, new Adjustment(1, 0.5, 1, 1));

    [Fact]
    public void A_mark_stands_at_the_fraction_of_the_epoch_where_the_run_diverged()
    {
        PlotMark mark = Assert.Single(PlotMark.Of([Rolled], MadeUpRuns.Balanced(6)));
        Assert.Equal((2.5, "gap_grows"), (mark.Epoch, mark.Label));
        Assert.Empty(PlotMark.Of([Rolled], []));
    }

    [Fact]
    public void Marks_and_their_labels_are_drawn_in_both_panels()
    {
        using Sheet plain = LossPlot.Draw(MadeUpRuns.Balanced(6), MadeUpRuns.Figures.Recorded, "title");
        using Sheet marked = LossPlot.Draw(
            MadeUpRuns.Balanced(6), MadeUpRuns.Figures.Recorded, "title", PlotMark.Of([Rolled], MadeUpRuns.Balanced(6)));
        Assert.All([(80, 540), (580, 1000)], panel => Assert.InRange(
            Pixels.Different(plain.Picture, marked.Picture, panel.Item1, panel.Item2), 300, 20_000));
    }
}
