using Joule.Compute;
using Xunit;

namespace Joule.Tests.Compute;

public sealed class SelectionKernelsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(64)]
    public void A_bound_is_a_number_of_the_row_that_is_of_that_rank_or_a_little_above(int rank)
    {
        Rows x = TestRows.Normal(1, 1003, (ulong)rank);
        float[] sorted = [.. x.Span.ToArray().Order()];
        int place = Array.IndexOf(sorted, Kernels.Bound(x, rank));
        // At best no two of the smallest numbers lie in one part. 8 of 16 parts give 11 numbers or so on average, and 64 of 64 parts 300.
        Assert.InRange(place, rank - 1, rank <= 8 ? 4 * rank : 10 * rank);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(64)]
    [InlineData(100)]
    public void Only_the_row_counts_and_all_of_it(int length)
    {
        Rows x = TestRows.Empty(1, length + 40).Reshape(length + 40, 1).Slice(0, length).Reshape(1, length);
        x.Buffer.Span.Fill(-1);
        for (int last = 0; last < length; last++)
        {
            x.Span.Fill(3);
            x.Span[last] = 2;
            Assert.Equal(2, Kernels.Bound(x, 1));
            Assert.Equal(length == 1 ? float.PositiveInfinity : 3, Kernels.Bound(x, 2));
            int[] places = new int[Kernels.MostRank];
            int start = 0, found = Kernels.FindAtMost(x, ref start, 2, places);
            while (found == 0 && start < length)
                found = Kernels.FindAtMost(x, ref start, 2, places);
            Assert.Equal((1, last), (found, places[0]));
        }
    }

    [Fact]
    public void Equal_numbers_count_each_and_what_is_not_a_number_does_not_bound()
    {
        Rows x = TestRows.Empty(1, 200);
        x.Span.Fill(float.NaN);
        Assert.Equal(float.PositiveInfinity, Kernels.Bound(x, 1));
        // In one of 64 parts: its minimum alone bounds, however many of its numbers are small.
        x.Span.Fill(7);
        x.Span[0] = x.Span[64] = x.Span[128] = 1;
        Assert.Equal(1, Kernels.Bound(x, 1));
        Assert.Equal(7, Kernels.Bound(x, 2));
        x.Span[1] = x.Span[20] = 1;
        Assert.Equal(1, Kernels.Bound(x, 3));
        Assert.Equal(7, Kernels.Bound(x, 4));
        x.Span[40] = float.NaN;
        x.Span[41] = float.NegativeInfinity;
        Assert.Equal(1, Kernels.Bound(x, 4));
        Assert.Equal(float.NegativeInfinity, Kernels.Bound(x, 1));
    }

    [Theory]
    [InlineData(64)]
    [InlineData(100)]
    [InlineData(2000)]
    public void All_places_are_found_in_order_however_many_fit(int room)
    {
        Rows x = TestRows.Normal(1, 1003, 3);
        x.Span[17] = float.NaN;
        float limit = x.Span[500];
        List<int> all = [];
        int[] places = new int[room];
        for (int start = 0, calls = 0; start < 1003; calls++)
        {
            int found = Kernels.FindAtMost(x, ref start, limit, places);
            all.AddRange(places[..found]);
            Assert.InRange(calls, 0, 1003 / (room / 2));
        }
        float[] values = x.Span.ToArray();
        Assert.Equal(Enumerable.Range(0, 1003).Where(i => !(values[i] > limit)), all);
    }

    [Fact]
    public void Ranks_and_room_have_limits()
    {
        Rows x = TestRows.Normal(1, 10, 3);
        int start = 0, before = -1;
        Assert.Throws<ArgumentOutOfRangeException>(() => Kernels.Bound(x, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Kernels.Bound(x, Kernels.MostRank + 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Kernels.FindAtMost(x, ref start, 0, new int[Kernels.MostRank - 1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Kernels.FindAtMost(x, ref before, 0, new int[Kernels.MostRank]));
    }
}
