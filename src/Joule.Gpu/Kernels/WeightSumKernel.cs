using Joule.Gpu.Ptx;

namespace Joule.Gpu.Kernels;

/// <summary>
/// Adds the sums of all blocks of <see cref="WeightGradientKernel"/>, in the order of blocks, to the gradient of the parameter that each
/// belongs to. Parameters: sums, the index of each one's parameter, gradient, and the number of blocks.
/// </summary>
internal static class WeightSumKernel
{
    /// <summary>Threads of a block; each takes one sum.</summary>
    public const int Threads = 256;

    private const int Together = 8; // loads under way

    /// <summary>Writes the kernel.</summary>
    /// <param name="floats">Floats of a block's sums.</param>
    public static KernelText Write(int floats)
    {
        PtxWriter w = new();
        Address sums = w.Pointer("sums"), targets = w.Pointer("targets"), gradient = w.Pointer("gradient");
        U32 left = w.WordParameter("blocks");
        U32 item = w.MultiplyAdd(w.Block(), Threads, w.Thread());
        w.If(w.Less(item, (uint)floats), () =>
        {
            Address from = w.Element(sums, item, 4);
            F32 total = w.Constant(0f);
            foreach (int loads in (int[])[Together, 1])
            {
                Label top = w.NewLabel(), end = w.NewLabel();
                w.Place(top);
                w.JumpIf(w.Less(left, (uint)loads), end);
                F32[] next = new F32[loads];
                for (int i = 0; i < loads; i++)
                {
                    next[i] = w.LoadConstant(from);
                    w.Increase(from, floats * sizeof(float));
                }
                foreach (F32 one in next)
                    w.AddTo(total, one);
                w.Decrease(left, (uint)loads);
                w.Jump(top);
                w.Place(end);
            }
            U32 target = w.LoadConstantWord(w.Element(targets, item, 4));
            // Padding belongs to no parameter: its index has all bits set.
            w.Unless(w.IsZero(w.Add(target, 1)), () =>
            {
                Address at = w.Element(gradient, target, 4);
                w.StoreGlobal(at, 0, w.Add(w.LoadGlobal(at), total));
            });
        });
        return w.Finish("weight_sum", Threads);
    }
}
