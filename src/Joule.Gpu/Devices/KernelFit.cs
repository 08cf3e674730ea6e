using Joule.Compute;
using Joule.Energies;
using Joule.Gpu.Driver;
using Joule.Gpu.Ptx;
using Joule.Networks;
using Joule.Samplers;

namespace Joule.Gpu.Devices;

/// <summary>How a GPU would run an energy or its chains, or why it cannot. Found without a GPU, from the text of the kernels.</summary>
/// <param name="Use">What is run: <c>score</c>, the name of a sampler, or <c>train</c>.</param>
public sealed record KernelFit(string Use)
{
    private const int SystemShared = 1024, MostBlocks = 32; // of a block, of a multiprocessor

    /// <summary>Why it cannot run, and what to do; null if it can.</summary>
    public string? WhyNot { get; private init; }

    /// <summary>Where the values of the layers lie.</summary>
    public KernelWay Way { get; private init; }

    /// <summary>Global memory for the values of a chain, in bytes; 0 if they lie in shared memory.</summary>
    public long GlobalBytesOfChain { get; private init; }

    /// <summary>
    /// Launches of one evaluation or training pass, or of a chain's steps: of any number in shared memory, of one over global memory.
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

    /// <summary>
    /// Plans scores and chains, and of a network with parameters the gradient of these, for as many chains or states as fill the GPU.
    /// </summary>
    /// <param name="gpu">The GPU.</param>
    /// <param name="load">Loads the energy for a device, which is disposed afterwards.</param>
    /// <param name="sampler">The sampler of the chains.</param>
    /// <exception cref="InvalidInputException">The energy cannot be loaded for a GPU.</exception>
    public static IReadOnlyList<KernelFit> Of(GpuInfo gpu, Func<Device, Energy> load, SamplerOptions sampler)
    {
        ArgumentNullException.ThrowIfNull(gpu);
        ArgumentNullException.ThrowIfNull(load);
        ArgumentNullException.ThrowIfNull(sampler);
        PlanningEngine engine = new(gpu);
        using GpuDevice device = new(engine);
        Energy energy = load(device);
        using IDisposable? owner = energy as IDisposable;
        int count = 64 * Math.Max(1, gpu.Multiprocessors);
        using DeviceBuffer memory = device.Allocate((long)count * energy.Space.Width);
        Rows states = memory.AsRows(count, energy.Space.Width);
        List<KernelFit> fits =
        [
            Plan("score", false, () =>
            {
                using EnergyEvaluation evaluation = new(device, energy);
                evaluation.Run(states, new float[count]);
            }),
            Plan(Catalogue.NameOf(sampler.GetType()) ?? sampler.GetType().Name, sampler is not LangevinOptions, () =>
            {
                using ChainLoop loop = new(device, energy, count);
                loop.Run(sampler.Create(energy), states, 1, default);
            }),
        ];
        if (energy is NetworkEnergy { Network: { Plan.ParameterLength: > 0 } network })
            fits.Add(OfTraining(device, engine, network, states));
        return fits;

        KernelFit Plan(string use, bool withTrajectories, Action run)
        {
            try
            {
                run(); // packs the weights, too
                engine.Begin();
                run();
            }
            catch (InvalidInputException e)
            {
                return new KernelFit(use) { WhyNot = e.Message };
            }
            if (device.Kernels.Global(energy, withTrajectories) is { } network)
                return OfGlobal(use, engine, network);
            int blocks = Math.Max(1, engine.Launches.Max(l => l.Blocks)), chains = (count + blocks - 1) / blocks;
            KernelText[] texts = [.. engine.Launches.Select(l => l.Text)];
            int threads = texts.Max(t => t.Threads), shared = texts.Max(t => t.SharedBytes);
            return new KernelFit(use)
            {
                Launches = texts.Length,
                Chains = chains,
                Threads = threads,
                SharedBytes = shared,
                ChainsAtOnce = gpu.Multiprocessors * BlocksAtOnce(gpu, threads, shared) * chains,
            };
        }
    }

    private static KernelFit OfTraining(GpuDevice device, PlanningEngine engine, Network network, Rows states)
    {
        const string Use = "train";
        try
        {
            using NetworkPass pass = network.CreatePass(states.Count);
            pass.Forward(states); // packs the weights, too
            engine.Begin();
            pass.Forward(states);
            pass.Reverse(new float[states.Count]);
        }
        catch (InvalidInputException e)
        {
            return new KernelFit(Use) { WhyNot = e.Message };
        }
        if (device.Kernels.GlobalTraining(network) is { } global)
            return OfGlobal(Use, engine, global);
        CutKernel kernel = device.Kernels.Last!;
        int together = Math.Min(BlocksAtOnce(engine.Info, kernel.Cut.Threads, kernel.SharedBytes) * engine.Info.Multiprocessors,
            GradientLauncher.Blocks(engine.Info, kernel, states.Count, device.Kernels.Get(network).SumFloats));
        return new KernelFit(Use)
        {
            Launches = engine.Launches.Count,
            Chains = kernel.Cut.Chains,
            Threads = kernel.Cut.Threads,
            SharedBytes = kernel.SharedBytes,
            ChainsAtOnce = together * kernel.Cut.Chains,
        };
    }

    private static KernelFit OfGlobal(string use, PlanningEngine engine, GlobalNetwork network) => new(use)
    {
        Way = KernelWay.GlobalMemory,
        Launches = engine.Launches.Count,
        GlobalBytesOfChain = network.BytesOfChain,
        ChainsAtOnce = (int)Math.Clamp(network.MostBytes / network.BytesOfChain, 1, int.MaxValue),
    };

    private static int BlocksAtOnce(GpuInfo gpu, int threads, int shared) => Math.Clamp(
        Math.Min(gpu.SharedBytesOfMultiprocessor / (shared + SystemShared), gpu.ThreadsOfMultiprocessor / Math.Max(1, threads)),
        1, MostBlocks);
}
