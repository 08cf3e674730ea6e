namespace Joule.Gpu.Plans;

/// <summary>
/// How a product is cut: a block computes <paramref name="Rows"/> × <paramref name="Columns"/> sums, <paramref name="Depth"/> terms of
/// each at a time, and a thread <paramref name="RowsOfThread"/> × <paramref name="ColumnsOfThread"/> of them.
/// </summary>
/// <param name="Rows">Rows of a block.</param>
/// <param name="Columns">Columns of a block.</param>
/// <param name="Depth">Terms that lie in shared memory at a time.</param>
/// <param name="RowsOfThread">Rows of a thread, a multiple of four.</param>
/// <param name="ColumnsOfThread">Columns of a thread, a multiple of four.</param>
internal readonly record struct ProductTile(int Rows, int Columns, int Depth, int RowsOfThread, int ColumnsOfThread)
{
    /// <summary>The tiles to choose from, the one that reads least first.</summary>
    public static IReadOnlyList<ProductTile> All { get; } =
        [new(128, 128, 16, 8, 8), new(128, 64, 16, 8, 8), new(64, 64, 16, 8, 4), new(64, 32, 16, 4, 4), new(32, 32, 16, 4, 4)];

    /// <summary>Threads that lie beside each other.</summary>
    public int Across => Columns / ColumnsOfThread;

    /// <summary>Threads that lie below each other.</summary>
    public int Down => Rows / RowsOfThread;

    /// <summary>Threads of a block.</summary>
    public int Threads => Across * Down;

    /// <summary>Checks that the numbers go together.</summary>
    /// <exception cref="ArgumentException">They do not.</exception>
    public void Check()
    {
        bool isWhole = RowsOfThread % 4 == 0 && ColumnsOfThread % 4 == 0 && Rows % RowsOfThread == 0 && Columns % ColumnsOfThread == 0
            && Depth % 8 == 0 && Threads % (Depth / 4) == 0 && Rows * Depth / 4 % Threads == 0 && Columns * Depth / 4 % Threads == 0
            && (Threads % (Columns / 4) == 0 || Columns / 4 % Threads == 0);
        if (!isWhole)
            throw new ArgumentException($"{this}: the threads cannot share the loading of these tiles evenly.");
    }

    /// <summary>Blocks of a product.</summary>
    public long Blocks(long rows, int columns) => (rows + Rows - 1) / Rows * ((columns + Columns - 1) / Columns);
}

/// <summary>A tile, and into how many parts the terms are split, whose sums meet afterwards.</summary>
/// <param name="Tile">The tile.</param>
/// <param name="Parts">Number of parts.</param>
internal readonly record struct ProductCut(ProductTile Tile, int Parts)
{
    private const int LeastTilesOfPart = 8, MostParts = 16, BlocksOfMultiprocessor = 2;

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
}
