using Joule.Compute;
using Joule.Energies;
using Joule.Gpu.Driver;
using Joule.Gpu.Kernels;
using Joule.Gpu.Ptx;
using Joule.Networks;

namespace Joule.Gpu.Devices;

/// <summary>What a device knows of the energies that it has run: their constants in its memory, and their kernels.</summary>
/// <param name="engine">The GPU.</param>
internal sealed class EnergyKernels(IGpuEngine engine) : IDisposable
{
    private readonly GpuScratch _states = new(engine, "states of the host");
    private readonly Dictionary<Energy, GpuEnergy> _energies = [];
    private GlobalNetwork? _lastGlobal;

    /// <summary>The block of all kernels; null: chosen for each.</summary>
    public BlockCut? Forced { get; set; }

    /// <summary>How networks run; set before an energy is used first.</summary>
    public NetworkOptions Networks { get; set; } = new();

    /// <summary>The kernel that was found last.</summary>
    public CutKernel? Last { get; private set; }

    /// <summary>Checks that an energy can run.</summary>
    /// <exception cref="InvalidInputException">It cannot; the message says why.</exception>
    public void Check(Energy energy) => Get(energy);

    /// <summary>A compiled kernel on an energy.</summary>
    /// <param name="energy">The energy.</param>
    /// <param name="kind">Its name among the energy's kernels.</param>
    /// <param name="count">Number of chains or states, which the block's size depends on.</param>
    /// <param name="write">Writes it.</param>
    public CutKernel Find(Energy energy, string kind, int count, Func<BlockFrame, EnergyEmitter, KernelText> write) =>
        Last = Get(energy).Find(kind, count, write, Forced);

    /// <summary>The address of an energy's constants, after <see cref="Find"/>.</summary>
    public KernelArgument Constants(Energy energy) => Get(energy).Constants();

    /// <summary>What runs an energy layer by layer; null: a kernel takes a block of chains through all of it.</summary>
    /// <remarks>Only one network at a time keeps its values in global memory, which they might fill.</remarks>
    /// <param name="energy">The energy.</param>
    /// <param name="withTrajectories">Whether chains with leapfrog trajectories are to run.</param>
    public GlobalNetwork? Global(Energy energy, bool withTrajectories = false)
    {
        if (Get(energy).Global(withTrajectories) is not { } network)
            return null;
        if (_lastGlobal != network)
            _lastGlobal?.Release();
        return _lastGlobal = network;
    }

    /// <summary>Notes that the parameters of a network have changed.</summary>
    public void Forget(Network network)
    {
        foreach (GpuEnergy known in _energies.Values)
            known.Forget(network);
    }

    /// <summary>Evaluates states, which may lie in the host's memory.</summary>
    public void Evaluate(Energy energy, Rows states, Rows energies)
    {
        if (states.Count == 0)
            return;
        KernelArgument from = states.Buffer.Device is null
            ? _states.Fill(states.Span) : KernelArgument.Address(GpuBuffer.AddressOf(states));
        if (Global(energy) is { } network)
        {
            network.Evaluate(from.Bits, GpuBuffer.AddressOf(energies), states.Count);
            return;
        }
        CutKernel kernel = Find(energy, "energy", states.Count, EnergyKernel.Write);
        kernel.Kernel.Launch(kernel.Blocks(states.Count), Constants(energy), from,
            KernelArgument.Address(GpuBuffer.AddressOf(energies)), (uint)states.Count);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _states.Dispose();
        foreach (GpuEnergy energy in _energies.Values)
            energy.Dispose();
        _energies.Clear();
    }

    private GpuEnergy Get(Energy energy)
    {
        if (!_energies.TryGetValue(energy, out GpuEnergy? known))
            _energies[energy] = known = GpuEnergy.Of(engine, energy, Networks);
        return known;
    }
}

/// <summary>A compiled kernel with its block.</summary>
/// <param name="Kernel">The kernel.</param>
/// <param name="Cut">Its block.</param>
/// <param name="SharedBytes">Shared memory of a block.</param>
internal sealed record CutKernel(IGpuKernel Kernel, BlockCut Cut, int SharedBytes)
{
    /// <summary>Blocks of a launch.</summary>
    public int Blocks(int count) => (count + Cut.Chains - 1) / Cut.Chains;
}
