using Joule.Gpu.Ptx;

namespace Joule.Gpu.Kernels;

/// <summary>
/// Σᵢ wᵢ ∇θE(xᵢ), or Σᵢ wᵢ ∇θE(xᵢ) + ∇θ⟨vᵢ, ∇ₓE(xᵢ)⟩ with directions vᵢ, a sum for each block. Block b of n takes the groups b, b + n, …
/// of as many states as it has chains, runs forward and reverse for each in shared memory, and adds to its own sums in global memory;
/// <see cref="WeightSumKernel"/> adds those of all blocks.
/// Parameters: the network's weights, states, directions if there are any, the states' weights, sums, and the numbers of states and of
/// blocks.
/// </summary>
internal static class WeightGradientKernel
{
    /// <summary>Writes the kernel.</summary>
    /// <param name="frame">The block; its chains are states.</param>
    /// <param name="network">A network, planned for training, written into the frame.</param>
    /// <param name="floats">Floats of a block's sums.</param>
    public static KernelText Write(BlockFrame frame, NetworkEmitter network, int floats)
    {
        PtxWriter w = frame.W;
        Address constants = w.Pointer("constants"), states = w.Pointer("states");
        Address? directions = network.Directions is null ? null : w.Pointer("directions");
        Address weights = w.Pointer("weights"), sums = w.Pointer("sums");
        U32 count = w.WordParameter("count"), blocks = w.WordParameter("blocks");
        w.BeginShared();
        _ = frame.Thread;
        U32 block = w.Block();
        BlockSums own = new(w.Element(sums, block, floats * sizeof(float)), w.Constant(0u));
        U32 firstRow = w.Multiply(block, (uint)frame.Chains), step = w.Multiply(blocks, (uint)frame.Chains);
        network.Begin(constants, withGradient: true);
        Label top = w.NewLabel(), end = w.NewLabel();
        w.Place(top);
        w.JumpUnless(w.Less(firstRow, count), end);
        w.Barrier();
        uint width = (uint)network.Width;
        frame.Spread(frame.Chains * network.Width, item =>
        {
            U32 state = w.Divide(item, width), number = w.Remainder(item, width), row = w.Add(firstRow, state);
            U32 at = w.MultiplyAdd(row, width, number);
            network.States.Store(w, state, number, Read(w, row, count, states, at));
            if (directions is { } given)
                network.Directions!.Store(w, state, number, Read(w, row, count, given, at));
        });
        frame.ForChains(() =>
        {
            U32 row = w.Add(firstRow, frame.Thread);
            network.StoreWeight(Read(w, row, count, weights, row));
            if (directions is not null)
                network.StoreDirectionWeight(w.Select(w.Less(row, count), w.Constant(1f), w.Constant(0f)));
        });
        w.Barrier();
        network.EmitSums(own);
        w.Assign(own.HasEarlier, 1u);
        w.Assign(firstRow, w.Add(firstRow, step));
        w.Jump(top);
        w.Place(end);
        string along = directions is null ? "" : "_along";
        return w.Finish($"weight_gradient{along}_{frame.Chains}_{frame.Threads}", frame.Threads);
    }

    // States beyond the last one are zeros of weight 0.
    private static F32 Read(PtxWriter w, U32 row, U32 count, Address array, U32 index)
    {
        F32 value = w.Constant(0f);
        w.If(w.Less(row, count), () => w.Assign(value, w.LoadGlobal(w.Element(array, index, 4))));
        return value;
    }
}
