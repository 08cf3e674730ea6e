using Joule.Gpu.Plans;
using Joule.Gpu.Ptx;

namespace Joule.Gpu.Kernels;

/// <summary>
/// Sums the gradient of a map's outputs over all pixels of all chains: the gradient of its bias, or of the constant of a part of the
/// energy. A block takes some channels and a part of the pixels; its threads' sums are added in halves.
/// </summary>
/// <param name="product">The product of a bias.</param>
/// <param name="parts">Parts of the pixels.</param>
/// <param name="threads">Threads of a block.</param>
internal sealed class BiasSumKernel(WeightProduct product, int parts, int threads)
{
    private const int MostAcross = 32, LeastTerms = 8; // quads of a block; terms of a thread

    private readonly int _across = Across(product, threads), _lines = Lines(product, threads);

    private Plane Anchor => product.Job.Anchor;

    /// <summary>The parts that give each multiprocessor two blocks, as long as threads have enough to sum.</summary>
    /// <param name="product">The product.</param>
    /// <param name="terms">Terms of all chains.</param>
    /// <param name="threads">Threads of a block.</param>
    /// <param name="multiprocessors">Multiprocessors of the GPU.</param>
    public static int Parts(WeightProduct product, long terms, int threads, int multiprocessors)
    {
        long most = terms / ((long)LeastTerms * Lines(product, threads));
        return (int)Math.Clamp(Math.Min(most, 2L * multiprocessors / Groups(product, threads)), 1, 1024);
    }

    /// <summary>Blocks of a launch.</summary>
    public int Blocks => Groups(product, threads) * parts;

    /// <summary>Writes the kernel.</summary>
    /// <param name="w">The kernel, nothing of whose shared memory is taken.</param>
    /// <param name="anchor">The numbers to be summed.</param>
    /// <param name="chains">Number of chains.</param>
    /// <param name="finish">Receives row 0, part, quad of channels, and four sums.</param>
    public void Write(PtxWriter w, Address anchor, U32 chains, Action<U32, U32, U32, F32[]> finish)
    {
        int at = w.TakeShared(4 * threads);
        w.BeginShared();
        U32 thread = w.Thread(), block = w.Block();
        U32 quad = w.MultiplyAdd(w.Divide(block, (uint)parts), (uint)_across, w.Remainder(thread, (uint)_across));
        U32 part = w.Remainder(block, (uint)parts), line = w.Divide(thread, (uint)_across);
        (U32 first, U32 count) = WeightProductKernel.Parts(w, w.Multiply(chains, (uint)product.Pixels), part, parts);
        F32[] sums = [w.Constant(0f), w.Constant(0f), w.Constant(0f), w.Constant(0f)];
        w.If(w.Both(w.Less(line, (uint)_lines), w.Less(quad, (uint)Anchor.Quads)), () =>
            w.Loop(w.Add(first, line), (uint)_lines, w.Add(first, count), term =>
            {
                U32 pixel = new WeightTerm(w, term).Pixel(product.Anchor);
                Address from = w.Element(anchor, Anchor.IsScalar ? pixel : w.MultiplyAdd(quad, 4, pixel), sizeof(float));
                F32[] next = Anchor.IsScalar ? [w.LoadGlobal(from)] : w.LoadConstants4(from);
                for (int c = 0; c < next.Length; c++)
                    w.AddTo(sums[c], next[c]);
            }));
        U32 own = w.SharedBase(thread, 16);
        for (int half = _lines / 2; half >= 1; half /= 2)
        {
            int apart = half * _across * 16;
            w.If(w.Less(line, (uint)(2 * half)), () => w.StoreShared4(own, at, sums));
            w.Barrier();
            w.If(w.Less(line, (uint)half), () =>
            {
                F32[] other = w.LoadShared4(own, at + apart);
                for (int c = 0; c < 4; c++)
                    w.AddTo(sums[c], other[c]);
            });
        }
        w.If(w.Both(w.IsZero(line), w.Less(quad, (uint)Anchor.Quads)), () => finish(w.Constant(0u), part, quad, sums));
    }

    private static int Across(WeightProduct product, int threads) => Math.Min(product.Job.Anchor.Quads, Math.Min(MostAcross, threads));

    // A power of two, for sums in halves.
    private static int Lines(WeightProduct product, int threads) =>
        1 << (int)uint.Log2((uint)(threads / Across(product, threads)));

    private static int Groups(WeightProduct product, int threads)
    {
        int across = Across(product, threads);
        return (product.Job.Anchor.Quads + across - 1) / across;
    }
}
