using Joule.Compute;
using Joule.Gpu.Driver;
using Joule.Gpu.Ptx;
using Joule.Networks;

namespace Joule.Gpu.Devices;

/// <summary>Launches the reverse pass of a network with the gradient of its weights.</summary>
/// <param name="engine">The GPU.</param>
/// <param name="energies">The kernels.</param>
internal sealed class GradientLauncher(IGpuEngine engine, EnergyKernels energies) : IDisposable
{
    /// <summary>Most floats of the sums of all blocks, unless one block alone has more: 256 MiB.</summary>
    public const int MostSumFloats = 1 << 26;

    private readonly GpuScratch _trial = new(engine, "the timing of a gradient");
    private readonly GpuScratch _sums = new(engine, "the sums of the gradient of a network's weights");

    /// <summary>Blocks of a launch: at most as many as run at a time, and as memory for their sums allows.</summary>
    /// <param name="gpu">The GPU.</param>
    /// <param name="kernel">The kernel.</param>
    /// <param name="count">Number of states.</param>
    /// <param name="sumFloats">Floats of a block's sums.</param>
    public static int Blocks(GpuInfo gpu, CutKernel kernel, int count, int sumFloats)
    {
        int together = Math.Clamp(gpu.SharedBytesOfMultiprocessor / Math.Max(1, kernel.SharedBytes), 1, 2);
        int most = Math.Min(together * Math.Max(1, gpu.Multiprocessors), Math.Max(1, MostSumFloats / sumFloats));
        return Math.Min(kernel.Blocks(count), most);
    }

    /// <summary>Checks that a launch can run.</summary>
    /// <exception cref="InvalidInputException">It cannot; the message says why.</exception>
    public void Check(INetworkReverseLaunch launch) => Check(launch.Network, launch.States.Count, along: false);

    /// <summary>Checks that a launch along directions can run.</summary>
    /// <exception cref="InvalidInputException">It cannot; the message says why.</exception>
    public void Check(INetworkAlongLaunch launch) => Check(launch.Network, launch.States.Count, along: true);

    /// <summary>Adds the gradient of a launch to what is there.</summary>
    /// <exception cref="InvalidInputException">No block fits the GPU's shared memory.</exception>
    public void Run(INetworkReverseLaunch launch) => Run(launch.Network, launch.States, null, launch.Weights, launch.Gradient);

    /// <summary>Adds the gradient of a launch along directions to what is there.</summary>
    /// <exception cref="InvalidInputException">No block fits the GPU's shared memory.</exception>
    public void Run(INetworkAlongLaunch launch) =>
        Run(launch.Network, launch.States, launch.Directions, launch.Weights, launch.Gradient);

    /// <inheritdoc/>
    public void Dispose()
    {
        _sums.Dispose();
        _trial.Dispose();
    }

    private void Check(Network trained, int count, bool along)
    {
        GpuNetwork network = energies.Get(trained);
        if (count > 0 && network.SumFloats > 0 && network.GlobalTraining(along) is null)
            _ = network.WeightGradient(along, count, energies.Forced);
    }

    private void Run(Network trained, Rows states, Rows? directions, Rows weights, Rows gradient)
    {
        int count = states.Count;
        bool along = directions is not null;
        GpuNetwork network = energies.Get(trained);
        if (count == 0 || network.SumFloats == 0)
            return;
        KernelArgument[] rows = directions is { } given ? [At(states), At(given), At(weights)] : [At(states), At(weights)];
        if (energies.GlobalTraining(trained, along) is { } global)
        {
            global.AddGradient(rows[0].Bits, along ? rows[1].Bits : null, rows[^1].Bits, At(gradient).Bits, count);
            return;
        }
        CutKernel kernel = energies.Note(network.WeightGradient(
            along, count, energies.Forced, trial => Add(network, trial, count, _trial.Take(gradient.Length), rows)));
        Add(network, kernel, count, At(gradient), rows);
    }

    private void Add(GpuNetwork network, CutKernel kernel, int count, KernelArgument gradient, params ReadOnlySpan<KernelArgument> rows)
    {
        int blocks = Blocks(engine.Info, kernel, count, network.SumFloats);
        KernelArgument sums = _sums.Take(blocks * network.SumFloats);
        kernel.Kernel.Launch(blocks, [network.Constants(), .. rows, sums, (uint)count, (uint)blocks]);
        network.AddSums(sums, blocks, gradient);
    }

    private static KernelArgument At(Rows rows) => KernelArgument.Address(GpuBuffer.AddressOf(rows));
}
