using Joule.Compute;
using Joule.Energies;
using Joule.Evaluation;
using Joule.Gpu.Driver;
using Joule.Samplers;

namespace Joule.Gpu.Devices;

/// <summary>How a GPU would run an energy or its chains, or why it cannot. Found without a GPU, from the text of the kernels.</summary>
/// <param name="Use">What is run: <c>score</c>, or the name of a sampler.</param>
public sealed record KernelFit(string Use)
{
    private const int SystemShared = 1024, MostBlocks = 32; // of a block, of a multiprocessor

    /// <summary>Why it cannot run, and what to do; null if it can.</summary>
    public string? WhyNot { get; private init; }

    /// <summary>Where the values of the layers lie.</summary>
    public KernelWay Way { get; private init; }

    /// <summary>Global memory for the values of a chain, in bytes; 0 if they lie in shared memory.</summary>
    public long GlobalBytesOfChain { get; private init; }

    /// <summary>Launches of one evaluation, or of a chain's steps: of any number in shared memory, of one over global memory.</summary>
    public int Launches { get; private init; }

    /// <summary>Chains or states of a block.</summary>
    public int Chains { get; private init; }

    /// <summary>Threads of a block.</summary>
    public int Threads { get; private init; }

    /// <summary>Shared memory of a block, in bytes.</summary>
    public int SharedBytes { get; private init; }

    /// <summary>The most chains that run at the same time, if a thread's registers allow it; the others wait.</summary>
    public int ChainsAtOnce { get; private init; }

    /// <summary>Whether the block was found by timing.</summary>
    public bool IsTimed { get; private init; }

    /// <summary>Weights that a block keeps in shared memory, in bytes, part of <see cref="SharedBytes"/>.</summary>
    public int WeightBytes { get; private init; }

    /// <summary>Blocks that read each other's weights; 1: there are no clusters.</summary>
    public int Cluster { get; private init; } = 1;

    /// <summary>Plans scores, for a chunk of states, and chains, for as many as fill the GPU.</summary>
    /// <param name="gpu">The GPU.</param>
    /// <param name="load">Loads the energy for a device, which is disposed afterwards.</param>
    /// <param name="sampler">The sampler of the chains.</param>
    /// <exception cref="InvalidInputException">The energy cannot be loaded for a GPU.</exception>
    public static IReadOnlyList<KernelFit> Of(GpuInfo gpu, Func<Device, Energy> load, SamplerOptions sampler) =>
        Of(gpu, load, sampler, null);

    /// <summary>Plans scores and chains with the blocks that were found by timing.</summary>
    /// <param name="gpu">The GPU.</param>
    /// <param name="load">Loads the energy for a device, which is disposed afterwards.</param>
    /// <param name="sampler">The sampler of the chains.</param>
    /// <param name="tunings">What was found; null: nothing.</param>
    /// <exception cref="InvalidInputException">The energy cannot be loaded for a GPU.</exception>
    internal static IReadOnlyList<KernelFit> Of(
        GpuInfo gpu, Func<Device, Energy> load, SamplerOptions sampler, TuningFiles? tunings)
    {
        ArgumentNullException.ThrowIfNull(gpu);
        PlanningEngine engine = new(gpu);
        using GpuDevice device = new(engine, tunings is null ? null : new KernelTuner(engine, tunings));
        return Each(device, load, sampler, (use, energy, withTrajectories, run) =>
        {
            run(); // packs the weights, too
            engine.Begin();
            run();
            if (device.Kernels.Global(energy, withTrajectories) is { } network)
            {
                return new KernelFit(use)
                {
                    Way = KernelWay.GlobalMemory,
                    Launches = engine.Launches.Count,
                    GlobalBytesOfChain = network.BytesOfChain,
                    ChainsAtOnce = (int)Math.Clamp(network.MostBytes / network.BytesOfChain, 1, int.MaxValue),
                };
            }
            CutKernel kernel = device.Kernels.Last!;
            return new KernelFit(use)
            {
                Launches = engine.Launches.Count,
                Chains = kernel.Cut.Chains,
                Threads = kernel.Cut.Threads,
                SharedBytes = kernel.SharedBytes,
                WeightBytes = kernel.ResidentBytes,
                Cluster = kernel.Cluster,
                IsTimed = kernel.IsTimed,
                ChainsAtOnce = gpu.Multiprocessors * BlocksAtOnce(gpu, kernel.Cut.Threads, kernel.SharedBytes) * kernel.Cut.Chains,
            };
        });
    }

    /// <summary>Runs what <see cref="Of(GpuInfo, Func{Device, Energy}, SamplerOptions)"/> plans, as far as the GPU can.</summary>
    /// <param name="device">The GPU.</param>
    /// <param name="load">Loads the energy for it; the energy is disposed afterwards.</param>
    /// <param name="sampler">The sampler of the chains.</param>
    /// <exception cref="InvalidInputException">The energy cannot be loaded for a GPU.</exception>
    internal static void Run(GpuDevice device, Func<Device, Energy> load, SamplerOptions sampler) =>
        Each(device, load, sampler, (use, _, _, run) =>
        {
            try
            {
                run();
            }
            catch (DivergenceException)
            {
                // The blocks have been timed before; where chains that start at 0 go does not matter.
            }
            return new KernelFit(use);
        });

    private static KernelFit[] Each(GpuDevice device, Func<Device, Energy> load, SamplerOptions sampler,
        Func<string, Energy, bool, Action, KernelFit> fit)
    {
        ArgumentNullException.ThrowIfNull(load);
        ArgumentNullException.ThrowIfNull(sampler);
        Energy energy = load(device);
        using IDisposable? owner = energy as IDisposable;
        int count = 64 * Math.Max(1, device.Info.Multiprocessors);
        using DeviceBuffer memory = device.Allocate((long)count * energy.Space.Width);
        Rows states = memory.AsRows(count, energy.Space.Width);
        return
        [
            Plan("score", false, () =>
            {
                int chunk = Math.Min(count, EnergyOfStates.ChunkRows);
                using EnergyEvaluation evaluation = new(device, energy);
                evaluation.Run(states.Slice(0, chunk), new float[chunk]);
            }),
            Plan(Catalogue.NameOf(sampler.GetType()) ?? sampler.GetType().Name, sampler is not LangevinOptions, () =>
            {
                using ChainLoop loop = new(device, energy, count);
                loop.Run(sampler.Create(energy), states, 1, default);
            }),
        ];

        KernelFit Plan(string use, bool withTrajectories, Action run)
        {
            try
            {
                return fit(use, energy, withTrajectories, run);
            }
            catch (InvalidInputException e)
            {
                return new KernelFit(use) { WhyNot = e.Message };
            }
        }
    }

    private static int BlocksAtOnce(GpuInfo gpu, int threads, int shared) => Math.Clamp(
        Math.Min(gpu.SharedBytesOfMultiprocessor / (shared + SystemShared), gpu.ThreadsOfMultiprocessor / Math.Max(1, threads)),
        1, MostBlocks);
}
