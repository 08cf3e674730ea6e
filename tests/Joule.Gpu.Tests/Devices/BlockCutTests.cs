using Joule.Gpu.Devices;
using Joule.Gpu.Driver;
using Xunit;

namespace Joule.Gpu.Tests.Devices;

/// <summary>Blocks are chosen by the number of chains and the card.</summary>
public sealed class BlockCutTests
{
    private static readonly GpuInfo Card = new(0, "a card", new Version(9, 0), 1L << 36) { Multiprocessors = 132 };

    [Theory]
    [InlineData(1, 1, 896)]
    [InlineData(128, 1, 896)]
    [InlineData(300, 2, 896)]
    [InlineData(1024, 8, 512)]
    [InlineData(8192, 8, 512)]
    public void A_network_gets_as_many_chains_as_leave_a_block_for_every_multiprocessor(int count, int chains, int threads) =>
        Assert.Equal(new BlockCut(chains, threads), BlockCut.OfNetwork(Card, count).First());

    [Fact]
    public void Smaller_blocks_follow()
    {
        Assert.Equal([8, 4, 2, 1], BlockCut.OfNetwork(Card, 8192).Select(c => c.Chains));
        Assert.Equal([4, 2, 1], BlockCut.OfFormula(Card, 500, 2).Select(c => c.Chains));
    }

    [Fact]
    public void A_formula_has_a_thread_for_every_chain_and_whole_warps() => Assert.All(
        BlockCut.OfFormula(Card, 100_000, 3), cut => Assert.True(cut.Threads >= cut.Chains && cut.Threads % 32 == 0 && cut.Threads <= 512));
}
