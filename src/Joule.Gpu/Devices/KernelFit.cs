using Joule.Compute;
using Joule.Energies;
using Joule.Evaluation;
using Joule.Gpu.Driver;
using Joule.Gpu.Plans;
using Joule.Networks;
using Joule.Samplers;

namespace Joule.Gpu.Devices;

/// <summary>How a GPU would run an energy or its chains, or why it cannot. Found without a GPU, from the text of the kernels.</summary>
/// <param name="Use">What is run: <c>score</c>, the name of a sampler, or <c>train</c>.</param>
public sealed record KernelFit(string Use)
{
    private const string Training = "train";
    private const int SystemShared = 1024, MostBlocks = 32; // of a block, of a multiprocessor

    /// <summary>Why it cannot run, and what to do; null if it can.</summary>
    public string? WhyNot { get; private init; }

    /// <summary>Where the values of the layers lie.</summary>
    public KernelWay Way { get; private init; }

    /// <summary>Global memory for the values of a chain, in bytes; 0 if they lie in shared memory.</summary>
    public long GlobalBytesOfChain { get; private init; }

    /// <summary>
    /// Launches of one evaluation or training pass, or of a chain's steps: of any number in shared memory, of one over global memory, where
    /// this is for one group of chains.
    /// </summary>
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

    /// <summary>
    /// Plans scores, for a chunk of states, and chains, and of a network with parameters the gradient of these, for as many chains or
    /// states as fill the GPU.
    /// </summary>
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
    /// <param name="precision">How products multiply.</param>
    /// <exception cref="InvalidInputException">The energy cannot be loaded for a GPU.</exception>
    internal static IReadOnlyList<KernelFit> Of(
        GpuInfo gpu, Func<Device, Energy> load, SamplerOptions sampler, TuningFiles? tunings,
        ProductPrecision precision = ProductPrecision.Float32)
    {
        ArgumentNullException.ThrowIfNull(gpu);
        PlanningEngine engine = new(gpu);
        using GpuDevice device = new(engine, tunings is null ? null : new KernelTuner(engine, tunings)) { Precision = precision };
        return Each(device, load, sampler, work =>
        {
            work.Prepare();
            engine.Begin();
            work.Run();
            if (work.Global() is { } network)
                return OfGlobal(work, engine, network);
            CutKernel kernel = device.Kernels.Last!;
            int together = gpu.Multiprocessors * BlocksAtOnce(gpu, kernel.Cut.Threads, kernel.SharedBytes);
            return new KernelFit(work.Use)
            {
                Launches = engine.Launches.Count,
                Chains = kernel.Cut.Chains,
                Threads = kernel.Cut.Threads,
                SharedBytes = kernel.SharedBytes,
                WeightBytes = kernel.ResidentBytes,
                Cluster = kernel.Cluster,
                IsTimed = kernel.IsTimed,
                // A gradient, the launch before the last, has no more blocks than it sums.
                ChainsAtOnce = (work.Use == Training ? Math.Min(together, engine.Launches[^2].Blocks) : together) * kernel.Cut.Chains,
            };
        });
    }

    /// <summary>Runs what <see cref="Of(GpuInfo, Func{Device, Energy}, SamplerOptions)"/> plans, as far as the GPU can.</summary>
    /// <param name="device">The GPU.</param>
    /// <param name="load">Loads the energy for it; the energy is disposed afterwards.</param>
    /// <param name="sampler">The sampler of the chains.</param>
    /// <exception cref="InvalidInputException">The energy cannot be loaded for a GPU.</exception>
    internal static void Run(GpuDevice device, Func<Device, Energy> load, SamplerOptions sampler) => Each(device, load, sampler, work =>
    {
        try
        {
            work.Prepare();
            work.Run();
        }
        catch (DivergenceException)
        {
            // The blocks have been timed before; where chains that start at 0 go does not matter.
        }
        return new KernelFit(work.Use);
    });

    private static List<KernelFit> Each(GpuDevice device, Func<Device, Energy> load, SamplerOptions sampler, Func<Work, KernelFit> fit)
    {
        ArgumentNullException.ThrowIfNull(load);
        ArgumentNullException.ThrowIfNull(sampler);
        Energy energy = load(device);
        using IDisposable? owner = energy as IDisposable;
        int count = 64 * Math.Max(1, device.Info.Multiprocessors), chunk = Math.Min(count, EnergyOfStates.ChunkRows);
        using DeviceBuffer memory = device.Allocate((long)count * energy.Space.Width);
        Rows states = memory.AsRows(count, energy.Space.Width);
        List<KernelFit> fits =
        [
            Fit(new Work("score", chunk, Score, Score, () => device.Kernels.Global(energy))),
            Fit(new Work(Catalogue.NameOf(sampler.GetType()) ?? sampler.GetType().Name, count, Chain, Chain,
                () => device.Kernels.Global(energy, withTrajectories: sampler is not LangevinOptions))),
        ];
        if (energy is not NetworkEnergy { Network: { Plan.ParameterLength: > 0 } network })
            return fits;
        NetworkPass? pass = null;
        fits.Add(Fit(new Work(Training, count, () => (pass = network.CreatePass(count)).Forward(states), Pass,
            () => device.Kernels.GlobalTraining(network, along: false))));
        pass?.Dispose();
        return fits;

        void Score()
        {
            using EnergyEvaluation evaluation = new(device, energy);
            evaluation.Run(states.Slice(0, chunk), new float[chunk]);
        }

        void Chain()
        {
            using ChainLoop loop = new(device, energy, count);
            loop.Run(sampler.Create(energy), states, 1, default);
        }

        void Pass()
        {
            pass!.Forward(states);
            pass.Reverse(new float[count]);
        }

        KernelFit Fit(Work work)
        {
            try
            {
                return fit(work);
            }
            catch (InvalidInputException e)
            {
                return new KernelFit(work.Use) { WhyNot = e.Message };
            }
        }
    }

    private static KernelFit OfGlobal(Work work, PlanningEngine engine, GlobalNetwork network) => new(work.Use)
    {
        Way = KernelWay.GlobalMemory,
        Launches = engine.Launches.Count / network.Groups(work.Count),
        GlobalBytesOfChain = network.BytesOfChain,
        ChainsAtOnce = (int)Math.Clamp(network.MostBytes / network.BytesOfChain, 1, int.MaxValue),
    };

    private static int BlocksAtOnce(GpuInfo gpu, int threads, int shared) => Math.Clamp(
        Math.Min(gpu.SharedBytesOfMultiprocessor / (shared + SystemShared), gpu.ThreadsOfMultiprocessor / Math.Max(1, threads)),
        1, MostBlocks);

    /// <summary>What is planned.</summary>
    /// <param name="Use">What it is.</param>
    /// <param name="Count">Number of states or chains.</param>
    /// <param name="Prepare">What comes before, for example the packing of weights.</param>
    /// <param name="Run">The launches.</param>
    /// <param name="Global">What runs it over global memory, then; null: a kernel in shared memory.</param>
    private sealed record Work(string Use, int Count, Action Prepare, Action Run, Func<GlobalNetwork?> Global);
}
