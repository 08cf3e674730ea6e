using Joule.Evaluation;
using Xunit;

namespace Joule.Tests.Evaluation;

public sealed class RankTailTests
{
    // All orders of 3 old and 4 new numbers are equally likely: 35 of them.
    [Fact]
    public void Tails_are_those_of_all_orders()
    {
        const int n = 3, m = 4;
        for (int r = 1; r <= n; r++)
        {
            int[] counts = new int[m + 1];
            for (int mask = 0; mask < 1 << (n + m); mask++)
            {
                if (int.PopCount(mask) != n)
                    continue;
                int old = 0, below = 0;
                for (int i = 0; i < n + m && old < r; i++)
                {
                    if ((mask >> i & 1) == 1)
                        old++;
                    else
                        below++;
                }
                counts[below]++;
            }
            Assert.Equal(35, counts.Sum());
            for (int b = 0; b <= m; b++)
            {
                Assert.Equal(counts[b..].Sum() / 35.0, RankTail.Upper(b, r, n, m), 1e-12);
                Assert.Equal(counts[..(b + 1)].Sum() / 35.0, RankTail.Lower(b, r, n, m), 1e-12);
            }
        }
    }

    [Fact]
    public void Far_tails_are_zero_or_one()
    {
        Assert.Equal(0, RankTail.Upper(100_000, 1, 100_000, 100_000));
        Assert.Equal(1, RankTail.Upper(0, 100_000, 100_000, 100_000));
        Assert.Equal(0, RankTail.Lower(0, 100_000, 100_000, 100_000));
        Assert.Equal(1, RankTail.Lower(100_000, 1, 100_000, 100_000));
        Assert.Equal(1, RankTail.Upper(0, 5, 10, 7) + 0.0, 1e-12);
    }
}
