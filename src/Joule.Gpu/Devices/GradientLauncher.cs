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
    public void Check(INetworkReverseLaunch launch)
    {
        GpuNetwork network = energies.Get(launch.Network);
        if (launch.States.Count > 0 && network.SumFloats > 0 && network.GlobalTraining is null)
            _ = network.WeightGradient(launch.States.Count, energies.Forced);
    }

    /// <summary>Checks that a launch along directions can run.</summary>
    /// <exception cref="InvalidInputException">It cannot; the message says why.</exception>
    public void Check(INetworkAlongLaunch launch)
    {
        GpuNetwork network = energies.Get(launch.Network);
        if (launch.States.Count > 0 && network.SumFloats > 0 && network.GlobalAlong is null)
            _ = network.WeightGradientAlong(launch.States.Count, energies.Forced);
    }

    /// <summary>Adds the gradient of a launch along directions to what is there.</summary>
    /// <exception cref="InvalidInputException">No block fits the GPU's shared memory.</exception>
    public void Run(INetworkAlongLaunch launch)
    {
        int count = launch.States.Count;
        GpuNetwork network = energies.Get(launch.Network);
        if (count == 0 || network.SumFloats == 0)
            return;
        if (energies.GlobalAlong(launch.Network) is { } global)
        {
            global.AddGradient(GpuBuffer.AddressOf(launch.States), GpuBuffer.AddressOf(launch.Directions),
                GpuBuffer.AddressOf(launch.Weights), GpuBuffer.AddressOf(launch.Gradient), count);
            return;
        }
        CutKernel kernel = energies.Note(network.WeightGradientAlong(count, energies.Forced, trial => Add(
            network, trial, count, _trial.Take(launch.Gradient.Length), At(launch.States), At(launch.Directions), At(launch.Weights))));
        Add(network, kernel, count, At(launch.Gradient), At(launch.States), At(launch.Directions), At(launch.Weights));
    }

    /// <summary>Adds the gradient of a launch to what is there.</summary>
    /// <exception cref="InvalidInputException">No block fits the GPU's shared memory.</exception>
    public void Run(INetworkReverseLaunch launch)
    {
        int count = launch.States.Count;
        GpuNetwork network = energies.Get(launch.Network);
        if (count == 0 || network.SumFloats == 0)
            return;
        if (energies.GlobalTraining(launch.Network) is { } global)
        {
            global.AddGradient(GpuBuffer.AddressOf(launch.States), null, GpuBuffer.AddressOf(launch.Weights),
                GpuBuffer.AddressOf(launch.Gradient), count);
            return;
        }
        CutKernel kernel = energies.Note(network.WeightGradient(count, energies.Forced, trial => Add(
            network, trial, count, _trial.Take(launch.Gradient.Length), At(launch.States), At(launch.Weights))));
        Add(network, kernel, count, At(launch.Gradient), At(launch.States), At(launch.Weights));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _sums.Dispose();
        _trial.Dispose();
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
