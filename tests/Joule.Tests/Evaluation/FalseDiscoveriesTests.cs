using Joule.Evaluation;
using Joule.Tests.Data;
using Xunit;

namespace Joule.Tests.Evaluation;

public sealed class FalseDiscoveriesTests
{
    // The example of Benjamini and Hochberg (1995), section 3.2: four of fifteen hypotheses are rejected at 0.05.
    private static readonly double[] Published =
    [
        0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000,
    ];

    [Fact]
    public void The_published_example_has_four_discoveries()
    {
        Assert.Equal(0.0095, FalseDiscoveries.Limit(Published, 0.05));
        Assert.Equal(0.0095, FalseDiscoveries.Limit([.. Published.Reverse()], 0.05));
    }

    [Fact]
    public void A_p_value_above_its_own_line_is_a_discovery_below_a_later_one()
    {
        Assert.Equal(0.04, FalseDiscoveries.Limit([0.03, 0.04], 0.05)); // 0.03 > 0.025, but 0.04 ≤ 0.05
        Assert.Equal(0, FalseDiscoveries.Limit([0.03, 0.06], 0.05));
        Assert.Equal(0, FalseDiscoveries.Limit([], 0.05));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(double.NaN)]
    public void A_rate_outside_its_range_is_refused(double rate) =>
        Refused.With(() => FalseDiscoveries.Limit(Published, rate), "above 0 and below 1");
}
