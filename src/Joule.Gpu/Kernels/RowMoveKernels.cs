using Joule.Gpu.Ptx;

namespace Joule.Gpu.Kernels;

/// <summary>Kernels that move rows to other places or change each number alone; a block takes a row.</summary>
internal static class RowMoveKernels
{
    /// <summary>Copies rows together. Parameters: rows to choose from; their indices; target; width.</summary>
    /// <param name="threads">Threads of a block.</param>
    public static KernelText Gather(int threads) => Move(threads, apart: false);

    /// <summary>Copies rows apart. Parameters: rows; the indices of the target's rows; target; width.</summary>
    /// <param name="threads">Threads of a block.</param>
    public static KernelText Scatter(int threads) => Move(threads, apart: true);

    /// <summary>x ← clamp(x). Parameters: rows; width; the lower and the upper wall of each column.</summary>
    /// <param name="threads">Threads of a block.</param>
    public static KernelText Clamp(int threads)
    {
        PtxWriter w = new();
        Address rows = w.Pointer("rows");
        U32 width = w.WordParameter("width"), row = w.Block();
        Address low = w.Pointer("low"), high = w.Pointer("high");
        w.Loop(w.Thread(), (uint)threads, width, number =>
        {
            Address at = w.Element(rows, w.MultiplyAdd(row, width, number), 4);
            F32 raised = w.Max(w.LoadGlobal(at), w.LoadConstant(w.Element(low, number, 4)));
            w.StoreGlobal(at, 0, w.Min(raised, w.LoadConstant(w.Element(high, number, 4))));
        });
        return w.Finish("rows_clamp", threads);
    }

    private static KernelText Move(int threads, bool apart)
    {
        PtxWriter w = new();
        Address from = w.Pointer("from"), which = w.Pointer("which"), to = w.Pointer("to");
        U32 width = w.WordParameter("width"), row = w.Block();
        U32 other = w.LoadConstantWord(w.Element(which, row, 4));
        w.Loop(w.Thread(), (uint)threads, width, number =>
        {
            U32 near = w.MultiplyAdd(row, width, number), far = w.MultiplyAdd(other, width, number);
            w.StoreGlobal(w.Element(to, apart ? far : near, 4), 0, w.LoadGlobal(w.Element(from, apart ? near : far, 4)));
        });
        return w.Finish(apart ? "rows_scatter" : "rows_gather", threads);
    }
}
