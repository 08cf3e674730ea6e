using Joule.Gpu.Ptx;

namespace Joule.Gpu.Kernels;

/// <summary>The energies of states. Parameters: the energy's constants, states, energies, and the number of states.</summary>
internal static class EnergyKernel
{
    /// <summary>Writes the kernel.</summary>
    /// <param name="frame">The block; its chains are states.</param>
    /// <param name="energy">The energy, written into the frame.</param>
    public static KernelText Write(BlockFrame frame, EnergyEmitter energy)
    {
        PtxWriter w = frame.W;
        Address constants = w.Pointer("constants"), states = w.Pointer("states"), energies = w.Pointer("energies");
        U32 count = w.WordParameter("count");
        w.BeginShared();
        U32 firstRow = w.Multiply(w.Block(), (uint)frame.Chains);
        energy.Begin(constants, withGradient: false);
        energy.Join();
        uint width = (uint)energy.Width;
        frame.Spread(frame.Chains * energy.Width, item =>
        {
            U32 state = w.Divide(item, width), number = w.Remainder(item, width), row = w.Add(firstRow, state);
            w.If(w.Less(row, count), () => energy.States.Store(w, state, number,
                w.LoadGlobal(w.Element(states, w.MultiplyAdd(row, width, number), 4))));
        });
        w.Barrier();
        energy.Emit(withGradient: false);
        frame.ForChains(() =>
        {
            U32 row = w.Add(firstRow, frame.Thread);
            w.If(w.Less(row, count), () => w.StoreGlobal(w.Element(energies, row, 4), 0, energy.Energy));
        });
        energy.Leave();
        return w.Finish($"energy_{frame.Suffix}", frame.Threads, frame.Blocks);
    }
}
