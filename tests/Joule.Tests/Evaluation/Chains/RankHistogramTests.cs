using Joule.Compute;
using Joule.Evaluation;
using Xunit;

namespace Joule.Tests.Evaluation;

public sealed class RankHistogramTests
{
    [Fact]
    public void Ranks_are_counted_by_hand()
    {
        // Chain 0 has ranks 1, 2, 4 of six; chain 1 has 3, 5, 6. Three bins hold ranks 1-2, 3-4, 5-6.
        RankHistogram ranks = new(new ChainDraws(2, 3, [-7, 0, 2, 1, 5, 9]), 3);
        Assert.Equal([2, 1, 0], ranks[0].ToArray());
        Assert.Equal([0, 1, 2], ranks[1].ToArray());
        Assert.Equal(1, ranks.Expected);
    }

    [Fact]
    public void Equal_draws_share_the_middle_rank()
    {
        RankHistogram ranks = new(new ChainDraws(2, 3, [4, 4, 4, 4, 4, 4]), 3);
        Assert.Equal([0, 3, 0], ranks[0].ToArray());
        Assert.Equal([0, 3, 0], ranks[1].ToArray());
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(125, 10)]
    [InlineData(1_000_000, 20)]
    public void The_number_of_bins_follows_the_draws(int draws, int bins) =>
        Assert.Equal(bins, new RankHistogram(ChainDraws.From(1, draws, (_, t) => t)).Bins);

    [Fact]
    public void The_band_is_hypergeometric()
    {
        // Two chains of three draws and two bins: of six ranks three are in a bin, and a chain has 0 to 3 of them with probabilities
        // 1, 9, 9 and 1 twentieths.
        RankHistogram ranks = new(new ChainDraws(2, 3, [1, 2, 3, 4, 5, 6]), 2);
        Assert.Equal((1, 2), ranks.Band(0.89));
        Assert.Equal((0, 3), ranks.Band(0.91));
    }

    [Fact]
    public void The_ranks_of_one_chain_cannot_but_be_uniform()
    {
        RankHistogram ranks = new(ChainDraws.From(1, 100, (_, t) => t * 37 % 101), 5);
        Assert.Equal([20, 20, 20, 20, 20], ranks[0].ToArray());
        Assert.Equal((20, 20), ranks.Band(0.95));
    }

    [Fact]
    public void Independent_draws_stay_in_the_band_and_a_shifted_chain_does_not()
    {
        double[] shifts = [0, 0, 0, 1];
        RandomStream stream = new(1, RandomPurpose.User, 0);
        float[] normal = new float[1000];
        RankHistogram same = new(Draws(0)), shifted = new(Draws(1));
        (int low, int high) = same.Band(0.95);
        // 80 bins, each outside with probability 0.05 or less: expected at most 4, with a standard deviation of about 2.
        Assert.InRange(Outside(same, 0, 4), 0, 12);
        Assert.True(Outside(shifted, 3, 4) > 10, "most bins of the shifted chain are outside");
        Assert.InRange(low, 30, 49);
        Assert.InRange(high, 51, 70);

        ChainDraws Draws(double share)
        {
            double[] values = new double[4000];
            for (int chain = 0; chain < 4; chain++)
            {
                stream.FillNormal(normal, (uint)chain);
                for (int t = 0; t < 1000; t++)
                    values[chain * 1000 + t] = normal[t] + share * shifts[chain];
            }
            return new ChainDraws(4, 1000, values);
        }

        int Outside(RankHistogram ranks, int first, int end) =>
            Enumerable.Range(first, end - first).Sum(c => ranks[c].ToArray().Count(k => k < low || k > high));
    }

    [Fact]
    public void No_bins_and_no_probability_are_errors()
    {
        ChainDraws draws = new(1, 2, [0, 1]);
        Assert.Throws<ArgumentOutOfRangeException>(() => new RankHistogram(draws, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RankHistogram(draws).Band(1));
    }
}
