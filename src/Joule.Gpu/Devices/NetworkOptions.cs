using Joule.Gpu.Driver;
using Joule.Gpu.Kernels;
using Joule.Gpu.Plans;

namespace Joule.Gpu.Devices;

/// <summary>Where the values of a network lie while a GPU computes with them.</summary>
public enum KernelWay
{
    /// <summary>In a block's shared memory: one kernel takes a block of chains through all layers and steps.</summary>
    SharedMemory,

    /// <summary>In global memory: each layer is a launch of its own, for all chains.</summary>
    GlobalMemory,
}

/// <summary>How a GPU runs networks.</summary>
internal sealed record NetworkOptions
{
    /// <summary>
    /// Where values lie; null: in shared memory if those of one chain fit it, and products are float32 as everything there.
    /// </summary>
    public KernelWay? Way { get; init; }

    /// <summary>How products over global memory multiply.</summary>
    public ProductPrecision Precision { get; init; } = ProductPrecision.Float32;

    /// <summary>The cut of all products over global memory; null: chosen for each.</summary>
    public ProductCut? Cut { get; init; }

    /// <summary>Largest global memory for values, in bytes; null: a gibibyte, but no more than a quarter of the GPU's memory.</summary>
    public long? MostBytes { get; init; }

    /// <summary>The way that a network goes.</summary>
    /// <param name="plan">The network.</param>
    /// <param name="gpu">The GPU.</param>
    /// <param name="withTrajectories">Whether chains with leapfrog trajectories are to run.</param>
    public KernelWay WayOf(KernelPlan plan, GpuInfo gpu, bool withTrajectories)
    {
        bool isShared = Precision == ProductPrecision.Float32 && SharedBytes(plan, gpu, withTrajectories) <= gpu.SharedBytesOfBlock;
        return Way ?? (isShared ? KernelWay.SharedMemory : KernelWay.GlobalMemory);
    }

    /// <summary>
    /// The way that the gradient of a network's weights goes: through shared memory if a block has room for as many states as pay for
    /// the block's sums, and memory for one block's sums on each multiprocessor.
    /// </summary>
    /// <param name="plan">The network, planned for training.</param>
    /// <param name="gpu">The GPU.</param>
    public KernelWay WayOfTraining(KernelPlan plan, GpuInfo gpu)
    {
        if (Way is { } forced)
            return forced;
        bool isShared = Precision == ProductPrecision.Float32
            && (long)plan.Targets.Length * gpu.Multiprocessors <= GradientLauncher.MostSumFloats
            && TrainingBytes(plan, gpu) <= gpu.SharedBytesOfBlock;
        return isShared ? KernelWay.SharedMemory : KernelWay.GlobalMemory;
    }

    /// <summary>Shared memory that the kernel of the gradient of the weights takes for the fewest states that pay, in bytes.</summary>
    /// <param name="plan">The network, planned for training.</param>
    /// <param name="gpu">The GPU.</param>
    public static int TrainingBytes(KernelPlan plan, GpuInfo gpu)
    {
        BlockCut least = BlockCut.OfWeights(gpu, 1, plan.UsesOfWeight).First();
        BlockFrame frame = new(least.Chains, least.Threads);
        _ = new NetworkEmitter(frame, plan);
        return frame.W.SharedBytes;
    }

    /// <summary>Shared memory that a kernel of chains takes for one chain, in bytes.</summary>
    /// <inheritdoc cref="WayOf"/>
    public static int SharedBytes(KernelPlan plan, GpuInfo gpu, bool withTrajectories)
    {
        BlockFrame frame = new(1, BlockCut.OfNetwork(gpu, 1).First().Threads);
        NetworkEmitter emitter = new(frame, plan);
        _ = new ChainSums(frame, ChainKernel.BlocksOf(emitter.Width));
        if (withTrajectories)
            LeapfrogKernel.TakeShared(frame, emitter.Width);
        return frame.W.SharedBytes;
    }
}
