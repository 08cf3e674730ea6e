using Joule.Compute;
using Joule.Energies;
using Joule.Gpu.Driver;
using Joule.Gpu.Plans;
using Joule.Networks;
using Joule.Samplers;

namespace Joule.Gpu.Devices;

/// <summary>
/// An NVIDIA GPU. It runs Langevin, MALA and HMC chains and evaluations of networks and of energies that write their formula
/// (<see cref="IStateFormula"/>, <see cref="ISeparableFormula"/>), each launch as one kernel, or layer by layer for networks that exceed
/// shared memory (<see cref="WayOf"/>), training passes of networks, and programs that say their work as operations on rows
/// (<see cref="IRowWork"/>); it refuses anything else. Several threads may use it: their launches and copies follow each other.
/// </summary>
public sealed class GpuDevice : Device
{
    private const int MostWordsForData = int.MaxValue - DeviceBuffer.Slack; // of one buffer

    private readonly Lock _turn = new();
    private readonly EnergyKernels _energies;
    private readonly ChainLauncher _chains;
    private readonly RowKernels _rows;
    private readonly GradientLauncher _gradients;
    private readonly KernelTuner? _tuner;

    /// <summary>Opens a GPU.</summary>
    /// <param name="index">Its index, from 0.</param>
    /// <param name="say">Receives what a user should know while the GPU works; null: nobody.</param>
    /// <exception cref="GpuException">There is no such GPU, or it cannot be used; the message says why.</exception>
    public GpuDevice(int index = 0, Action<string>? say = null) : this(Open(index, say)) { }

    /// <summary>Uses an engine, which the device disposes.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="tuner">What finds the fastest blocks, disposed as well; null: blocks are chosen by size.</param>
    internal GpuDevice(IGpuEngine engine, KernelTuner? tuner = null)
    {
        Engine = engine;
        _tuner = tuner;
        _energies = new EnergyKernels(engine, tuner);
        _chains = new ChainLauncher(engine, _energies);
        _rows = new RowKernels(this, engine);
        _gradients = new GradientLauncher(engine, _energies);
    }

    /// <inheritdoc/>
    public override string Description => $"GPU {Engine.Info.Index}, {Engine.Info.Name}";

    /// <inheritdoc/>
    public override int Lanes => 1;

    /// <inheritdoc/>
    public override bool RunsBodies => false;

    /// <summary>About the GPU.</summary>
    public GpuInfo Info => Engine.Info;

    /// <summary>Whether GPUs that are opened send launches that repeat as graphs; for checks of the one against the other.</summary>
    internal static bool OpensWithGraphs { get; set; } = true;

    /// <summary>Where GPUs that are opened keep the blocks that they find by timing; for checks that must not use earlier ones.</summary>
    internal static string TuningFolder { get; set; } = KernelCache.DefaultFolder;

    internal IGpuEngine Engine { get; }

    /// <summary>How operations are sent; null for an engine that does each at once.</summary>
    internal LaunchQueue? Queue => (Engine as QueuedEngine)?.Queue;

    internal EnergyKernels Kernels => _energies;

    internal IRowOperations Operations => _rows;

    internal bool IsDisposed { get; private set; }

    /// <summary>How often the host has waited for everything that the GPU was asked.</summary>
    internal long Waits { get; private set; }

    /// <summary>
    /// How the products of networks multiply. With another precision than float32, networks run layer by layer over global memory. It
    /// counts for energies that the device has not run yet.
    /// </summary>
    public ProductPrecision Precision
    {
        get => _energies.Networks.Precision;
        set => _energies.Networks = _energies.Networks with { Precision = value };
    }

    /// <summary>
    /// Whether blocks of kernels in shared memory are timed when they are first needed for about so many chains, unless they were timed
    /// before on this card with this driver. What is found is kept on disk and used by later devices, too, which need not time. Another
    /// block adds in another order, so results agree to rounding only.
    /// </summary>
    public bool Tunes
    {
        get => _tuner is { Times: true };
        set => (_tuner ?? throw new InvalidOperationException("The device has no place for what it finds.")).Times = value;
    }

    /// <summary>Says how the GPU runs an energy and its chains, or why it cannot. If it tunes, it times the blocks first.</summary>
    /// <param name="load">Loads the energy for a device, which is disposed afterwards.</param>
    /// <param name="sampler">The sampler of the chains.</param>
    /// <exception cref="InvalidInputException">The energy cannot be loaded for a GPU.</exception>
    public IReadOnlyList<KernelFit> Fit(Func<Device, Energy> load, SamplerOptions sampler)
    {
        if (Tunes)
            KernelFit.Run(this, load, sampler);
        return KernelFit.Of(Info, load, sampler, _tuner?.Files, Precision);
    }

    /// <summary>
    /// Where the values of an energy lie while the GPU evaluates it or runs Langevin chains. Trajectories of MALA and HMC need more shared
    /// memory, so they may lie in global memory before.
    /// </summary>
    /// <exception cref="InvalidInputException">The GPU cannot run the energy; the message says why.</exception>
    public KernelWay WayOf(Energy energy)
    {
        lock (_turn)
            return _energies.Global(energy) is null ? KernelWay.SharedMemory : KernelWay.GlobalMemory;
    }

    /// <summary>A quarter of the GPU's memory.</summary>
    public override long WordsForData => Math.Min(MostWordsForData, Engine.Info.MemoryBytes / (4 * sizeof(float)));

    /// <summary>3: one chunk is copied to the GPU while the next is computed, and the host reads the one after.</summary>
    public override int Streams => 3;

    /// <inheritdoc/>
    public override DeviceStream CreateStream() => new GpuStream(this);

    /// <inheritdoc/>
    public override DeviceRead CreateRead(int most) => new GpuRead(this, most);

    /// <inheritdoc/>
    public override DeviceBuffer Allocate(long length)
    {
        lock (_turn)
            return new GpuBuffer(this, length);
    }

    /// <inheritdoc/>
    public override void Upload(ReadOnlySpan<float> from, Rows to)
    {
        CheckRoom(from.Length, to.Length);
        if (from.IsEmpty)
            return;
        lock (_turn)
            Engine.Upload(GpuBuffer.AddressOf(to), from);
    }

    /// <inheritdoc/>
    public override void Download(Rows from, Span<float> to)
    {
        CheckRoom(from.Length, to.Length);
        if (from.Length == 0)
            return;
        lock (_turn)
        {
            Engine.Download(GpuBuffer.AddressOf(from), to[..from.Length]);
            Waits++;
        }
    }

    /// <inheritdoc/>
    public override void Copy(Rows from, Rows to)
    {
        CheckRoom(from.Length, to.Length);
        if (from.Length == 0)
            return;
        lock (_turn)
            Engine.Copy(GpuBuffer.AddressOf(from), GpuBuffer.AddressOf(to), from.Length);
    }

    /// <inheritdoc/>
    public override void Clear(Rows rows)
    {
        if (rows.Length == 0)
            return;
        lock (_turn)
            Engine.Clear(GpuBuffer.AddressOf(rows), rows.Length);
    }

    /// <inheritdoc/>
    public override void Write(Rows rows, RowWriter write)
    {
        ArgumentNullException.ThrowIfNull(write);
        float[] all = new float[rows.Length];
        for (int i = 0; i < rows.Count; i++)
            write(i, all.AsSpan(i * rows.Width, rows.Width));
        Upload(all, rows);
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidInputException">It is a program that the GPU runs, but not on this energy; the message says why.</exception>
    protected override bool CanRun(DeviceProgram program)
    {
        lock (_turn)
        {
            switch (program)
            {
                case ProgramGroup:
                    return true; // its members are checked one by one
                case IChainLaunch chains:
                    _chains.Check(chains);
                    foreach (DeviceProgram start in chains.Starts)
                        Check(start);
                    return true;
                case IEnergyLaunch { Energy: { } energy } launch:
                    _energies.Check(energy, launch.States.Count);
                    return true;
                case IRowWork { WhyNotRows: { } reason }:
                    throw new InvalidInputException($"The GPU cannot run {program.Name}: {reason}. Run it on the CPU.");
                case INetworkForwardLaunch forward:
                    _energies.Check(forward.Network, forward.States.Count);
                    return true;
                case INetworkReverseLaunch reverse:
                    _gradients.Check(reverse);
                    return true;
                case INetworkGradientLaunch gradient:
                    _energies.Check(gradient);
                    return true;
                case INetworkAlongLaunch along:
                    _gradients.Check(along);
                    return true;
                default:
                    return program is IRowWork or ICommitLaunch;
            }
        }
    }

    /// <inheritdoc/>
    protected override void RunAll(ReadOnlySpan<DeviceProgram> programs)
    {
        lock (_turn)
        {
            foreach (DeviceProgram program in programs)
                Run(program);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (!disposing || IsDisposed)
            return;
        _rows.Dispose();
        _gradients.Dispose();
        _chains.Dispose();
        _energies.Dispose();
        _tuner?.Dispose();
        IsDisposed = true;
        Engine.Dispose();
    }

    private GpuDevice((IGpuEngine Engine, KernelTuner Tuner) opened) : this(opened.Engine, opened.Tuner) { }

    private static (IGpuEngine Engine, KernelTuner Tuner) Open(int index, Action<string>? say)
    {
        GpuContext context = new(index);
        CudaLinker linker = new(context);
        CudaEngine engine = new(context, new KernelCache(KernelCache.DefaultFolder, linker, say));
        QueuedEngine queued = new(engine, OpensWithGraphs ? new CudaGraphs(context) : null, say);
        return (queued, new KernelTuner(queued, new TuningFiles(TuningFolder, linker.Card, linker.Driver, say), say));
    }

    /// <summary>Runs a program on a stream if it can overlap with others, and else when the stream is done; then it goes on.</summary>
    internal void RunOn(IGpuStream stream, DeviceProgram program)
    {
        if (program is IEnergyLaunch { Energy: { } energy } launch && launch.States.Buffer.Device is not null)
        {
            lock (_turn)
            {
                _energies.Check(energy);
                _energies.Evaluate(energy, launch.States, launch.Energies, stream);
            }
            return;
        }
        lock (_turn)
            stream.Wait();
        Launch(program);
        lock (_turn)
            stream.Follow();
    }

    /// <summary>Does something while no other thread uses the engine.</summary>
    internal void InTurn(Action use)
    {
        lock (_turn)
            use();
    }

    /// <summary>Waits for everything that the GPU was asked, unless somebody has waited since.</summary>
    /// <param name="since"><see cref="Waits"/> when it was asked.</param>
    internal void WaitSince(long since)
    {
        lock (_turn)
        {
            if (Waits > since)
                return;
            Engine.Wait();
            Waits++;
        }
    }

    /// <summary>Memory of the host for the copies of a stream, which grows; its content is undefined.</summary>
    internal Span<float> HostMemory(ref IGpuHostMemory? memory, int words)
    {
        lock (_turn)
        {
            if (memory is null || memory.Span.Length < words)
            {
                memory?.Dispose();
                memory = null;
                memory = Engine.AllocateOnHost(Math.Max(1, words));
            }
        }
        return memory.Span[..words];
    }

    internal void Free(ulong address)
    {
        lock (_turn)
        {
            if (!IsDisposed)
                Engine.Free(address);
        }
    }

    private void Run(DeviceProgram program)
    {
        switch (program)
        {
            case ProgramGroup group:
                foreach (DeviceProgram member in group.Members)
                    Run(member);
                break;
            case IChainLaunch chains:
                foreach (DeviceProgram start in chains.Starts)
                    Run(start);
                _chains.Run(chains);
                break;
            case IRowWork work:
                work.Describe(_rows);
                break;
            case IEnergyLaunch { Energy: { } energy } launch:
                _energies.Evaluate(energy, launch.States, launch.Energies);
                break;
            case INetworkForwardLaunch forward:
                _energies.Evaluate(forward.Network, forward.States, forward.Outputs);
                break;
            case INetworkReverseLaunch reverse:
                _gradients.Run(reverse);
                break;
            case INetworkGradientLaunch gradient:
                _energies.Differentiate(gradient);
                break;
            case INetworkAlongLaunch along:
                _gradients.Run(along);
                break;
            case ICommitLaunch commit:
                _energies.Forget(commit.Network);
                break;
        }
    }

    private static void CheckRoom(int numbers, int room)
    {
        if (numbers > room)
            throw new ArgumentException($"{numbers} numbers do not fit into {room}.");
    }
}
