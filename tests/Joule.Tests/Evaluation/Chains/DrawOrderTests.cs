using Joule.Evaluation;
using MathNet.Numerics.Distributions;
using Xunit;

namespace Joule.Tests.Evaluation;

public sealed class DrawOrderTests
{
    [Fact]
    public void Quantiles_are_linear_between_draws_and_exact_at_them()
    {
        DrawOrder order = new(new ChainDraws(1, 5, [30, 10, 50, 20, 40]));
        Assert.Equal([10.0, 12, 20, 34, 50], new[] { 0, 0.05, 0.25, 0.6, 1 }.Select(order.Quantile), (a, b) => Math.Abs(a - b) < 1e-13);
        // 0.05 · 60 and 0.95 · 60 are whole but for rounding.
        DrawOrder long61 = new(ChainDraws.From(1, 61, (_, t) => 0.1 * t));
        Assert.Equal(0.1 * 3, long61.Quantile(0.05));
        Assert.Equal(0.1 * 57, long61.Quantile(0.95));
    }

    [Fact]
    public void The_median_is_the_middle_draw_or_the_mean_of_two()
    {
        Assert.Equal(3, new DrawOrder(new ChainDraws(1, 3, [9, 1, 3])).Median);
        Assert.Equal(2.5, new DrawOrder(new ChainDraws(2, 2, [9, 1, 3, 2])).Median);
    }

    [Fact]
    public void Scores_are_normal_quantiles_of_ranks_and_ties_share_theirs()
    {
        ChainDraws scores = new DrawOrder(new ChainDraws(2, 3, [5, 1, 7, 7, 0, 7])).NormalScores();
        double[] ranks = [3, 2, 5, 5, 1, 5];
        Assert.Equal((2, 3), (scores.Chains, scores.Draws));
        for (int i = 0; i < ranks.Length; i++)
            Assert.Equal(Normal.InvCDF(0, 1, (ranks[i] - 0.375) / 6.25), scores.Values[i], 1e-12);
    }

    [Fact]
    public void Scores_do_not_depend_on_a_monotone_map()
    {
        ChainDraws draws = TestChains.Normal(3, 40, 1);
        double[] scores = new DrawOrder(draws).NormalScores().Values.ToArray();
        Assert.Equal(scores, new DrawOrder(draws.Map(Math.Exp)).NormalScores().Values.ToArray());
    }

    [Theory]
    [InlineData(8)]
    [InlineData(9)] // a draw is dropped: ranks are those among the others
    public void Split_draws_are_ranked_among_themselves(int length)
    {
        ChainDraws draws = TestChains.Normal(2, length, 2);
        ChainDraws expected = new DrawOrder(draws.Split()).NormalScores(), actual = new DrawOrder(draws).Split().NormalScores();
        Assert.Equal((4, length / 2), (actual.Chains, actual.Draws));
        Assert.Equal(expected.Values.ToArray(), actual.Values.ToArray());
    }
}
