using Joule.Gpu.Plans;
using Joule.Gpu.Ptx;

namespace Joule.Gpu.Kernels;

/// <summary>Numbers of a block's chains in shared memory, as many for each chain, in the public order.</summary>
internal abstract class Numbers
{
    /// <summary>The byte where the first one lies.</summary>
    public abstract int At { get; }

    /// <summary>The byte of a number of a chain, counted from <see cref="At"/>, for an offset to be added.</summary>
    public U32 Base(PtxWriter w, U32 chain, U32 number) => w.SharedBase(Float(w, chain, number), sizeof(float));

    /// <summary>A number.</summary>
    public F32 Load(PtxWriter w, U32 chain, U32 number) => w.LoadShared(Base(w, chain, number), At);

    /// <summary>Writes a number.</summary>
    public void Store(PtxWriter w, U32 chain, U32 number, F32 value) => w.StoreShared(Base(w, chain, number), At, value);

    /// <summary>The float of a number, counted from <see cref="At"/>.</summary>
    protected abstract U32 Float(PtxWriter w, U32 chain, U32 number);
}

/// <summary>Numbers that follow each other.</summary>
/// <param name="at">The byte where the first one lies.</param>
/// <param name="width">Numbers of a chain.</param>
internal sealed class FlatNumbers(int at, int width) : Numbers
{
    /// <inheritdoc/>
    public override int At => at;

    /// <summary>Takes shared memory for numbers.</summary>
    public static FlatNumbers Take(BlockFrame frame, int width) => new(frame.W.TakeShared(frame.Chains * width), width);

    /// <inheritdoc/>
    protected override U32 Float(PtxWriter w, U32 chain, U32 number) => w.MultiplyAdd(chain, (uint)width, number);
}

/// <summary>The numbers of a plane.</summary>
/// <param name="plane">The plane.</param>
internal sealed class PlaneNumbers(Plane plane) : Numbers
{
    /// <inheritdoc/>
    public override int At => plane.At;

    /// <inheritdoc/>
    protected override U32 Float(PtxWriter w, U32 chain, U32 number)
    {
        U32 start = w.MultiplyAdd(chain, (uint)plane.Floats, (uint)plane.Pixel(0, 0));
        if (plane.Pixels == 1)
            return w.Add(start, number);
        (U32 channel, U32 pixel) = plane.Channels == 1
            ? (w.Constant(0u), number)
            : (w.Divide(number, (uint)plane.Pixels), w.Remainder(number, (uint)plane.Pixels));
        U32 y = w.Divide(pixel, (uint)plane.Width), x = w.Remainder(pixel, (uint)plane.Width);
        return w.Add(w.MultiplyAdd(y, (uint)plane.RowFloats, w.MultiplyAdd(x, (uint)plane.PixelFloats, start)), channel);
    }
}
