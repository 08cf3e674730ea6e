using Joule.Gpu.Plans;
using Joule.Gpu.Ptx;

namespace Joule.Gpu.Kernels;

/// <summary>
/// Packs a network's parameters in the order in which kernels read them, as <see cref="WeightSource.Pack"/> does. Parameters: the sources,
/// the network's parameters, and where the packed weights go.
/// </summary>
internal static class PackKernel
{
    /// <summary>Threads of a block; each packs one weight.</summary>
    public const int Threads = 256;

    /// <summary>Writes the kernel.</summary>
    /// <param name="count">Number of packed weights.</param>
    public static KernelText Write(int count)
    {
        PtxWriter w = new();
        Address sources = w.Pointer("sources"), parameters = w.Pointer("parameters"), packed = w.Pointer("packed");
        U32 item = w.MultiplyAdd(w.Block(), Threads, w.Thread());
        w.If(w.Less(item, (uint)count), () =>
        {
            U32 source = w.LoadConstantWord(w.Element(sources, item, 4));
            Address to = w.Element(packed, item, 4);
            Condition isParameter = w.Less(source, unchecked((uint)WeightSource.One));
            w.If(isParameter, () => w.StoreGlobal(to, 0, w.LoadConstant(w.Element(parameters, source, 4))));
            w.Unless(isParameter, () =>
            {
                Condition isOne = w.Less(source, unchecked((uint)WeightSource.Zero));
                w.StoreGlobal(to, 0, w.Select(isOne, w.Constant(1f), w.Constant(0f)));
            });
        });
        return w.Finish("pack", Threads);
    }

    /// <summary>Blocks of a launch.</summary>
    public static int Blocks(int count) => (count + Threads - 1) / Threads;
}
