using Joule.Gpu.Plans;
using Joule.Gpu.Ptx;

namespace Joule.Gpu.Kernels;

/// <summary>
/// A cell of a plane: four channels of a pixel, or the one number of a pixel of one channel. Elementwise operations take a cell at a time.
/// </summary>
internal static class Cells
{
    /// <summary>The chain, row, column and quad of an item: (chain · pixels + pixel) · quads + quad.</summary>
    public static (U32 Chain, U32 Y, U32 X, U32 Quad) Of(PtxWriter w, Plane plane, U32 item)
    {
        U32 quad = w.Remainder(item, (uint)plane.Quads), rest = w.Divide(item, (uint)plane.Quads);
        U32 chain = w.Divide(rest, (uint)plane.Pixels), pixel = w.Remainder(rest, (uint)plane.Pixels);
        return (chain, w.Divide(pixel, (uint)plane.Width), w.Remainder(pixel, (uint)plane.Width), quad);
    }

    /// <summary>The item of a cell within its chain: what <see cref="Of"/> reads, without the chain.</summary>
    public static U32 Inner(PtxWriter w, Plane plane, U32 y, U32 x, U32 quad) =>
        w.MultiplyAdd(w.MultiplyAdd(y, (uint)plane.Width, x), (uint)plane.Quads, quad);

    /// <summary>Where a cell lies, counted from <see cref="Plane.At"/>.</summary>
    public static U32 Base(PtxWriter w, Plane plane, U32 chain, U32 y, U32 x, U32 quad)
    {
        if (plane.IsScalar)
        {
            U32 start = w.MultiplyAdd(chain, (uint)plane.Floats, (uint)plane.Pixel(0, 0));
            return w.SharedBase(w.MultiplyAdd(y, (uint)plane.RowFloats, w.Add(start, x)), sizeof(float));
        }
        U32 first = w.Add(w.MultiplyAdd(chain, (uint)plane.Floats / 4, quad), (uint)plane.Pixel(0, 0) / 4);
        if (plane.Pixels == 1)
            return w.SharedBase(first, 16);
        return w.SharedBase(
            w.MultiplyAdd(y, (uint)plane.RowFloats / 4, w.MultiplyAdd(x, (uint)plane.PixelFloats / 4, first)), 16);
    }

    /// <summary>The numbers of a cell: four, or one.</summary>
    public static F32[] Load(PtxWriter w, Plane plane, U32 at) =>
        plane.IsScalar ? [w.LoadShared(at, plane.At)] : w.LoadShared4(at, plane.At);

    /// <summary>Writes a cell.</summary>
    /// <param name="w">The kernel.</param>
    /// <param name="plane">The plane.</param>
    /// <param name="at">Where it lies.</param>
    /// <param name="values">Four numbers, or one; of four, a plane of one number takes the first.</param>
    public static void Store(PtxWriter w, Plane plane, U32 at, F32[] values)
    {
        if (plane.IsScalar)
            w.StoreShared(at, plane.At, values[0]);
        else
            w.StoreShared4(at, plane.At, values);
    }

    /// <summary>The pixel that a position of a job writes.</summary>
    public static (U32 Y, U32 X) Pixel(PtxWriter w, PlacedJob part, U32 position)
    {
        U32 y = w.Divide(position, (uint)part.Job.Columns), x = w.Remainder(position, (uint)part.Job.Columns);
        return part.Step == 1 && part.RowPhase + part.ColumnPhase == 0
            ? (y, x)
            : (w.MultiplyAdd(y, (uint)part.Step, (uint)part.RowPhase), w.MultiplyAdd(x, (uint)part.Step, (uint)part.ColumnPhase));
    }

    /// <summary>A function of two cells.</summary>
    public static F32[] Pairs(F32[] a, F32[] b, Func<F32, F32, F32> f) => [.. a.Zip(b, f)];
}
