using Joule.Compute;
using Joule.Energies;
using Xunit;

namespace Joule.Tests.Energies;

public sealed class RankMapTests
{
    [Fact]
    public void Equal_numbers_share_the_normal_quantile_of_their_midrank()
    {
        RankMap map = Fit([1, 2, 2, 2, 5, 7]);
        Assert.Equal(NormalQuantile.Of(1.0 / 7), map.At(1).Rank, 1e-6);
        Assert.Equal(NormalQuantile.Of(3.0 / 7), map.At(2).Rank, 1e-6);
        Assert.Equal(NormalQuantile.Of(5.0 / 7), map.At(5).Rank, 1e-6);
        Assert.Equal(NormalQuantile.Of(6.0 / 7), map.At(7).Rank, 1e-6);
        Assert.Equal((map.At(5).Rank + map.At(7).Rank) / 2, map.At(6).Rank, 1e-6);
        Assert.Equal(map.At(7).Rank + 10, map.At(17).Rank, 1e-5);
        Assert.Equal(map.At(1).Rank - 3, map.At(-2).Rank, 1e-5);
        Assert.Equal((map.At(7).Rank - map.At(5).Rank) / 2, map.At(6.5f).Slope, 1e-6);
    }

    [Fact]
    public void Many_numbers_lose_little_at_knots_and_jumps_stay_jumps()
    {
        // Half of the numbers are 0, the rest lie evenly in [1, 2].
        int n = 20_000;
        RankMap map = Fit([.. Enumerable.Range(0, n).Select(i => i < n / 2 ? 0 : 1 + (double)(i - n / 2) / (n / 2))]);
        Assert.Equal(NormalQuantile.Of((n / 4 + 0.5) / (n + 1)), map.At(0).Rank, 1e-6);
        for (int i = 0; i < n / 2; i += 97)
        {
            double exact = NormalQuantile.Of((n / 2 + i + 1.0) / (n + 1));
            Assert.Equal(exact, map.At(1 + (float)i / (n / 2)).Rank, 1.0 / 32);
        }
    }

    [Fact]
    public void A_map_that_was_not_fitted_changes_nothing() => Assert.Equal((0.7f, 1f), new RankMap(new float[RankMap.Length]).At(0.7f));

    private static RankMap Fit(double[] column)
    {
        float[] fitted = new float[RankMap.Length];
        RankMap.Fit(column, fitted);
        return new RankMap(fitted);
    }
}
