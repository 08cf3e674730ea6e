using Joule.Gpu.Plans;
using Joule.Gpu.Ptx;

namespace Joule.Gpu.Kernels;

/// <summary>
/// A term of a <see cref="WeightProduct"/>, a pixel of the anchor: its chain, row and column are written once for both planes.
/// </summary>
/// <param name="w">The kernel.</param>
/// <param name="index">Chain · pixels + pixel.</param>
/// <param name="terms">Number of terms; null: the index is below it.</param>
internal sealed class WeightTerm(PtxWriter w, U32 index, U32? terms = null)
{
    private (U32 Chain, U32 Pixel)? _place;
    private (U32 Row, U32 Column)? _cell;

    /// <summary>Whether there is such a term; null: there is.</summary>
    public Condition? IsInside { get; } = terms is { } count ? w.Less(index, count) : null;

    /// <summary>The float of a plane that belongs to the pixel. The first call for a plane comes where every later one passes.</summary>
    public U32 Pixel(PixelWalk walk)
    {
        if (walk.HasWholeChains)
            return w.MultiplyAdd(index, (uint)(walk.Pixels == 1 ? walk.Floats : walk.ColumnStep), (uint)walk.First);
        (U32 chain, U32 pixel) = _place ??= (w.Divide(index, (uint)walk.Pixels), w.Remainder(index, (uint)walk.Pixels));
        U32 start = w.MultiplyAdd(chain, (uint)walk.Floats, (uint)walk.First);
        if (walk.HasWholeRows)
            return w.MultiplyAdd(pixel, (uint)walk.ColumnStep, start);
        (U32 row, U32 column) = _cell ??= (w.Divide(pixel, (uint)walk.Columns), w.Remainder(pixel, (uint)walk.Columns));
        return w.MultiplyAdd(row, (uint)walk.RowStep, w.MultiplyAdd(column, (uint)walk.ColumnStep, start));
    }
}
