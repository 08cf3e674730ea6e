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
/// A network that runs layer by layer over global memory: a launch for each operation, forward and back, and one for each step.
/// Chains are taken in groups, so that the values of a group take at most <see cref="MostBytes"/> (or those of one chain).
/// </summary>
/// <param name="engine">The GPU.</param>
/// <param name="plan">The network.</param>
/// <param name="constants">Brings the packed weights up to date and returns their address.</param>
/// <param name="options">How networks run.</param>
internal sealed partial class GlobalNetwork(IGpuEngine engine, KernelPlan plan, Func<KernelArgument> constants, NetworkOptions options)
    : IDisposable
{
    private readonly int _threads = Math.Min(256, engine.Info.ThreadsOfBlock);
    private readonly GlobalMemory _memory = new(engine, plan);
    private readonly GpuScratch _trajectories = new(engine, "the trajectories of chains"), _scale = new(engine, "inverse masses");
    private readonly Dictionary<int, GlobalOperations> _operations = [];
    private readonly Dictionary<string, IGpuKernel> _kernels = new(StringComparer.Ordinal);

    /// <summary>Largest memory for values, in bytes: a gibibyte, but no more than a quarter of the GPU's memory.</summary>
    public long MostBytes { get; } = options.MostBytes ?? Math.Min(1L << 30, engine.Info.MemoryBytes / 4);

    /// <summary>Bytes of the values of one chain.</summary>
    public long BytesOfChain => _memory.BytesOfChain;

    private int Width => plan.States.Plane.Numbers;

    /// <summary>Groups that chains are taken in.</summary>
    public int Groups(int count)
    {
        long most = Math.Clamp(MostBytes / BytesOfChain, 1, count);
        return (int)((count + most - 1) / most);
    }

    /// <summary>Evaluates states.</summary>
    /// <param name="states">The address of the states.</param>
    /// <param name="energies">The address of their energies.</param>
    /// <param name="count">Number of states.</param>
    public void Evaluate(ulong states, ulong energies, int count) => EachGroup(count, (operations, first, chains) =>
    {
        Run(operations.Start, chains, new Outside(At(states, first, Width)));
        Run(operations.Evaluate, chains);
        engine.Copy(_memory.Of(new GlobalOperand(OperandKind.Energies)), At(energies, first, 1), chains);
    });

    /// <summary>Evaluates states and their gradients.</summary>
    /// <param name="states">The address of the states.</param>
    /// <param name="energies">The address of their energies.</param>
    /// <param name="gradients">The address of their gradients.</param>
    /// <param name="count">Number of states.</param>
    public void Differentiate(ulong states, ulong energies, ulong gradients, int count) => EachGroup(count, (operations, first, chains) =>
    {
        Run(operations.Start, chains, new Outside(At(states, first, Width)));
        Run(operations.Gradient, chains);
        engine.Copy(_memory.Of(new GlobalOperand(OperandKind.Energies)), At(energies, first, 1), chains);
        Run(operations.EndGradient, chains, new Outside(At(gradients, first, Width)));
    });

    /// <summary>Advances chains.</summary>
    /// <param name="launch">The chains; their sampler is Langevin's or one with leapfrog trajectories.</param>
    /// <param name="noise">The draws of the first step.</param>
    /// <param name="steps">Number of steps.</param>
    public void Advance(IChainLaunch launch, RandomStream noise, int steps)
    {
        int count = launch.States.Count;
        ulong failed = GpuBuffer.AddressOf(launch.Failures);
        float[] none = new float[count];
        Array.Fill(none, BitConverter.UInt32BitsToSingle(uint.MaxValue));
        engine.Upload(failed, none);
        EachGroup(count, (operations, first, chains) =>
        {
            Outside states = new(At(GpuBuffer.AddressOf(launch.States), first, Width));
            Run(operations.Start, chains, states);
            KernelArgument[] results = [Part(launch.Energies), Part(launch.SquaredNorms), Address(At(failed, first, 1))];
            KernelArgument[] Draws(int step)
            {
                launch.Cancellation.ThrowIfCancellationRequested();
                StateSpace space = launch.Sampler.Energy.Space;
                RandomStream draws = noise.At(noise.Step + (ulong)step);
                return
                [
                    space.Low, space.High, draws.Key0, draws.Key1, draws.Counter2, draws.Counter3, launch.FirstChain + (uint)first,
                ];
            }
            if (launch.Sampler is Langevin langevin)
                Walk(langevin.Options, operations, chains, steps, Draws, results);
            else
            {
                Fly(launch.Sampler, operations, chains, noise, steps, Draws,
                    [Part(launch.Accepted), Part(launch.Divergent), Part(launch.EnergyErrors), .. results]);
            }
            Run(operations.End, chains, states);

            KernelArgument Part(Rows rows) => Address(At(GpuBuffer.AddressOf(rows), first, rows.Width));
        });
    }

    /// <summary>Frees the memory of the values; it is taken again when it is needed.</summary>
    public void Release()
    {
        Forget();
        _memory.Dispose();
        _trajectories.Dispose();
        _scale.Dispose();
        _ones.Dispose();
        _onesReady = 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (IGpuKernel kernel in _kernels.Values)
            kernel.Dispose();
        Release();
    }

    // Langevin steps.
    private void Walk(LangevinOptions langevin, GlobalOperations operations, int chains, int steps, Func<int, KernelArgument[]> draws,
        KernelArgument[] results)
    {
        float sigma = langevin.NoiseDeviation();
        bool isFirst = langevin.NoiseFirst && sigma > 0;
        for (int s = 0; s < steps; s++)
        {
            KernelArgument[] shared = [.. draws(s), sigma];
            if (isFirst)
                Run(operations.Noise, chains, default, shared);
            Run(operations.Gradient, chains);
            Run(isFirst ? operations.StepAfterNoise : operations.Step, chains, default,
                [.. shared, (uint)s, langevin.StepSize, langevin.GradientClip ?? float.PositiveInfinity, .. results]);
        }
    }

    // Leapfrog trajectories.
    private void Fly(Sampler sampler, GlobalOperations operations, int chains, RandomStream noise, int steps,
        Func<int, KernelArgument[]> draws, KernelArgument[] results)
    {
        ILeapfrogSampler leapfrog = (ILeapfrogSampler)sampler;
        float[] scale = leapfrog.Scale!;
        GlobalOperations.Leapfrog parts = operations.Trajectory(LeapfrogKernel.WallsOf(sampler.Energy.Space), scale.Length > 0);
        // Kinetic energies are float64 and come first; then states, gradients, momenta, energies and norms.
        ulong at = _trajectories.Take(checked(chains * (2 + 3 * Width + 2))).Bits;
        ulong states = At(at, chains, 2), gradients = At(states, chains, Width), momenta = At(gradients, chains, Width);
        ulong energies = At(momenta, chains, Width);
        KernelArgument[] own =
        [
            Address(at), Address(states), Address(gradients), Address(momenta), Address(energies), Address(At(energies, chains, 1)),
            _scale.Fill(scale),
        ];
        Run(operations.Gradient, chains);
        Run(operations.Begin, chains, default, [.. draws(0), .. own, 0f, 0f]);
        for (int s = 0; s < steps; s++)
        {
            (LeapfrogCoefficients c, int length) = leapfrog.Trajectory(noise.At(noise.Step + (ulong)s));
            KernelArgument[] shared = [.. draws(s), .. own, c.Drift, c.Kick];
            Run(parts.Start, chains, default, shared);
            for (int i = 1; i < length; i++)
            {
                Run(operations.Gradient, chains);
                Run(parts.Inside, chains, default, shared);
            }
            Run(operations.Gradient, chains);
            Run(parts.End, chains, default, [.. shared, leapfrog.Temperature, (uint)s, .. results]);
        }
    }

    private static ulong At(ulong start, int row, int width) => start + (ulong)row * (ulong)width * sizeof(float);

    private static KernelArgument Address(ulong address) => KernelArgument.Address(address);

    // Groups of equal size, as far as that goes.
    private void EachGroup(int count, Action<GlobalOperations, int, int> run)
    {
        Forget();
        int groups = Groups(count), each = (count + groups - 1) / groups;
        _memory.Fit(each);
        // The tiles depend on the number of chains to the next power of two.
        int like = (int)BitOperations.RoundUpToPowerOf2((uint)each);
        if (!_operations.TryGetValue(like, out GlobalOperations? operations))
            _operations[like] = operations = new GlobalOperations(plan, Steps(like), Weights(like), Find, _threads);
        for (int first = 0; first < count; first += each)
            run(operations, first, Math.Min(each, count - first));
    }

    private GlobalSteps Steps(int chains) => new((source, columns) => options.Cut ?? ProductCut.Choose(
        (long)chains * source.Positions, columns, source.Depth, engine.Info.Multiprocessors), options.Precision, _threads);

    private GlobalWeights Weights(int chains) => new(plan, product => options.Cut ?? ProductCut.ChooseForWeights(
        product.Rows, product.Columns, (long)chains * product.Pixels, engine.Info.Multiprocessors),
        product => options.Cut?.Parts
            ?? BiasSumKernel.Parts(product, (long)chains * product.Pixels, _threads, engine.Info.Multiprocessors),
        options.Precision, _threads);

    private IGpuKernel Find(KernelText text)
    {
        if (!_kernels.TryGetValue(text.Ptx, out IGpuKernel? kernel))
            _kernels[text.Ptx] = kernel = engine.Compile(text);
        return kernel;
    }

    // A launch of each kernel, for the first chains of the memory.
    private void Run(IReadOnlyList<ReadyLaunch> launches, int chains, Outside outside = default, params ReadOnlySpan<KernelArgument> own)
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
                    OperandKind.States => outside.States,
                    OperandKind.ChainWeights => outside.ChainWeights,
                    OperandKind.DirectionWeights => Ones(chains),
                    OperandKind.ParameterGradient => At(outside.Gradient, operand.From, 1),
                    OperandKind.Partials => _memory.Partials(launch.PartialFloats?.Invoke(chains) ?? 0),
                    _ => _memory.Of(operand),
                });
            }
            own.CopyTo(arguments.AsSpan(1 + launch.Operands.Count));
            kernel.Launch(launch.Blocks(chains), arguments);
        }
    }

    /// <summary>Addresses of what the host's program owns, for the chains of a group.</summary>
    /// <param name="States">The states.</param>
    /// <param name="ChainWeights">The weights of their energies.</param>
    /// <param name="Gradient">The gradient of the parameters.</param>
    private readonly record struct Outside(
        ulong States = 0, ulong ChainWeights = 0, ulong Gradient = 0);
}
