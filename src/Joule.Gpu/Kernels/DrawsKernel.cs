using Joule.Gpu.Ptx;

namespace Joule.Gpu.Kernels;

/// <summary>
/// Writes the standard normal draws of a chain to memory: a check that a card draws as the processor does. Thread i of all makes draws
/// 64·(i / 16) + i mod 16 + 0, 16, 32, 48.
/// </summary>
internal static class DrawsKernel
{
    /// <summary>The kernel. Parameters: target; seed and step, low and high words, the latter with the purpose; chain.</summary>
    /// <param name="threads">Threads of a block.</param>
    public static KernelText Write(int threads)
    {
        PtxWriter w = new();
        Address target = w.Pointer("target");
        NormalDraws draws = new(w, w.WordParameter("seed_low"), w.WordParameter("seed_high"));
        U32 stepLow = w.WordParameter("step_low"), stepHigh = w.WordParameter("step_high"), chain = w.WordParameter("chain");
        U32 counter = w.MultiplyAdd(w.Block(), (uint)threads, w.Thread());
        F32[] normals = draws.Normals(counter, chain, stepLow, stepHigh);
        Address at = w.Element(target, w.MultiplyAdd(w.Divide(counter, 16), 64, w.Remainder(counter, 16)), 4);
        for (int n = 0; n < 4; n++)
            w.StoreGlobal(at, n * 64, normals[n]);
        return w.Finish("draws", threads);
    }
}
