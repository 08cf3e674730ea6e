using Joule.Gpu.Ptx;

namespace Joule.Gpu.Kernels;

/// <summary>
/// The energies of states, and their gradients with respect to the states if those are wanted. Parameters: the energy's constants, states,
/// energies, gradients if wanted, and the number of states.
/// </summary>
internal static class EnergyKernel
{
    /// <summary>Writes the kernel.</summary>
    /// <param name="frame">The block; its chains are states.</param>
    /// <param name="energy">The energy, written into the frame.</param>
    public static KernelText Write(BlockFrame frame, EnergyEmitter energy) => Write(frame, energy, withGradient: false);

    /// <summary>Writes the kernel with gradients.</summary>
    /// <inheritdoc cref="Write(BlockFrame, EnergyEmitter)"/>
    public static KernelText WriteGradient(BlockFrame frame, EnergyEmitter energy) => Write(frame, energy, withGradient: true);

    private static KernelText Write(BlockFrame frame, EnergyEmitter energy, bool withGradient)
    {
        PtxWriter w = frame.W;
        Address constants = w.Pointer("constants"), states = w.Pointer("states"), energies = w.Pointer("energies");
        Address? gradients = withGradient ? w.Pointer("gradients") : null;
        U32 count = w.WordParameter("count");
        w.BeginShared();
        U32 firstRow = w.Multiply(w.Block(), (uint)frame.Chains);
        energy.Begin(constants, withGradient);
        energy.Join();
        uint width = (uint)energy.Width;
        frame.Spread(frame.Chains * energy.Width, item =>
        {
            U32 state = w.Divide(item, width), number = w.Remainder(item, width), row = w.Add(firstRow, state);
            w.If(w.Less(row, count), () => energy.States.Store(w, state, number,
                w.LoadGlobal(w.Element(states, w.MultiplyAdd(row, width, number), 4))));
        });
        w.Barrier();
        energy.Emit(withGradient);
        frame.ForChains(() =>
        {
            U32 row = w.Add(firstRow, frame.Thread);
            w.If(w.Less(row, count), () => w.StoreGlobal(w.Element(energies, row, 4), 0, energy.Energy));
        });
        if (gradients is { } to)
        {
            frame.Spread(frame.Chains * energy.Width, item =>
            {
                U32 state = w.Divide(item, width), number = w.Remainder(item, width), row = w.Add(firstRow, state);
                w.If(w.Less(row, count), () => w.StoreGlobal(
                    w.Element(to, w.MultiplyAdd(row, width, number), 4), 0, energy.Gradient.Load(w, state, number)));
            });
        }
        energy.Leave();
        return w.Finish($"energy{(withGradient ? "_gradient" : "")}_{frame.Suffix}", frame.Threads, frame.Blocks);
    }
}
