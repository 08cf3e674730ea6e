using Joule.Compute;
using MathNet.Numerics.Distributions;
using Xunit;

namespace Joule.Tests.Compute;

public sealed class RandomStreamTests
{
    private static readonly RandomStream Stream = new(42, RandomPurpose.User, 3);

    [Theory]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(1000)]
    public void A_filled_row_equals_single_draws_and_nothing_is_written_past_it(int length)
    {
        float[] row = new float[length + 70];
        row.AsSpan().Fill(-5);
        Stream.FillUniform(row.AsSpan(0, length), 9);
        for (int i = 0; i < length; i++)
        {
            Assert.Equal((Stream.Bits(9, i) >> 8) / 16777216f, row[i]);
            Assert.Equal(Stream.Uniform(9, i), row[i]);
        }
        Assert.All(row[length..], v => Assert.Equal(-5, v));
        row.AsSpan().Fill(-5);
        Stream.FillNormal(row.AsSpan(0, length), 9);
        Assert.All(row[length..], v => Assert.Equal(-5, v));
    }

    [Fact]
    public void A_longer_row_begins_with_the_draws_of_a_shorter_one()
    {
        float[] longer = new float[300], shorter = new float[131];
        Stream.FillNormal(longer, 4, 1, 2);
        Stream.FillNormal(shorter, 4, 1, 2);
        Assert.Equal(shorter, longer[..131]);
    }

    [Fact]
    public void Normal_draws_pair_words_as_documented()
    {
        float[] row = new float[64];
        Stream.FillNormal(row, 2);
        for (int i = 0; i < 16; i++)
        {
            for (int pair = 0; pair < 64; pair += 32)
            {
                (double first, double second) = BoxMullerTests.Pair(Stream.Bits(2, pair + i), Stream.Bits(2, pair + 16 + i));
                Assert.Equal(first, row[pair + i], 1e-6 * (1 + Math.Abs(first)));
                Assert.Equal(second, row[pair + 16 + i], 1e-6 * (1 + Math.Abs(second)));
            }
        }
    }

    [Fact]
    public void Another_seed_purpose_step_chain_or_index_gives_another_draw()
    {
        RandomStream[] streams = [Stream, Stream with { Seed = 43 }, Stream with { Seed = 42 + (1UL << 32) },
            Stream with { Purpose = RandomPurpose.Weights },
            Stream.At(4), Stream.At(3 + (1UL << 32)), Stream.At(3 + (1UL << 55))];
        HashSet<uint> seen = [];
        foreach (RandomStream stream in streams)
            for (uint chain = 0; chain < 4; chain++)
                for (long index = 0; index < 200; index++)
                    seen.Add(stream.Bits(chain, index));
        // 5,600 draws of 32 bits have 0.0037 collisions on average: a single collision would suggest shared draws.
        Assert.Equal(streams.Length * 4 * 200, seen.Count);
    }

    [Fact]
    public void Integers_are_unbiased_and_stay_below_their_bound()
    {
        const int draws = 600_000, bound = 7;
        int[] counts = new int[bound];
        for (int i = 0; i < draws; i++)
            counts[Stream.Integer(bound, 5, i)]++;
        double chi = counts.Sum(c => Math.Pow(c - draws / (double)bound, 2) / (draws / (double)bound));
        Assert.True(chi < ChiSquared.InvCDF(bound - 1, 1 - 1e-4), $"χ² = {chi}");
        Assert.All(Enumerable.Range(0, 1000), i => Assert.InRange(Stream.Integer(int.MaxValue, 0, i), 0, int.MaxValue - 1));
        Assert.Equal(0, Stream.Integer(1, 0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Stream.Integer(0, 0, 0));
    }

    [Fact]
    public void A_permutation_has_every_number_once_and_every_position_is_equally_likely()
    {
        int[] order = new int[1000];
        Stream.FillPermutation(order, 1);
        Assert.NotEqual(Enumerable.Range(0, 1000), order);
        Assert.Equal(Enumerable.Range(0, 1000), order.Order());

        const int trials = 60_000;
        int[] counts = new int[24];
        int[] four = new int[4];
        for (int t = 0; t < trials; t++)
        {
            Stream.At((ulong)t).FillPermutation(four, 0);
            int rank = 0;
            for (int i = 0; i < 4; i++)
                rank = rank * (4 - i) + four[(i + 1)..].Count(v => v < four[i]);
            counts[rank]++;
        }
        double chi = counts.Sum(c => Math.Pow(c - trials / 24.0, 2) / (trials / 24.0));
        Assert.True(chi < ChiSquared.InvCDF(23, 1 - 1e-4), $"χ² = {chi}");
    }
}
