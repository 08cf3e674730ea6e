using Joule.Gpu.Ptx;

namespace Joule.Gpu.Kernels;

/// <summary>
/// A product of a weight matrix with the vectors of a block's chains, both by all threads of the block: out[r][m] = Σₖ W[k][m]·in[r][k]. A
/// thread takes four outputs of all chains and a part of the inputs; the parts' sums go to shared memory, where <see cref="Sum"/> adds them
/// in a fixed order.
/// </summary>
/// <param name="Inputs">Inputs, a multiple of four.</param>
/// <param name="Outputs">Outputs, a multiple of four.</param>
/// <param name="Chains">Chains of a block.</param>
/// <param name="Threads">Threads of a block.</param>
internal sealed record ProductPhase(int Inputs, int Outputs, int Chains, int Threads)
{
    private const int Unrolled = 2; // groups of four inputs whose weights are fetched together

    /// <summary>Parts that the inputs are cut into.</summary>
    public int Parts => (Groups + GroupsOfPart - 1) / GroupsOfPart;

    /// <summary>Floats of shared memory for the parts' sums.</summary>
    public int PartialFloats => Parts * Chains * Outputs;

    private int Quads => Outputs / 4;

    private int Groups => Inputs / 4;

    // As many parts as there are threads for; no part is empty.
    private int GroupsOfPart => (Groups + MostParts - 1) / MostParts;

    private int MostParts => Math.Clamp(Threads / Quads, 1, Groups);

    /// <summary>Writes the product. A barrier must follow before <see cref="Sum"/>.</summary>
    /// <param name="w">The kernel.</param>
    /// <param name="thread">The thread's index.</param>
    /// <param name="weights">The matrix: row k has the weights of input k.</param>
    /// <param name="input">The byte of the first chain's inputs in shared memory.</param>
    /// <param name="stride">Bytes from one chain's inputs to the next.</param>
    /// <param name="partials">The byte of the parts' sums in shared memory.</param>
    public void Emit(PtxWriter w, U32 thread, Address weights, int input, int stride, int partials)
    {
        w.Spread(thread, Threads, Quads * Parts, slot =>
        {
            U32 quad = w.Remainder(slot, (uint)Quads), part = w.Divide(slot, (uint)Quads);
            U32 first = w.Multiply(part, (uint)GroupsOfPart);
            Address at = w.Element(weights, w.MultiplyAdd(first, (uint)Outputs, quad), 16);
            U32 from = w.SharedBase(first, 16);
            F32[,] sums = new F32[Chains, 4];
            foreach (ref F32 sum in System.Runtime.InteropServices.MemoryMarshal.CreateSpan(ref sums[0, 0], sums.Length))
                sum = w.Constant(0f);
            // All parts but the last have the same length.
            int last = Groups - (Parts - 1) * GroupsOfPart;
            U32 left = last == GroupsOfPart
                ? w.Constant((uint)GroupsOfPart)
                : w.Select(w.Less(part, (uint)(Parts - 1)), w.Constant((uint)GroupsOfPart), w.Constant((uint)last));
            Loop(w, at, from, left, input, stride, sums);
            U32 to = w.SharedBase(w.MultiplyAdd(part, (uint)(Chains * Quads), quad), 16);
            for (int r = 0; r < Chains; r++)
                w.StoreShared4(to, partials + r * Quads * 16, [sums[r, 0], sums[r, 1], sums[r, 2], sums[r, 3]]);
        });
    }

    /// <summary>The sums of all parts for four outputs of a chain.</summary>
    /// <param name="w">The kernel.</param>
    /// <param name="item">chain · (outputs / 4) + quad.</param>
    /// <param name="partials">The byte of the parts' sums in shared memory.</param>
    public F32[] Sum(PtxWriter w, U32 item, int partials)
    {
        U32 from = w.SharedBase(item, 16);
        F32[] sums = w.LoadShared4(from, partials);
        for (int p = 1; p < Parts; p++)
        {
            F32[] next = w.LoadShared4(from, partials + p * Chains * Outputs * sizeof(float));
            for (int c = 0; c < 4; c++)
                sums[c] = w.Add(sums[c], next[c]);
        }
        return sums;
    }

    // Groups of four inputs, several in a turn, then one by one.
    private void Loop(PtxWriter w, Address at, U32 from, U32 left, int input, int stride, F32[,] sums)
    {
        int rowBytes = Outputs * sizeof(float);
        foreach (int groups in (int[])[Unrolled, 1])
        {
            Label top = w.NewLabel(), end = w.NewLabel();
            w.Place(top);
            w.JumpIf(w.Less(left, (uint)groups), end);
            F32[][] weights = new F32[4 * groups][];
            for (int k = 0; k < weights.Length; k++)
                weights[k] = w.LoadConstants4(at, k * rowBytes);
            for (int g = 0; g < groups; g++)
            {
                for (int r = 0; r < Chains; r++)
                {
                    F32[] x = w.LoadShared4(from, input + r * stride + g * 16);
                    for (int k = 0; k < 4; k++)
                    {
                        for (int c = 0; c < 4; c++)
                            w.Accumulate(sums[r, c], x[k], weights[4 * g + k][c]);
                    }
                }
            }
            w.Increase(at, 4 * groups * rowBytes);
            w.Increase(from, (uint)groups * 16);
            w.Decrease(left, (uint)groups);
            w.Jump(top);
            w.Place(end);
        }
    }
}
