using Joule.Objectives;
using Joule.Runs;
using Joule.Tests.Data;
using Xunit;

namespace Joule.Tests.Runs;

public sealed class BestMetricTests
{
    private static readonly MetricsRow Row = UpdateFigures.Row(1, 1, 1, 2, 0.5, 0, 0, 0, -1, 0, 0, 0);

    [Fact]
    public void The_default_is_the_lowest_validation_divergence()
    {
        BestMetric metric = UpdateFigures.Run.FindBest(null);
        Assert.Equal("val_cd", metric.Name);
        Assert.True(metric.IsBest([Row]));
        Assert.True(metric.IsBest([Row, UpdateFigures.With(Row, "val_cd", -2)]));
        Assert.False(metric.IsBest([Row, UpdateFigures.With(Row, "val_cd", -0.5)]));
        Assert.False(metric.IsBest([Row, Row]));
        Assert.False(metric.IsBest([UpdateFigures.With(Row, "val_cd", double.NaN)]));
        Assert.False(metric.IsBest([]));
    }

    [Fact]
    public void Others_are_chosen_by_name()
    {
        Assert.Equal(["val_cd", "loss", "cd"], UpdateFigures.Run.Best.Select(m => m.Name));
        Assert.True(UpdateFigures.Run.FindBest("loss").IsBest([Row, UpdateFigures.With(Row, "loss", 1)]));
        Assert.True(UpdateFigures.Run.FindBest("cd").IsBest([Row, UpdateFigures.With(Row, "cd", -0.4)]));
        Assert.False(UpdateFigures.Run.FindBest("cd").IsBest([Row, UpdateFigures.With(Row, "cd", -0.6)]));
        Assert.True(new BestMetric("cd", Better.Higher, "").IsBest([Row, UpdateFigures.With(Row, "cd", 0.6)]));
        // A column that the table lacks is never the best.
        Assert.False(new BestMetric("fid", Better.Lower, "").IsBest([Row]));
        Refused.With(() => UpdateFigures.Run.FindBest("fid"), "\"fid\"", "val_cd, loss, cd");
    }
}
