using Joule.Gpu.Ptx;

namespace Joule.Gpu.Kernels;

/// <summary>A place in a job's packed weights, which moves on as they are read.</summary>
internal abstract class WeightPointer
{
    /// <summary>Four weights some bytes on.</summary>
    public abstract F32[] Load4(int offset);

    /// <summary>Moves on.</summary>
    public abstract void Increase(int bytes);

    /// <summary>In global memory.</summary>
    /// <param name="w">The kernel.</param>
    /// <param name="at">The place, in a register that changes.</param>
    public static WeightPointer InGlobal(PtxWriter w, Address at) => new OfGlobal(w, at);

    /// <summary>In the block's shared memory.</summary>
    /// <param name="w">The kernel.</param>
    /// <param name="at">The place, in a register that changes.</param>
    /// <param name="offset">Bytes that are added to it.</param>
    public static WeightPointer InShared(PtxWriter w, U32 at, int offset) => new OfShared(w, at, offset, w.LoadShared4);

    /// <summary>In the shared memory of a block of the cluster.</summary>
    /// <inheritdoc cref="InShared"/>
    public static WeightPointer InCluster(PtxWriter w, U32 at, int offset) => new OfShared(w, at, offset, w.LoadCluster4);

    private sealed class OfGlobal(PtxWriter w, Address at) : WeightPointer
    {
        public override F32[] Load4(int offset) => w.LoadConstants4(at, offset);

        public override void Increase(int bytes) => w.Increase(at, bytes);
    }

    private sealed class OfShared(PtxWriter w, U32 at, int start, Func<U32, int, F32[]> load) : WeightPointer
    {
        public override F32[] Load4(int offset) => load(at, start + offset);

        public override void Increase(int bytes) => w.Increase(at, (uint)bytes);
    }
}
