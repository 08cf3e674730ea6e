using Joule.Gpu.Plans;
using Joule.Gpu.Ptx;

namespace Joule.Gpu.Kernels;

/// <summary>
/// Sums by tensor cores. Warps share the tile in rectangles of 16 × 8 sums. With three products a number x is h + l, h the nearest tf32
/// number of x and l that of x − h, and a sum takes lₐ·h_b, hₐ·l_b and hₐ·h_b; lₐ·l_b is below the rounding of float32.
/// </summary>
/// <param name="w">The kernel.</param>
/// <param name="tile">The tile; its threads are whole warps.</param>
/// <param name="isThree">Whether there are three products.</param>
internal sealed class Tf32Sums(PtxWriter w, ProductTile tile, bool isThree) : ProductSums(w, tile)
{
    private const int High = 16, Wide = 8; // sums of a rectangle

    private readonly (int Down, int Across) _warps = Warps(tile);
    private F32[][] _sums = [];
    private U32 _left, _right, _own, _from;

    /// <inheritdoc/>
    public override int Padding => 8;

    /// <inheritdoc/>
    public override int EndFloats => Tile.Rows * Line;

    private int Line => Tile.Columns + 4;

    private int Tall => Tile.Rows / _warps.Down / High;

    private int Broad => Tile.Columns / _warps.Across / Wide;

    /// <inheritdoc/>
    public override void Begin(U32 thread)
    {
        base.Begin(thread);
        U32 warp = W.ShiftRight(thread, 5), lane = W.And(thread, 31), group = W.ShiftRight(lane, 2), place = W.And(lane, 3);
        U32 row = W.MultiplyAdd(W.Divide(warp, (uint)_warps.Across), (uint)(Tall * High), group);
        U32 column = W.Multiply(W.Remainder(warp, (uint)_warps.Across), (uint)(Broad * Wide));
        _left = W.SharedBase(W.MultiplyAdd(place, (uint)(RowBytes / 4), row), 4);
        _right = W.SharedBase(W.MultiplyAdd(place, (uint)(ColumnBytes / 4), W.Add(column, group)), 4);
        _own = W.SharedBase(W.MultiplyAdd(row, (uint)Line, W.MultiplyAdd(place, 2, column)), 4);
        _from = W.SharedBase(W.MultiplyAdd(ThreadRow, (uint)Line, ThreadColumn), 16);
        _sums = [.. Enumerable.Range(0, Tall * Broad).Select(_ => new F32[4])];
        foreach (F32[] four in _sums)
        {
            for (int i = 0; i < 4; i++)
                four[i] = W.Constant(0f);
        }
    }

    /// <inheritdoc/>
    public override void Add(U32 stage, int leftAt, int rightAt)
    {
        U32 left = W.Add(_left, stage), right = W.Add(_right, stage);
        for (int k = 0; k < Tile.Depth; k += 8)
        {
            Pair[][] a = [.. Enumerable.Range(0, Tall).Select(t => (Pair[])
            [
                Load(left, leftAt + k * RowBytes + t * High * 4), Load(left, leftAt + k * RowBytes + (t * High + 8) * 4),
                Load(left, leftAt + (k + 4) * RowBytes + t * High * 4), Load(left, leftAt + (k + 4) * RowBytes + (t * High + 8) * 4),
            ])];
            Pair[][] b = [.. Enumerable.Range(0, Broad).Select(n => (Pair[])
            [
                Load(right, rightAt + k * ColumnBytes + n * Wide * 4), Load(right, rightAt + (k + 4) * ColumnBytes + n * Wide * 4),
            ])];
            if (isThree)
            {
                Multiply(a, b, p => p.Low!.Value, p => p.High);
                Multiply(a, b, p => p.High, p => p.Low!.Value);
            }
            Multiply(a, b, p => p.High, p => p.High);
        }
    }

    /// <inheritdoc/>
    // The sums change hands through shared memory, where no tile is read any more after the first barrier.
    public override void End()
    {
        W.Barrier();
        for (int t = 0; t < Tall; t++)
        {
            for (int n = 0; n < Broad; n++)
            {
                for (int i = 0; i < 4; i++)
                    W.StoreShared(_own, ((t * High + i / 2 * 8) * Line + n * Wide + i % 2) * 4, _sums[t * Broad + n][i]);
            }
        }
        W.Barrier();
    }

    /// <inheritdoc/>
    public override F32[] Quad(int row, int quad) =>
        W.LoadShared4(_from, ((row / 4 * Tile.Down * 4 + row % 4) * Line + quad * Tile.Across * 4) * 4);

    private void Multiply(Pair[][] a, Pair[][] b, Func<Pair, U32> left, Func<Pair, U32> right)
    {
        for (int t = 0; t < Tall; t++)
        {
            for (int n = 0; n < Broad; n++)
                W.MultiplyTiles(_sums[t * Broad + n], [.. a[t].Select(left)], [.. b[n].Select(right)]);
        }
    }

    private Pair Load(U32 from, int at)
    {
        F32 x = W.LoadShared(from, at);
        U32 high = W.RoundToTf32(x);
        return new Pair(high, isThree ? W.RoundToTf32(W.Subtract(x, W.AsFloat(high))) : null);
    }

    // As square as can be: less is read of both factors.
    private static (int Down, int Across) Warps(ProductTile tile)
    {
        int warps = tile.Threads / 32;
        foreach (int down in (int[])[2, 1, 4])
        {
            if (warps >= down && warps % down == 0 && tile.Rows % (down * High) == 0 && tile.Columns % (warps / down * Wide) == 0
                && tile.Threads % 32 == 0)
            {
                return (down, warps / down);
            }
        }
        throw new ArgumentException($"{tile}: the warps cannot share the sums in rectangles of {High} × {Wide}.");
    }

    private readonly record struct Pair(U32 High, U32? Low);
}
