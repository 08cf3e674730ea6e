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
