using Joule.Gpu.Plans;
using Joule.Gpu.Ptx;

namespace Joule.Gpu.Kernels;

/// <summary>
/// Receives a row of a product, (chain, position), and returns what takes four columns: their quad and their sums.
/// </summary>
internal delegate Action<U32, F32[]> RowFinish(U32 chain, U32 position);

/// <summary>
/// A product over global memory, C = A·B: A is read where it lies (<see cref="ProductSource"/>), B is [terms, columns]. Blocks take tiles
/// of C and bring the tiles of A and B into shared memory, the next ones while they multiply. The order of all sums is fixed. With several
/// parts, a block sums a part of the terms, and <see cref="WriteSum"/> adds the parts in order.
/// </summary>
/// <param name="w">The kernel, nothing of whose shared memory is taken.</param>
/// <param name="source">The left factor.</param>
/// <param name="columns">Columns of the product, a multiple of four.</param>
/// <param name="cut">The tile and the parts.</param>
/// <param name="sums">The sums of a block.</param>
internal sealed class ProductKernel(PtxWriter w, ProductSource source, int columns, ProductCut cut, ProductSums sums)
{
    private readonly ProductTile _tile = cut.Tile;
    private readonly int _chunk = source.IsWide ? 4 : 1; // floats of the left factor that are read at a time
    private ProductStages _stages;

    /// <summary>The parts of a product's sums: no more than there are tiles of terms.</summary>
    public static int Parts(ProductSource source, ProductCut cut) => Split(source, cut).Parts;

    /// <summary>Blocks of a launch.</summary>
    public static int Blocks(ProductSource source, int columns, ProductCut cut, int chains) =>
        checked((int)(cut.Tile.Blocks((long)chains * source.Positions, columns) * Parts(source, cut)));

    /// <summary>Writes the product.</summary>
    /// <param name="left">What the left factor is read from.</param>
    /// <param name="right">The right factor.</param>
    /// <param name="chains">Number of chains.</param>
    /// <param name="partials">Receives the parts' sums, [part, row, column], if there are several; then nothing is finished.</param>
    /// <param name="finish">Finishes a row.</param>
    public void Write(Address left, Address right, U32 chains, Address? partials, RowFinish finish)
    {
        _tile.Check();
        if (columns % 4 != 0)
            throw new ArgumentException($"A product has {columns} columns; their number must be a multiple of four.");
        (int tiles, int tilesOfPart, int parts) = Split(source, cut);
        _stages = ProductStages.Take(w, _tile, sums);
        w.BeginShared();
        U32 thread = w.Thread(), block = w.Block();
        uint across = (uint)((columns + _tile.Columns - 1) / _tile.Columns);
        U32 rest = w.Divide(block, across), part = w.Remainder(rest, (uint)parts);
        U32 firstRow = w.Multiply(w.Divide(rest, (uint)parts), (uint)_tile.Rows);
        U32 firstColumn = w.Multiply(w.Remainder(block, across), (uint)_tile.Columns);
        U32 rows = w.Multiply(chains, (uint)source.Positions);
        sums.Begin(thread);
        TilePart[] all = [.. LeftParts(thread, left, firstRow, rows), .. RightParts(thread, right, firstColumn)];
        U32 term = w.Multiply(part, (uint)(tilesOfPart * _tile.Depth));
        U32 tilesLeft = w.Constant((uint)tilesOfPart);
        if (tiles != tilesOfPart * parts)
        {
            U32 last = w.Constant((uint)(tiles - tilesOfPart * (parts - 1)));
            tilesLeft = w.Select(w.Less(part, (uint)(parts - 1)), tilesLeft, last);
        }
        ProductLoop.Write(w, sums, _stages, all, term, _tile.Depth, tilesLeft);
        sums.End();
        Finish(firstRow, rows, firstColumn, (row, quad, values) =>
        {
            U32 at = w.MultiplyAdd(w.Add(row, w.Multiply(part, rows)), (uint)(columns / 4), quad);
            w.StoreGlobal4(w.Element(partials!.Value, at, 16), 0, values);
        }, partials is null ? finish : null);
    }

    /// <summary>Writes the sum of the parts, a thread for each four columns of a row.</summary>
    /// <param name="threads">Threads of a block.</param>
    /// <param name="partials">The parts' sums.</param>
    /// <param name="chains">Number of chains.</param>
    /// <param name="finish">Finishes a row.</param>
    public void WriteSum(int threads, Address partials, U32 chains, RowFinish finish)
    {
        uint quads = (uint)(columns / 4);
        U32 rows = w.Multiply(chains, (uint)source.Positions);
        U32 item = w.MultiplyAdd(w.Block(), (uint)threads, w.Thread());
        U32 row = w.Divide(item, quads), quad = w.Remainder(item, quads);
        w.If(w.Less(row, rows), () =>
        {
            Address at = w.Element(partials, item, 16);
            F32[] sum = w.LoadGlobal4(at);
            for (int p = 1; p < Parts(source, cut); p++)
            {
                at = w.Element(at, w.Multiply(rows, quads), 16);
                F32[] next = w.LoadGlobal4(at);
                for (int c = 0; c < 4; c++)
                    w.AddTo(sum[c], next[c]);
            }
            (U32 chain, U32 position) = Place(row);
            finish(chain, position)(quad, sum);
        });
    }

    private static (int Tiles, int TilesOfPart, int Parts) Split(ProductSource source, ProductCut cut)
    {
        int tiles = Math.Max(1, (source.Depth + cut.Tile.Depth - 1) / cut.Tile.Depth);
        int each = (tiles + cut.Parts - 1) / cut.Parts;
        return (tiles, each, (tiles + each - 1) / each);
    }

    private (U32 Chain, U32 Position) Place(U32 row) => source.Positions == 1
        ? (row, w.Constant(0u))
        : (w.Divide(row, (uint)source.Positions), w.Remainder(row, (uint)source.Positions));

    // Either keeps the part's sums, or finishes rows.
    private void Finish(U32 firstRow, U32 rows, U32 firstColumn, Action<U32, U32, F32[]> keep, RowFinish? finish)
    {
        U32 firstQuad = w.ShiftRight(firstColumn, 2);
        for (int r = 0; r < _tile.RowsOfThread; r++)
        {
            int i = r;
            U32 row = w.Add(firstRow, w.MultiplyAdd(sums.ThreadRow, 4, (uint)(i / 4 * _tile.Down * 4 + i % 4)));
            w.If(w.Less(row, rows), () =>
            {
                Action<U32, F32[]> give = (quad, values) => keep(row, quad, values);
                if (finish is not null)
                {
                    (U32 chain, U32 position) = Place(row);
                    give = finish(chain, position);
                }
                for (int q = 0; q < _tile.ColumnsOfThread / 4; q++)
                {
                    int j = q;
                    U32 quad = w.Add(firstQuad, w.Add(sums.ThreadColumn, (uint)(j * _tile.Across)));
                    if (columns % _tile.Columns == 0)
                        give(quad, sums.Quad(i, j));
                    else
                        w.If(w.Less(quad, (uint)(columns / 4)), () => give(quad, sums.Quad(i, j)));
                }
            });
        }
    }

    // What a thread brings of the left factor: each time some terms of a row, written one below the other.
    private IEnumerable<TilePart> LeftParts(U32 thread, Address from, U32 firstRow, U32 rows)
    {
        int chunks = _tile.Depth / _chunk, items = _tile.Rows * chunks;
        for (int i = 0; i < items / _tile.Threads; i++)
        {
            U32 item = w.Add(thread, (uint)(i * _tile.Threads));
            U32 within = w.Multiply(w.Remainder(item, (uint)chunks), (uint)_chunk), line = w.Divide(item, (uint)chunks);
            // Rows beyond the last one repeat it; nothing of them is kept.
            U32 row = w.Min(w.Add(firstRow, line), w.Add(rows, uint.MaxValue));
            (U32 chain, U32 position) = Place(row);
            U32 start = w.MultiplyAdd(chain, (uint)source.Floats, (uint)source.First);
            if (source.Positions > 1)
            {
                start = w.MultiplyAdd(w.Divide(position, (uint)source.Columns), (uint)source.RowStep, start);
                start = w.MultiplyAdd(w.Remainder(position, (uint)source.Columns), (uint)source.ColumnStep, start);
            }
            int bytes = (_tile.Rows + sums.Padding) * sizeof(float);
            U32 to = w.SharedBase(w.MultiplyAdd(within, (uint)(_tile.Rows + sums.Padding), line), sizeof(float));
            F32[] values = [.. Enumerable.Range(0, _chunk).Select(_ => w.Float())];
            yield return new TilePart(
                first =>
                {
                    U32 term = w.Add(first, within);
                    ProductLoop.Guard(w, values, source.Depth % _tile.Depth == 0 ? null : w.Less(term, (uint)source.Depth), () =>
                    {
                        Address at = w.Element(from, w.Add(start, Offset(term)), sizeof(float));
                        if (_chunk == 4)
                            w.LoadGlobal4(values, at);
                        else
                            w.LoadGlobal(values[0], at);
                    });
                },
                stage =>
                {
                    U32 at = w.Add(to, stage);
                    for (int c = 0; c < values.Length; c++)
                        w.StoreShared(at, _stages.LeftAt + c * bytes, values[c]);
                });
        }
    }

    // What a thread brings of the right factor: each time four columns of a term.
    private IEnumerable<TilePart> RightParts(U32 thread, Address from, U32 firstColumn)
    {
        int quads = _tile.Columns / 4;
        for (int i = 0; i < _tile.Depth * quads / _tile.Threads; i++)
        {
            U32 item = w.Add(thread, (uint)(i * _tile.Threads)), quad = w.Remainder(item, (uint)quads), line = w.Divide(item, (uint)quads);
            U32 column = w.MultiplyAdd(quad, 4, firstColumn);
            U32 to = w.SharedBase(w.MultiplyAdd(line, (uint)((_tile.Columns + sums.Padding) / 4), quad), 16);
            F32[] values = w.Float4();
            yield return new TilePart(
                first =>
                {
                    U32 term = w.Add(first, line);
                    Condition? isInside = source.Depth % _tile.Depth == 0 ? null : w.Less(term, (uint)source.Depth);
                    if (columns % _tile.Columns != 0)
                    {
                        Condition isColumn = w.Less(column, (uint)columns);
                        isInside = isInside is { } both ? w.Both(both, isColumn) : isColumn;
                    }
                    ProductLoop.Guard(w, values, isInside, () => w.LoadConstants4(
                        values, w.Element(from, w.MultiplyAdd(term, (uint)columns, column), sizeof(float)), 0));
                },
                stage => w.StoreShared4(w.Add(to, stage), _stages.RightAt, values));
        }
    }

    // Where a term lies, from the first one of its row.
    private U32 Offset(U32 term) => source.RunFloats == source.Depth
        ? term
        : w.MultiplyAdd(w.Divide(term, (uint)source.RunFloats), unchecked((uint)(source.RunStep - source.RunFloats)), term);
}
