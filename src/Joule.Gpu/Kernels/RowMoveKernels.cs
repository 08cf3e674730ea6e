using Joule.Gpu.Ptx;

namespace Joule.Gpu.Kernels;

/// <summary>Kernels that move rows to other places or change each number alone; a block takes a row.</summary>
internal static class RowMoveKernels
{
    private const int Group = 64, Lanes = 16; // draws of a group, and blocks of the generator that make them

    /// <summary>Copies rows together. Parameters: rows to choose from; their indices; target; width.</summary>
    /// <param name="threads">Threads of a block.</param>
    public static KernelText Gather(int threads) => Move(threads, apart: false);

    /// <summary>Copies rows apart. Parameters: rows; the indices of the target's rows; target; width.</summary>
    /// <param name="threads">Threads of a block.</param>
    public static KernelText Scatter(int threads) => Move(threads, apart: true);

    /// <summary>
    /// x ← clamp(x + σ·ξ). Parameters: rows; width; σ; the walls; seed and step, low and high words, the latter with the purpose; the chain
    /// of the first row.
    /// </summary>
    /// <param name="threads">Threads of a block.</param>
    public static KernelText AddNoise(int threads)
    {
        PtxWriter w = new();
        Address rows = w.Pointer("rows");
        U32 width = w.WordParameter("width");
        F32 sigma = w.FloatParameter("noise_scale"), low = w.FloatParameter("low"), high = w.FloatParameter("high");
        NormalDraws draws = new(w, w.WordParameter("seed_low"), w.WordParameter("seed_high"));
        U32 stepLow = w.WordParameter("step_low"), stepHigh = w.WordParameter("step_high"), row = w.Block();
        U32 chain = w.Add(w.WordParameter("first_chain"), row);
        U32 groups = w.MultiplyAdd(w.Divide(width, Group), Lanes, w.Min(w.Remainder(width, Group), Lanes));
        w.Loop(w.Thread(), (uint)threads, groups, counter =>
        {
            F32[] noise = draws.Normals(counter, chain, stepLow, stepHigh);
            U32 first = w.MultiplyAdd(w.Divide(counter, Lanes), Group, w.Remainder(counter, Lanes));
            for (int n = 0; n < noise.Length; n++)
            {
                int draw = n;
                U32 number = w.Add(first, (uint)(n * Lanes));
                w.If(w.Less(number, width), () =>
                {
                    Address at = w.Element(rows, w.MultiplyAdd(row, width, number), 4);
                    F32 moved = w.MultiplyAdd(sigma, noise[draw], w.LoadGlobal(at));
                    w.StoreGlobal(at, 0, w.Min(w.Max(moved, low), high));
                });
            }
        });
        return w.Finish("rows_add_noise", threads);
    }

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
