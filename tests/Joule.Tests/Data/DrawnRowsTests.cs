using Joule.Compute;
using Joule.Data;
using Xunit;

namespace Joule.Tests.Data;

public sealed class DrawnRowsTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(10)]
    public void Drawn_and_remaining_rows_are_in_order_and_together_are_all(int count)
    {
        (int[] left, int[] drawn) = DrawnRows.Of(new RandomStream(1, RandomPurpose.User, 0), 10, count);
        Assert.Equal(count, drawn.Length);
        Assert.Equal(drawn.Order(), drawn);
        Assert.Equal(left.Order(), left);
        Assert.Equal(Enumerable.Range(0, 10), drawn.Concat(left).Order());
    }

    [Fact]
    public void Every_row_is_equally_likely()
    {
        // 3,000 draws of 2 of 6 rows: each is drawn 1,000 times, with a standard error of √(3000 · ⅓ · ⅔) = 25.8; five of them.
        int[] counts = new int[6];
        for (ulong seed = 0; seed < 3000; seed++)
        {
            foreach (int row in DrawnRows.Of(new RandomStream(seed, RandomPurpose.User, 0), 6, 2).Drawn)
                counts[row]++;
        }
        Assert.All(counts, c => Assert.InRange(c, 1000 - 129, 1000 + 129));
    }
}
