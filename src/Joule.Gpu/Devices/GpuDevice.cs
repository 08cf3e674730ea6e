using Joule.Compute;
using Joule.Energies;
using Joule.Gpu.Driver;
using Joule.Gpu.Plans;
using Joule.Networks;
using Joule.Samplers;

namespace Joule.Gpu.Devices;

/// <summary>
/// An NVIDIA GPU. It runs Langevin, MALA and HMC chains and evaluations of networks and of energies that write their formula
/// (<see cref="IStateFormula"/>, <see cref="ISeparableFormula"/>), each launch as one kernel, or layer by layer for networks that do not fit
/// shared memory (<see cref="WayOf"/>); it refuses anything else. Several threads may use it: their launches and copies follow each other.
/// </summary>
public sealed class GpuDevice : Device
{
    private readonly Lock _turn = new();
    private readonly EnergyKernels _energies;
    private readonly ChainLauncher _chains;

    /// <summary>Opens a GPU.</summary>
    /// <param name="index">Its index, from 0.</param>
    /// <exception cref="GpuException">There is no such GPU, or it cannot be used; the message says why.</exception>
    public GpuDevice(int index = 0) : this(new CudaEngine(new GpuContext(index))) { }

    /// <summary>Uses an engine, which the device disposes.</summary>
    internal GpuDevice(IGpuEngine engine)
    {
        Engine = engine;
        _energies = new EnergyKernels(engine);
        _chains = new ChainLauncher(engine, _energies);
    }

    /// <inheritdoc/>
    public override string Description => $"GPU {Engine.Info.Index}, {Engine.Info.Name}";

    /// <inheritdoc/>
    public override int Lanes => 1;

    internal IGpuEngine Engine { get; }

    internal EnergyKernels Kernels => _energies;

    internal bool IsDisposed { get; private set; }

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
    /// Where the values of an energy lie while the GPU evaluates it or runs Langevin chains. Trajectories of MALA and HMC need more shared
    /// memory, so they may lie in global memory before.
    /// </summary>
    /// <exception cref="InvalidInputException">The GPU cannot run the energy; the message says why.</exception>
    public KernelWay WayOf(Energy energy)
    {
        lock (_turn)
            return _energies.Global(energy) is null ? KernelWay.SharedMemory : KernelWay.GlobalMemory;
    }

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
            Engine.Download(GpuBuffer.AddressOf(from), to[..from.Length]);
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
                case IChainLaunch chains:
                    _chains.Check(chains);
                    return true;
                case IEnergyLaunch { Energy: { } energy }:
                    _energies.Check(energy);
                    return true;
                default:
                    return program is ICommitLaunch;
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
        _chains.Dispose();
        _energies.Dispose();
        IsDisposed = true;
        Engine.Dispose();
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
            case IChainLaunch chains:
                _chains.Run(chains);
                break;
            case IEnergyLaunch { Energy: { } energy } launch:
                _energies.Evaluate(energy, launch.States, launch.Energies);
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
