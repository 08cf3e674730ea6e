using Joule.Gpu.Plans;
using Joule.Gpu.Ptx;

namespace Joule.Gpu.Kernels;

/// <summary>
/// Writes a <see cref="WeightProduct"/> as a kernel over global memory: blocks take tiles of weights and bring the numbers of anchor and
/// window for some pixels into shared memory, the next ones while they multiply. Windows are read where they lie, without a matrix of them.
/// The pixels of all chains are cut into parts, so that few weights, too, have blocks enough; <see cref="WeightPlaces.WriteSum"/> adds the
/// parts in order.
/// </summary>
/// <param name="w">The kernel, nothing of whose shared memory is taken.</param>
/// <param name="product">The product; it is not that of a bias.</param>
/// <param name="cut">The tile and the parts.</param>
/// <param name="sums">The sums of a block.</param>
internal sealed class WeightProductKernel(PtxWriter w, WeightProduct product, ProductCut cut, ProductSums sums)
{
    private readonly ProductTile _tile = cut.Tile;
    private readonly Dictionary<(int, int), U32> _lines = []; // of a thread's chunks, which both factors may share
    private readonly Dictionary<U32, WeightTerm> _terms = []; // of lines, in the tile that is being loaded
    private ProductStages _stages;

    /// <summary>Blocks of a launch.</summary>
    public static int Blocks(WeightProduct product, ProductCut cut) =>
        checked((int)(cut.Tile.Blocks(product.Rows, product.Columns) * cut.Parts));

    /// <summary>Writes the product.</summary>
    /// <param name="anchor">The anchor's numbers.</param>
    /// <param name="window">The window's numbers.</param>
    /// <param name="chains">Number of chains.</param>
    /// <param name="finish">Receives row, part, quad of columns, and four sums.</param>
    public void Write(Address anchor, Address window, U32 chains, Action<U32, U32, U32, F32[]> finish)
    {
        _tile.Check();
        _stages = ProductStages.Take(w, _tile, sums);
        w.BeginShared();
        U32 thread = w.Thread(), block = w.Block();
        uint across = (uint)((product.Columns + _tile.Columns - 1) / _tile.Columns);
        U32 rest = w.Divide(block, across), part = w.Remainder(rest, (uint)cut.Parts);
        U32 firstRow = w.Multiply(w.Divide(rest, (uint)cut.Parts), (uint)_tile.Rows);
        U32 firstColumn = w.Multiply(w.Remainder(block, across), (uint)_tile.Columns);
        U32 terms = w.Multiply(chains, (uint)product.Pixels);
        (U32 first, U32 count) = Parts(w, w.Divide(w.Add(terms, (uint)_tile.Depth - 1), (uint)_tile.Depth), part, cut.Parts);
        sums.Begin(thread);
        TilePart[] all =
        [
            new(_ => _terms.Clear(), _ => { }), .. AnchorParts(thread, anchor, firstRow, terms),
            .. WindowParts(thread, window, firstColumn, terms),
        ];
        U32 term = w.Multiply(first, (uint)_tile.Depth);
        ProductLoop.Write(w, sums, _stages, all, term, _tile.Depth, count, canBeEmpty: true);
        sums.End();
        Finish(firstRow, firstColumn, (row, quad, values) => finish(row, part, quad, values));
    }

    /// <summary>The first item of a part and their number, which may be 0: parts of equal size as far as that goes.</summary>
    /// <param name="w">The kernel.</param>
    /// <param name="items">Number of items.</param>
    /// <param name="part">The part.</param>
    /// <param name="parts">Number of parts.</param>
    public static (U32 First, U32 Count) Parts(PtxWriter w, U32 items, U32 part, int parts)
    {
        U32 each = w.Divide(w.Add(items, (uint)parts - 1), (uint)parts), first = w.Min(w.Multiply(part, each), items);
        return (first, w.Min(each, w.Subtract(items, first)));
    }

    private void Finish(U32 firstRow, U32 firstColumn, Action<U32, U32, F32[]> finish)
    {
        U32 firstQuad = w.ShiftRight(firstColumn, 2);
        for (int r = 0; r < _tile.RowsOfThread; r++)
        {
            int i = r;
            U32 row = w.Add(firstRow, w.MultiplyAdd(sums.ThreadRow, 4, (uint)(i / 4 * _tile.Down * 4 + i % 4)));
            w.If(w.Less(row, (uint)product.Rows), () =>
            {
                for (int q = 0; q < _tile.ColumnsOfThread / 4; q++)
                {
                    int j = q;
                    U32 quad = w.Add(firstQuad, w.Add(sums.ThreadColumn, (uint)(j * _tile.Across)));
                    w.If(w.Less(quad, (uint)(product.Columns / 4)), () => finish(row, quad, sums.Quad(i, j)));
                }
            });
        }
    }

    // Four channels of a pixel each time; or one, for one channel.
    private IEnumerable<TilePart> AnchorParts(U32 thread, Address from, U32 firstRow, U32 terms)
    {
        int rows = product.Job.Anchor.PixelFloats;
        return Bring(thread, _tile.Rows, product.Job.Anchor.IsScalar, _stages.LeftAt, terms, first =>
        {
            U32 row = w.Add(firstRow, first);
            return (rows % _tile.Rows == 0 ? null : w.Less(row, (uint)rows),
                term => w.Element(from, w.Add(term.Pixel(product.Anchor), row), sizeof(float)));
        });
    }

    // Four channels of a pixel of the window each time; or one, for one channel.
    private IEnumerable<TilePart> WindowParts(U32 thread, Address from, U32 firstColumn, U32 terms)
    {
        Plane window = product.Job.Window ?? throw new ArgumentException("A bias is no product.");
        int columns = product.Job.Height * product.RunFloats;
        return Bring(thread, _tile.Columns, window.IsScalar, _stages.RightAt, terms, first =>
        {
            U32 column = w.Add(firstColumn, first), offset = column;
            if (product.Job.Height > 1)
            {
                uint apart = unchecked((uint)(product.RunStep - product.RunFloats));
                offset = w.MultiplyAdd(w.Divide(column, (uint)product.RunFloats), apart, column);
            }
            return (columns % _tile.Columns == 0 ? null : w.Less(column, (uint)columns),
                term => w.Element(from, w.Add(term.Pixel(product.Window), offset), sizeof(float)));
        });
    }

    // What a thread brings of a tile [term][number]. Numbers outside of a factor, and terms beyond the last one, are zeros.
    private IEnumerable<TilePart> Bring(U32 thread, int width, bool isScalar, int stageAt, U32 terms,
        Func<U32, (Condition? IsInside, Func<WeightTerm, Address> At)> prepare)
    {
        int chunk = isScalar ? 1 : 4, chunks = width / chunk, padded = width + sums.Padding;
        for (int i = 0; i < _tile.Depth * chunks / _tile.Threads; i++)
        {
            U32 item = w.Add(thread, (uint)(i * _tile.Threads)), first = w.Multiply(w.Remainder(item, (uint)chunks), (uint)chunk);
            if (!_lines.TryGetValue((chunks, i), out U32 line))
                _lines[(chunks, i)] = line = w.Divide(item, (uint)chunks);
            U32 to = w.SharedBase(w.Add(w.Multiply(line, (uint)padded), first), sizeof(float));
            (Condition? isInside, Func<WeightTerm, Address> at) = prepare(first);
            F32[] values = isScalar ? [w.Float()] : w.Float4();
            yield return new TilePart(
                tile =>
                {
                    if (!_terms.TryGetValue(line, out WeightTerm? term))
                        _terms[line] = term = new WeightTerm(w, w.Add(tile, line), terms);
                    Address from = at(term);
                    Condition isTerm = term.IsInside!.Value;
                    ProductLoop.Guard(w, values, isInside is { } inside ? w.Both(inside, isTerm) : isTerm, () =>
                    {
                        if (isScalar)
                            w.LoadGlobal(values[0], from);
                        else
                            w.LoadConstants4(values, from, 0);
                    });
                },
                stage =>
                {
                    if (isScalar)
                        w.StoreShared(w.Add(to, stage), stageAt, values[0]);
                    else
                        w.StoreShared4(w.Add(to, stage), stageAt, values);
                });
        }
    }
}
