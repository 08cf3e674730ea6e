using Joule.Gpu.Devices;
using Joule.Gpu.Driver;
using Xunit;

namespace Joule.Gpu.Tests.Devices;

/// <summary>Only blocks that may be the fastest are timed.</summary>
public sealed class BlockCandidatesTests
{
    private static readonly GpuInfo Card = new(0, "a card", new Version(9, 0), 1L << 36)
    {
        Multiprocessors = 132,
        SharedBytesOfBlock = 232_448,
        SharedBytesOfMultiprocessor = 233_472,
    };

    [Theory]
    [InlineData(1, 1)]
    [InlineData(128, 1)]
    [InlineData(140, 2)]
    [InlineData(1024, 8)]
    [InlineData(8192, 16)]
    public void A_block_has_no_more_chains_than_leave_every_second_multiprocessor_a_block(int count, int most)
    {
        Assert.Equal(most, BlockCandidates.OfNetwork(Card, count).Max(c => c.Chains));
        Assert.Equal(1, BlockCandidates.OfNetwork(Card, count).Min(c => c.Chains));
        Assert.InRange(BlockCandidates.OfWeights(Card, count).Max(c => c.Chains), 1, most);
        Assert.InRange(BlockCandidates.OfFormula(Card, count).Max(c => c.Chains), 1, 64);
    }

    [Fact]
    public void Threads_that_a_card_lacks_are_not_asked_for()
    {
        GpuInfo small = Card with { ThreadsOfBlock = 256 };
        BlockCut[] cuts = [.. BlockCandidates.OfNetwork(small, 8192)];
        Assert.All(cuts, c => Assert.Equal(256, c.Threads));
        Assert.Equal(cuts.Distinct(), cuts);
    }

    [Fact]
    public void Weights_are_kept_by_each_block_and_by_clusters_where_there_are_any()
    {
        BlockCut one = new(1, 512), two = new(1, 448, 2);
        Assert.Equal([1, 2, 4, 8], BlockCandidates.Resident(Card, one).Select(c => c.Cluster));
        Assert.Equal([two with { Cluster = 1 }], BlockCandidates.Resident(Card, two));
        Assert.Equal([one with { Cluster = 1 }], BlockCandidates.Resident(Card with { Capability = new Version(8, 6) }, one));
    }
}
