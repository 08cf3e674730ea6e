using Joule.Compute;
using Joule.Energies;
using Joule.Gpu.Driver;
using Joule.Gpu.Kernels;
using Joule.Gpu.Ptx;
using Joule.Networks;

namespace Joule.Gpu.Devices;

/// <summary>What a device knows of the energies that it has run: their constants in its memory, and their kernels.</summary>
/// <param name="engine">The GPU.</param>
/// <param name="tuner">What finds the fastest blocks; null: blocks are chosen by size.</param>
internal sealed class EnergyKernels(IGpuEngine engine, KernelTuner? tuner = null) : IDisposable
{
    private const string Evaluation = "energy", Differentiation = "energy_gradient";

    private readonly GpuScratch _states = new(engine, "states of the host");
    private readonly GpuScratch _trial = new(engine, "the timing of energies");
    private readonly Dictionary<Energy, GpuEnergy> _formulas = [];
    private readonly Dictionary<Network, GpuNetwork> _networks = [];
    private GpuEnergy? _lastGlobal;

    /// <summary>The block of all kernels; null: chosen for each.</summary>
    public BlockCut? Forced { get; set; }

    /// <summary>How networks run; set before an energy is used first.</summary>
    public NetworkOptions Networks { get; set; } = new();

    /// <summary>The kernel that was found last.</summary>
    public CutKernel? Last { get; private set; }

    /// <summary>Checks that an energy can run.</summary>
    /// <exception cref="InvalidInputException">It cannot; the message says why.</exception>
    public void Check(Energy energy) => Get(energy);

    /// <summary>Checks that some states can be evaluated.</summary>
    /// <exception cref="InvalidInputException">They cannot; the message says why.</exception>
    public void Check(Energy energy, int count) => Check(Get(energy), count);

    /// <summary>Checks that a network can be evaluated.</summary>
    /// <exception cref="InvalidInputException">It cannot; the message says why.</exception>
    public void Check(Network network, int count)
    {
        GpuNetwork known = Get(network);
        if (known.GlobalTraining(along: false) is null)
            Check(known, count);
    }

    /// <summary>Checks that a network and its gradient with respect to the states can be evaluated.</summary>
    /// <exception cref="InvalidInputException">They cannot; the message says why.</exception>
    public void Check(INetworkGradientLaunch launch)
    {
        GpuNetwork network = Get(launch.Network);
        if (launch.States.Count > 0 && network.Global(false) is null)
            _ = network.Find(Differentiation, launch.States.Count, EnergyKernel.WriteGradient, Forced);
    }

    /// <summary>What is known of a network.</summary>
    /// <exception cref="InvalidInputException">The GPU cannot run it; the message says why.</exception>
    public GpuNetwork Get(Network network)
    {
        if (!_networks.TryGetValue(network, out GpuNetwork? known))
            _networks[network] = known = new GpuNetwork(engine, network, Networks) { Tuner = tuner };
        return known;
    }

    /// <summary>Notes the kernel that was found.</summary>
    public CutKernel Note(CutKernel kernel) => Last = kernel;

    /// <summary>A compiled kernel on an energy.</summary>
    /// <param name="energy">The energy.</param>
    /// <param name="kind">Its name among the energy's kernels.</param>
    /// <param name="count">Number of chains or states, which the block's size depends on.</param>
    /// <param name="write">Writes it.</param>
    /// <param name="trial">Launches it on memory that nobody else uses, to time it; null: it is not timed now.</param>
    public CutKernel Find(Energy energy, string kind, int count, Func<BlockFrame, EnergyEmitter, KernelText> write,
        Action<CutKernel>? trial = null) => Note(Get(energy).Find(kind, count, write, Forced, trial));

    /// <summary>The address of an energy's constants, after <see cref="Find"/>.</summary>
    public KernelArgument Constants(Energy energy) => Get(energy).Constants();

    /// <summary>What runs an energy layer by layer; null: a kernel takes a block of chains through all of it.</summary>
    /// <remarks>Only one network at a time keeps its values in global memory, which they might fill.</remarks>
    /// <param name="energy">The energy.</param>
    /// <param name="withTrajectories">Whether chains with leapfrog trajectories are to run.</param>
    public GlobalNetwork? Global(Energy energy, bool withTrajectories = false) => Global(Get(energy), withTrajectories);

    /// <summary>
    /// What runs the gradient of a network's weights layer by layer; null: a kernel takes a block of states through all of it.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="along">Whether it is that along directions of the states.</param>
    public GlobalNetwork? GlobalTraining(Network network, bool along)
    {
        GpuNetwork known = Get(network);
        return Claim(known, known.GlobalTraining(along));
    }

    /// <summary>Notes that the parameters of a network have changed.</summary>
    public void Forget(Network network)
    {
        if (_networks.TryGetValue(network, out GpuNetwork? known))
            known.Forget();
    }

    /// <summary>Evaluates states, which may lie in the host's memory.</summary>
    /// <param name="energy">The energy.</param>
    /// <param name="states">The states; for a stream in the GPU's memory.</param>
    /// <param name="energies">Receives the energies.</param>
    /// <param name="stream">The stream of the launch; null: that of all others.</param>
    public void Evaluate(Energy energy, Rows states, Rows energies, IGpuStream? stream = null) =>
        Evaluate(Get(energy), states, energies, stream);

    /// <summary>Evaluates a network whose gradient may be wanted next.</summary>
    public void Evaluate(Network network, Rows states, Rows outputs)
    {
        if (states.Count > 0 && GlobalTraining(network, along: false) is { } training)
            training.Forward(GpuBuffer.AddressOf(states), GpuBuffer.AddressOf(outputs), states.Count);
        else
            Evaluate(Get(network), states, outputs, null);
    }

    /// <summary>Evaluates a network and its gradient with respect to the states.</summary>
    public void Differentiate(INetworkGradientLaunch launch)
    {
        int count = launch.States.Count;
        if (count == 0)
            return;
        GpuNetwork energy = Get(launch.Network);
        KernelArgument states = At(launch.States), outputs = At(launch.Outputs), gradients = At(launch.StateGradient);
        if (Global(energy) is { } network)
        {
            network.Differentiate(states.Bits, outputs.Bits, gradients.Bits, count);
            return;
        }
        CutKernel kernel = Note(energy.Find(Differentiation, count, EnergyKernel.WriteGradient, Forced,
            trial => Try(energy, trial, count, launch.States.Width, withGradient: true)));
        kernel.Kernel.Launch(kernel.Blocks(count), energy.Constants(), states, outputs, gradients, (uint)count);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _states.Dispose();
        _trial.Dispose();
        foreach (GpuEnergy energy in _formulas.Values.Concat(_networks.Values))
            energy.Dispose();
        _formulas.Clear();
        _networks.Clear();
    }

    private static KernelArgument At(Rows rows) => KernelArgument.Address(GpuBuffer.AddressOf(rows));

    private GlobalNetwork? Global(GpuEnergy energy, bool withTrajectories = false) => Claim(energy, energy.Global(withTrajectories));

    private GlobalNetwork? Claim(GpuEnergy owner, GlobalNetwork? network)
    {
        if (network is null)
            return null;
        if (_lastGlobal != owner)
            _lastGlobal?.Release();
        _lastGlobal = owner;
        return network;
    }

    private void Check(GpuEnergy energy, int count)
    {
        if (count > 0 && energy.Global(false) is null)
            _ = energy.Find(Evaluation, count, EnergyKernel.Write, Forced);
    }

    private void Evaluate(GpuEnergy energy, Rows states, Rows energies, IGpuStream? stream)
    {
        if (states.Count == 0)
            return;
        KernelArgument from = states.Buffer.Device is null
            ? _states.Fill(states.Span)
            : KernelArgument.Address(GpuBuffer.AddressOf(states));
        if (Global(energy) is { } network)
        {
            // Its memory for values is one, so its launches follow each other.
            stream?.Wait();
            network.Evaluate(from.Bits, GpuBuffer.AddressOf(energies), states.Count);
            stream?.Follow();
            return;
        }
        CutKernel kernel = Note(energy.Find(Evaluation, states.Count, EnergyKernel.Write, Forced,
            trial => Try(energy, trial, states.Count, states.Width, withGradient: false)));
        KernelArgument[] arguments =
            [energy.Constants(), from, KernelArgument.Address(GpuBuffer.AddressOf(energies)), (uint)states.Count];
        if (stream is null)
        {
            kernel.Kernel.Launch(kernel.Blocks(states.Count), arguments);
            return;
        }
        stream.Follow();
        kernel.Kernel.LaunchOn(stream, kernel.Blocks(states.Count), arguments);
    }

    // Evaluates states of its own.
    private void Try(GpuEnergy energy, CutKernel kernel, int count, int width, bool withGradient)
    {
        ulong at = _trial.Take(checked(count * (2 * width + 1))).Bits;
        KernelArgument[] to = withGradient ? [Of(2 * width), Of(width)] : [Of(2 * width)];
        kernel.Kernel.Launch(kernel.Blocks(count), [energy.Constants(), Of(0), .. to, (uint)count]);

        KernelArgument Of(int rows) => KernelArgument.Address(at + (ulong)count * (ulong)rows * sizeof(float));
    }

    private GpuEnergy Get(Energy energy)
    {
        if (energy is NetworkEnergy { Network: var network })
            return Get(network);
        if (!_formulas.TryGetValue(energy, out GpuEnergy? known))
            _formulas[energy] = known = GpuEnergy.Of(engine, energy, tuner);
        return known;
    }
}

/// <summary>A compiled kernel with its block.</summary>
/// <param name="Kernel">The kernel.</param>
/// <param name="Cut">Its block.</param>
/// <param name="SharedBytes">Shared memory of a block.</param>
internal sealed record CutKernel(IGpuKernel Kernel, BlockCut Cut, int SharedBytes)
{
    /// <summary>Blocks of a cluster; 1: there are no clusters.</summary>
    public int Cluster { get; init; } = 1;

    /// <summary>Weights that a block keeps in shared memory, in bytes, part of <see cref="SharedBytes"/>.</summary>
    public int ResidentBytes { get; init; }

    /// <summary>Whether the block was found by timing, now or earlier.</summary>
    public bool IsTimed { get; init; }

    /// <summary>Blocks of a launch: whole clusters, the last of which may have blocks without chains.</summary>
    public int Blocks(int count)
    {
        int chains = Cut.Chains * Cluster;
        return (count + chains - 1) / chains * Cluster;
    }
}
