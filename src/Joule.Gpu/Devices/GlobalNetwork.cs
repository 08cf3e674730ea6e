using System.Numerics;
using Joule.Compute;
using Joule.Gpu.Driver;
using Joule.Gpu.Kernels;
using Joule.Gpu.Plans;
using Joule.Gpu.Ptx;
using Joule.Samplers;
using Joule.States;

namespace Joule.Gpu.Devices;

/// <summary>
/// A network that runs layer by layer over global memory: a launch for each operation, forward and back, and one for each Langevin step.
/// Chains are taken in groups, so that the values of a group take at most <see cref="MostBytes"/> (or those of one chain).
/// </summary>
/// <param name="engine">The GPU.</param>
/// <param name="plan">The network.</param>
/// <param name="constants">Brings the packed weights up to date and returns their address.</param>
/// <param name="options">How networks run.</param>
internal sealed class GlobalNetwork(IGpuEngine engine, KernelPlan plan, Func<KernelArgument> constants, NetworkOptions options) : IDisposable
{
    private readonly int _threads = Math.Min(256, engine.Info.ThreadsOfBlock);
    private readonly GlobalMemory _memory = new(engine, plan);
    private readonly Dictionary<int, GlobalOperations> _operations = [];
    private readonly Dictionary<string, IGpuKernel> _kernels = new(StringComparer.Ordinal);

    /// <summary>Largest memory for values, in bytes: a gibibyte, but no more than a quarter of the GPU's memory.</summary>
    public long MostBytes { get; } = options.MostBytes ?? Math.Min(1L << 30, engine.Info.MemoryBytes / 4);

    /// <summary>Bytes of the values of one chain.</summary>
    public long BytesOfChain => _memory.BytesOfChain;

    /// <summary>Why the network runs this way, as a sentence without its stop.</summary>
    public string Reason => options.Precision != ProductPrecision.Float32
        ? $"Products with the precision {options.Precision} run layer by layer over global memory"
        : $"This network needs {NetworkOptions.SharedBytes(plan, engine.Info):N0} bytes of shared memory for a chain and a block of "
            + $"{engine.Info.Name} has {engine.Info.SharedBytesOfBlock:N0}, so it runs layer by layer over global memory";

    private int Width => plan.States.Plane.Numbers;

    /// <summary>Evaluates states.</summary>
    /// <param name="states">The address of the states.</param>
    /// <param name="energies">The address of their energies.</param>
    /// <param name="count">Number of states.</param>
    public void Evaluate(ulong states, ulong energies, int count) => EachGroup(count, (operations, first, chains) =>
    {
        Run(operations.Start, chains, At(states, first, Width));
        Run(operations.Evaluate, chains);
        engine.Copy(_memory.Of(new GlobalOperand(OperandKind.Energies)), At(energies, first, 1), chains);
    });

    /// <summary>Advances Langevin chains.</summary>
    /// <param name="launch">The chains.</param>
    /// <param name="langevin">Their sampler.</param>
    /// <param name="noise">The draws of the first step.</param>
    /// <param name="steps">Number of steps.</param>
    /// <param name="failed">Receives the first step of each chain, from 0, at which energy or norm was not finite, else 2³² − 1.</param>
    public void Advance(IChainLaunch launch, Langevin langevin, RandomStream noise, int steps, ulong failed)
    {
        int count = launch.States.Count;
        float[] none = new float[count];
        Array.Fill(none, BitConverter.UInt32BitsToSingle(uint.MaxValue));
        engine.Upload(failed, none);
        LangevinOptions of = langevin.Options;
        StateSpace space = langevin.Energy.Space;
        float sigma = of.NoiseDeviation();
        bool isFirst = of.NoiseFirst && sigma > 0;
        EachGroup(count, (operations, first, chains) =>
        {
            ulong states = At(GpuBuffer.AddressOf(launch.States), first, Width);
            Run(operations.Start, chains, states);
            for (int s = 0; s < steps; s++)
            {
                launch.Cancellation.ThrowIfCancellationRequested();
                RandomStream draws = noise.At(noise.Step + (ulong)s);
                KernelArgument[] shared =
                [
                    space.Low, space.High, draws.Key0, draws.Key1, draws.Counter2, draws.Counter3, launch.FirstChain + (uint)first, sigma,
                ];
                if (isFirst)
                    Run(operations.Noise, chains, 0, shared);
                Run(operations.Gradient, chains);
                Run(isFirst ? operations.StepAfterNoise : operations.Step, chains, 0,
                [
                    .. shared, (uint)s, of.StepSize, of.GradientClip ?? float.PositiveInfinity,
                    Address(At(GpuBuffer.AddressOf(launch.Energies), first, 1)),
                    Address(At(GpuBuffer.AddressOf(launch.SquaredNorms), first, 1)), Address(At(failed, first, 1)),
                ]);
            }
            Run(operations.End, chains, states);
        });
    }

    /// <summary>Frees the memory of the values; it is taken again when it is needed.</summary>
    public void Release() => _memory.Dispose();

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (IGpuKernel kernel in _kernels.Values)
            kernel.Dispose();
        _memory.Dispose();
    }

    private static ulong At(ulong start, int row, int width) => start + (ulong)row * (ulong)width * sizeof(float);

    private static KernelArgument Address(ulong address) => KernelArgument.Address(address);

    // Groups of equal size, as far as that goes.
    private void EachGroup(int count, Action<GlobalOperations, int, int> run)
    {
        long most = Math.Clamp(MostBytes / BytesOfChain, 1, count);
        int groups = (int)((count + most - 1) / most), each = (count + groups - 1) / groups;
        _memory.Fit(each);
        // The tiles depend on the number of chains to the next power of two.
        int like = (int)BitOperations.RoundUpToPowerOf2((uint)each);
        if (!_operations.TryGetValue(like, out GlobalOperations? operations))
            _operations[like] = operations = new GlobalOperations(plan, Steps(like), Find, _threads);
        for (int first = 0; first < count; first += each)
            run(operations, first, Math.Min(each, count - first));
    }

    private GlobalSteps Steps(int chains) => new((source, columns) => options.Cut ?? ProductCut.Choose(
        (long)chains * source.Positions, columns, source.Depth, engine.Info.Multiprocessors), options.Precision, _threads);

    private IGpuKernel Find(KernelText text)
    {
        if (!_kernels.TryGetValue(text.Ptx, out IGpuKernel? kernel))
            _kernels[text.Ptx] = kernel = engine.Compile(text);
        return kernel;
    }

    // A launch of each kernel, for the first chains of the memory.
    private void Run(IReadOnlyList<ReadyLaunch> launches, int chains, ulong states = 0, params ReadOnlySpan<KernelArgument> own)
    {
        ulong weights = constants().Bits;
        foreach ((GlobalLaunch launch, IGpuKernel kernel) in launches)
        {
            KernelArgument[] arguments = new KernelArgument[1 + launch.Operands.Count + own.Length];
            arguments[0] = (uint)chains;
            for (int i = 0; i < launch.Operands.Count; i++)
            {
                GlobalOperand operand = launch.Operands[i];
                arguments[1 + i] = Address(operand.Kind switch
                {
                    OperandKind.Weights => At(weights, operand.From, 1),
                    OperandKind.States => states,
                    OperandKind.Partials => _memory.Partials(launch.PartialFloats?.Invoke(chains) ?? 0),
                    _ => _memory.Of(operand),
                });
            }
            own.CopyTo(arguments.AsSpan(1 + launch.Operands.Count));
            kernel.Launch(launch.Blocks(chains), arguments);
        }
    }
}
