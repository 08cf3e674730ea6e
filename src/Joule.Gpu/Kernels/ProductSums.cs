using Joule.Gpu.Plans;
using Joule.Gpu.Ptx;

namespace Joule.Gpu.Kernels;

/// <summary>The sums of a block of a product: how its threads multiply two tiles in shared memory.</summary>
/// <param name="w">The kernel.</param>
/// <param name="tile">The tile.</param>
internal abstract class ProductSums(PtxWriter w, ProductTile tile)
{
    private (U32 Row, U32 Column)? _place;

    /// <summary>Floats after each line of a tile, so that threads use different banks of the memory.</summary>
    public abstract int Padding { get; }

    /// <summary>The writer.</summary>
    protected PtxWriter W => w;

    /// <summary>The tile.</summary>
    protected ProductTile Tile => tile;

    /// <summary>The thread's row among the threads of a block.</summary>
    public U32 ThreadRow => Place.Row;

    /// <summary>The thread's column among the threads of a block.</summary>
    public U32 ThreadColumn => Place.Column;

    private (U32 Row, U32 Column) Place => _place ?? throw new InvalidOperationException("Call Begin first.");

    /// <summary>Bytes from one term to the next in the tile of the left factor.</summary>
    protected int RowBytes => (tile.Rows + Padding) * sizeof(float);

    /// <summary>Bytes from one term to the next in the tile of the right factor.</summary>
    protected int ColumnBytes => (tile.Columns + Padding) * sizeof(float);

    /// <summary>Shared memory that <see cref="End"/> needs, in floats, from the first byte on.</summary>
    public virtual int EndFloats => 0;

    /// <summary>The sums with a precision.</summary>
    public static ProductSums Of(ProductPrecision precision, PtxWriter w, ProductTile tile) =>
        precision == ProductPrecision.Float32 ? new Float32Sums(w, tile) : new Tf32Sums(w, tile, precision == ProductPrecision.Tf32x3);

    /// <summary>Writes what comes once, where every thread passes.</summary>
    /// <param name="thread">The thread's index.</param>
    public virtual void Begin(U32 thread)
    {
        // A warp of 4 × 8 threads reads the fewest numbers.
        if (tile.Across % 8 == 0 && tile.Down % 4 == 0)
        {
            U32 warp = w.ShiftRight(thread, 5), lane = w.And(thread, 31);
            uint across = (uint)(tile.Across / 8);
            _place = (w.MultiplyAdd(w.Divide(warp, across), 4, w.ShiftRight(lane, 3)),
                w.MultiplyAdd(w.Remainder(warp, across), 8, w.And(lane, 7)));
            return;
        }
        _place = (w.Divide(thread, (uint)tile.Across), w.Remainder(thread, (uint)tile.Across));
    }

    /// <summary>Adds the product of two tiles.</summary>
    /// <param name="stage">Bytes to be added to both places.</param>
    /// <param name="leftAt">The byte of the left tile, [term][row].</param>
    /// <param name="rightAt">The byte of the right tile, [term][column].</param>
    public abstract void Add(U32 stage, int leftAt, int rightAt);

    /// <summary>Writes what comes after the last <see cref="Add"/>, where every thread passes.</summary>
    public virtual void End() { }

    /// <summary>
    /// Four sums of the thread: row (row / 4 · <see cref="ProductTile.Down"/> + <see cref="ThreadRow"/>) · 4 + row mod 4 of the block, and
    /// columns from (quad · <see cref="ProductTile.Across"/> + <see cref="ThreadColumn"/>) · 4 on.
    /// </summary>
    /// <param name="row">The row, from 0 to <see cref="ProductTile.RowsOfThread"/> − 1.</param>
    /// <param name="quad">The four columns, from 0.</param>
    public abstract F32[] Quad(int row, int quad);
}

/// <summary>Float32 sums by fused multiply-add, term after term.</summary>
/// <param name="w">The kernel.</param>
/// <param name="tile">The tile.</param>
internal sealed class Float32Sums(PtxWriter w, ProductTile tile) : ProductSums(w, tile)
{
    private readonly F32[,] _sums = new F32[tile.RowsOfThread, tile.ColumnsOfThread];
    private U32 _left, _right;

    /// <inheritdoc/>
    public override int Padding => 4;

    /// <inheritdoc/>
    public override void Begin(U32 thread)
    {
        base.Begin(thread);
        (_left, _right) = (W.SharedBase(ThreadRow, 16), W.SharedBase(ThreadColumn, 16));
        for (int r = 0; r < Tile.RowsOfThread; r++)
        {
            for (int c = 0; c < Tile.ColumnsOfThread; c++)
                _sums[r, c] = W.Constant(0f);
        }
    }

    /// <inheritdoc/>
    public override void Add(U32 stage, int leftAt, int rightAt)
    {
        U32 left = W.Add(_left, stage), right = W.Add(_right, stage);
        for (int k = 0; k < Tile.Depth; k++)
        {
            F32[] x = Load(left, leftAt + k * RowBytes, Tile.RowsOfThread, Tile.Down);
            F32[] y = Load(right, rightAt + k * ColumnBytes, Tile.ColumnsOfThread, Tile.Across);
            for (int r = 0; r < x.Length; r++)
            {
                for (int c = 0; c < y.Length; c++)
                    W.Accumulate(_sums[r, c], x[r], y[c]);
            }
        }
    }

    /// <inheritdoc/>
    public override F32[] Quad(int row, int quad) =>
        [_sums[row, 4 * quad], _sums[row, 4 * quad + 1], _sums[row, 4 * quad + 2], _sums[row, 4 * quad + 3]];

    private F32[] Load(U32 from, int at, int count, int threads) =>
        [.. Enumerable.Range(0, count / 4).SelectMany(q => W.LoadShared4(from, at + q * threads * 16))];
}
