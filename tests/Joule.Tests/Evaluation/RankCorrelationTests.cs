using Joule.Evaluation;
using Xunit;

namespace Joule.Tests.Evaluation;

public sealed class RankCorrelationTests
{
    [Fact]
    public void Only_the_order_counts()
    {
        Assert.Equal(1, RankCorrelation.Spearman([1, 2, 3, 10], [-5, 0, 7, 8]), 1e-15);
        Assert.Equal(-1, RankCorrelation.Spearman([1, 2, 3, 10], [4, 3, 2, -900]), 1e-15);
        // Ranks 1 2 3 4 and 2 1 4 3: 1 − 6 Σd² / (n(n² − 1)) = 1 − 6·4/60.
        Assert.Equal(0.6, RankCorrelation.Spearman([1, 2, 3, 4], [2, 1, 4, 3]), 1e-15);
    }

    [Fact]
    public void Equal_numbers_share_their_mean_rank()
    {
        // Ranks 0.5 0.5 2 and 0 1 2: the correlation is 1.5 / √(1.5 · 2).
        Assert.Equal(Math.Sqrt(0.75), RankCorrelation.Spearman([3, 3, 4], [1, 2, 3]), 1e-15);
        Assert.True(double.IsNaN(RankCorrelation.Spearman([3, 3, 3], [1, 2, 3])));
    }

    [Fact]
    public void The_columns_must_be_as_long() =>
        Assert.Throws<ArgumentException>(() => RankCorrelation.Spearman([1, 2], [1, 2, 3]));
}
