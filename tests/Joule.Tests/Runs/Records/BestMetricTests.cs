using Joule.Runs;
using Xunit;

namespace Joule.Tests.Runs;

public sealed class BestMetricTests
{
    private static readonly MetricsRow Row = new(1, 1, 1, Loss: 2, Cd: 0.5, 0, 0, 0, ValCd: -1, 0, 0, 0);

    [Fact]
    public void The_default_is_the_lowest_validation_divergence()
    {
        Assert.Equal("val_cd", BestMetric.Default.Name);
        Assert.True(BestMetric.Default.IsBest([Row]));
        Assert.True(BestMetric.Default.IsBest([Row, Row with { ValCd = -2 }]));
        Assert.False(BestMetric.Default.IsBest([Row, Row with { ValCd = -0.5 }]));
        Assert.False(BestMetric.Default.IsBest([Row, Row]));
        Assert.False(BestMetric.Default.IsBest([Row with { ValCd = double.NaN }]));
        Assert.False(BestMetric.Default.IsBest([]));
    }

    [Fact]
    public void Others_are_found_by_their_names()
    {
        Assert.All(BestMetric.All, m => Assert.Contains(m.Name, MetricsTable.Columns));
        Assert.True(BestMetric.Find("loss")!.IsBest([Row, Row with { Loss = 1 }]));
        Assert.True(BestMetric.Find("cd")!.IsBest([Row, Row with { Cd = -0.4 }]));
        Assert.False(BestMetric.Find("cd")!.IsBest([Row, Row with { Cd = -0.6 }]));
        Assert.Null(BestMetric.Find("fid"));
    }
}
