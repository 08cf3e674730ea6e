namespace Joule.Gpu.Plans;

/// <summary>A tile, and into how many parts the terms are split, whose sums meet afterwards.</summary>
/// <param name="Tile">The tile.</param>
/// <param name="Parts">Number of parts.</param>
internal readonly record struct ProductCut(ProductTile Tile, int Parts)
{
    private const int LeastTilesOfPart = 8, MostParts = 16, BlocksOfMultiprocessor = 2, ThreadsOfMultiprocessor = 512;

    /// <summary>
    /// The largest tile that gives every multiprocessor a block, or else the smallest, with the terms split while there is room for more
    /// blocks.
    /// </summary>
    /// <param name="rows">Rows of the product.</param>
    /// <param name="columns">Columns of the product.</param>
    /// <param name="depth">Terms of a sum.</param>
    /// <param name="multiprocessors">Multiprocessors of the GPU.</param>
    public static ProductCut Choose(long rows, int columns, int depth, int multiprocessors)
    {
        ProductTile tile = ProductTile.All.Where(t => t.Columns < 2 * columns && t.Blocks(rows, columns) >= multiprocessors)
            .DefaultIfEmpty(ProductTile.All[^1]).First();
        long blocks = tile.Blocks(rows, columns);
        int tiles = (depth + tile.Depth - 1) / tile.Depth;
        long wanted = Math.Min((long)BlocksOfMultiprocessor * multiprocessors / Math.Max(1, blocks), tiles / LeastTilesOfPart);
        return new ProductCut(tile, (int)Math.Clamp(wanted, 1, MostParts));
    }

    /// <summary>
    /// The largest tile that weights fill at least by half, with the terms split so that every multiprocessor has enough threads: the
    /// gradient of weights has few sums of many terms.
    /// </summary>
    /// <param name="rows">Rows of the product.</param>
    /// <param name="columns">Columns of the product.</param>
    /// <param name="terms">Terms of a sum.</param>
    /// <param name="multiprocessors">Multiprocessors of the GPU.</param>
    public static ProductCut ChooseForWeights(int rows, int columns, long terms, int multiprocessors)
    {
        ProductTile tile = ProductTile.All.Where(t => t.Rows < 2 * rows && t.Columns < 2 * columns)
            .DefaultIfEmpty(ProductTile.All[^1]).First();
        long most = (terms + tile.Depth - 1) / tile.Depth / LeastTilesOfPart;
        long wanted = (long)(ThreadsOfMultiprocessor / tile.Threads) * multiprocessors / Math.Max(1, tile.Blocks(rows, columns));
        return new ProductCut(tile, (int)Math.Clamp(Math.Min(wanted, most), 1, 1024));
    }
}
