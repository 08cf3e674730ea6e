using Joule.Gpu.Devices;
using Joule.Gpu.Driver;
using Xunit;

namespace Joule.Gpu.Tests.Devices;

/// <summary>Blocks are chosen by the number of chains and the card.</summary>
public sealed class BlockCutTests
{
    private static readonly GpuInfo Card = new(0, "a card", new Version(9, 0), 1L << 36)
    {
        Multiprocessors = 132,
        SharedBytesOfBlock = 232_448,
        SharedBytesOfMultiprocessor = 233_472,
    };

    [Theory]
    [InlineData(1, 1, 896, 1)]
    [InlineData(128, 1, 896, 1)]
    [InlineData(300, 2, 896, 1)]
    [InlineData(600, 4, 512, 1)]
    [InlineData(1024, 8, 512, 1)]
    [InlineData(8192, 8, 512, 1)]
    public void A_network_gets_as_many_chains_as_leave_a_block_for_every_multiprocessor(int count, int chains, int threads, int blocks) =>
        Assert.Equal(new BlockCut(chains, threads, blocks), BlockCut.OfNetwork(Card, count).First());

    [Fact]
    public void Blocks_of_few_chains_share_a_multiprocessor_if_they_fit()
    {
        BlockCut two = new(1, 448, 2);
        Assert.Contains(two, BlockCut.OfNetwork(Card, 300));
        Assert.DoesNotContain(two, BlockCut.OfNetwork(Card, 200));
        Assert.True(two.Fits(Card, 115_712));
        Assert.False(two.Fits(Card, 115_713));
        Assert.True(new BlockCut(1, 896).Fits(Card, 232_448));
        Assert.False(new BlockCut(1, 896).Fits(Card, 232_449));
    }

    [Fact]
    public void Clusters_need_a_later_card_and_weights_take_what_a_block_may_have()
    {
        Assert.True(new BlockCut(1, 512, 1, 4).Fits(Card, 232_448));
        GpuInfo older = Card with { Capability = new Version(8, 9) };
        Assert.False(new BlockCut(1, 512, 1, 4).Fits(older, 1024));
        Assert.True(new BlockCut(1, 512, 1, 1).Fits(older, 1024));
        Assert.Equal(232_448, new BlockCut(1, 512, 1, 1).SharedLimit(Card));
        BlockCut two = new(1, 512, 2, 1);
        Assert.Equal(115_712, two.SharedLimit(Card));
        Assert.True(two.Fits(Card, two.SharedLimit(Card)));
    }

    [Fact]
    public void Smaller_blocks_follow()
    {
        Assert.Equal([8, 4, 2, 2, 1, 1], BlockCut.OfNetwork(Card, 8192).Select(c => c.Chains));
        Assert.Equal([4, 2, 1], BlockCut.OfFormula(Card, 500, 2).Select(c => c.Chains));
    }

    [Theory]
    [InlineData(200, 1, 4)] // a dense network: the sums of a block must pay
    [InlineData(200, 3, 2)]
    [InlineData(200, 100, 2)] // a convolutional one: as many blocks as multiprocessors
    [InlineData(100, 100, 1)]
    [InlineData(8192, 1, 8)]
    public void The_gradient_of_weights_that_are_used_once_has_fewer_blocks(int count, double uses, int chains) =>
        Assert.Equal(new BlockCut(chains, 512), BlockCut.OfWeights(Card, count, uses).First());

    [Fact]
    public void A_formula_has_a_thread_for_every_chain_and_whole_warps() => Assert.All(
        BlockCut.OfFormula(Card, 100_000, 3), cut => Assert.True(cut.Threads >= cut.Chains && cut.Threads % 32 == 0 && cut.Threads <= 512));
}
