using Joule.Gpu.Plans;
using Xunit;

namespace Joule.Gpu.Tests.Plans;

/// <summary>Products are cut so that every multiprocessor has work.</summary>
public sealed class ProductCutTests
{
    private const int Multiprocessors = 132;

    [Theory]
    [InlineData(4096, 4096, 4096, 128, 128, 1)] // enough tiles of the largest size
    [InlineData(100352, 64, 576, 128, 64, 1)] // 128 chains of a convolution of 64 channels
    [InlineData(128, 12, 4096, 32, 32, 16)] // few sums of many terms
    [InlineData(16, 8, 40, 32, 32, 1)] // nothing to share
    public void The_tile_is_the_largest_that_leaves_a_block_for_each(
        long rows, int columns, int depth, int tileRows, int tileColumns, int parts)
    {
        ProductCut cut = ProductCut.Choose(rows, columns, depth, Multiprocessors);
        Assert.Equal((tileRows, tileColumns, parts), (cut.Tile.Rows, cut.Tile.Columns, cut.Parts));
    }

    [Theory]
    [InlineData(4096, 4096, 128, 128, 128, 1)] // enough tiles of the largest size
    [InlineData(64, 576, 100352, 64, 64, 58)] // 128 chains of a convolution of 64 channels: 9 tiles
    [InlineData(16, 28, 25088, 32, 32, 196)] // few weights of many pixels: parts of eight tiles
    [InlineData(8, 16, 40, 32, 32, 1)] // nothing to share
    public void The_tiles_of_weights_are_filled_and_the_terms_give_each_multiprocessor_threads_enough(
        int rows, int columns, long terms, int tileRows, int tileColumns, int parts)
    {
        ProductCut cut = ProductCut.ChooseForWeights(rows, columns, terms, Multiprocessors);
        Assert.Equal((tileRows, tileColumns, parts), (cut.Tile.Rows, cut.Tile.Columns, cut.Parts));
    }

    [Fact]
    public void All_tiles_can_be_loaded_evenly()
    {
        foreach (ProductTile tile in ProductTile.All)
            tile.Check();
        Assert.Throws<ArgumentException>(() => new ProductTile(12, 8, 8, 4, 4).Check());
    }
}
