using Joule.Compute;

namespace Joule.Samplers;

/// <summary>
/// What chains keep between steps besides their states: one row per chain for each <see cref="Sampler.Kept"/> part. Needed only by chains
/// that continue over several runs of a <see cref="ChainLoop"/>.
/// </summary>
public sealed class ChainMemory : IDisposable
{
    private readonly Device _device;
    private readonly DeviceBuffer[] _buffers;
    private readonly StartProgram _start;

    /// <summary>Allocates zeroed memory for a sampler's kept parts.</summary>
    /// <param name="device">The device of the chains.</param>
    /// <param name="sampler">The sampler.</param>
    /// <param name="chains">Number of chains, at least 1.</param>
    public ChainMemory(Device device, Sampler sampler, int chains)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(sampler);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(chains);
        _device = device;
        Chains = chains;
        Declared = sampler.Kept;
        _buffers = new DeviceBuffer[Declared.Count];
        Parts = new Rows[Declared.Count];
        for (int part = 0; part < Declared.Count; part++)
        {
            _buffers[part] = device.Allocate((long)chains * Declared[part].Width);
            Parts[part] = _buffers[part].AsRows(chains, Declared[part].Width);
        }
        _start = new StartProgram(this);
    }

    /// <summary>Number of chains.</summary>
    public int Chains { get; }

    /// <summary>The kept parts.</summary>
    public IReadOnlyList<KeptPart> Declared { get; }

    /// <summary>The memory: one row per chain for each of <see cref="Declared"/>.</summary>
    internal Rows[] Parts { get; }

    /// <summary>The memory, for a checkpoint.</summary>
    /// <param name="owner">Prefix of the parts' names, for example <c>buffer</c>.</param>
    public IEnumerable<StateMemory> State(string owner)
    {
        for (int part = 0; part < Parts.Length; part++)
            yield return new StateMemory($"{owner}.{Declared[part].Name}", Parts[part]);
    }

    /// <summary>
    /// Initialises the kept parts of new chains: zero, then whatever <see cref="Sampler.Init"/> writes.
    /// </summary>
    /// <param name="sampler">The sampler; its kept parts must be those that the memory was created for.</param>
    /// <param name="states">The states of the first chains of the memory.</param>
    /// <exception cref="InvalidInputException">There are more states than chains, or the sampler keeps other parts.</exception>
    public void Init(Sampler sampler, Rows states)
    {
        ArgumentNullException.ThrowIfNull(sampler);
        Check(sampler, states.Count);
        if (Parts.Length == 0)
            return;
        _device.Launch(Prepare(sampler, states));
    }

    /// <summary>The program of <see cref="Init"/>, for a launch with the program that writes the states.</summary>
    /// <inheritdoc cref="Init"/>
    public DeviceProgram Prepare(Sampler sampler, Rows states)
    {
        ArgumentNullException.ThrowIfNull(sampler);
        Check(sampler, states.Count);
        _start.Prepare(sampler, states);
        return _start;
    }

    /// <summary>Sets all tallies to zero, where a warm-up ends.</summary>
    public void ClearTallies()
    {
        for (int part = 0; part < Parts.Length; part++)
        {
            if (Declared[part].IsTally)
                _device.Clear(Parts[part]);
        }
    }

    /// <summary>The float64 numbers of a kept part on the host, one chain after the other.</summary>
    /// <param name="name">The part's name.</param>
    /// <exception cref="InvalidOperationException">There is no such part.</exception>
    public double[] ReadNumbers(string name)
    {
        for (int part = 0; part < Parts.Length; part++)
        {
            if (Declared[part].Name != name)
                continue;
            double[] numbers = new double[Parts[part].Length / 2];
            _device.DownloadDoubles(Parts[part], numbers);
            return numbers;
        }
        throw new InvalidOperationException($"The chains keep {Text(Declared)}; there is no part {name}.");
    }

    /// <summary>Checks that the memory fits a sampler and a number of chains.</summary>
    internal void Check(Sampler sampler, int chains)
    {
        if (chains > Chains)
            throw new InvalidInputException($"The memory has room for {Chains} chains; it was given {chains}.");
        if (!KeptPart.Same(sampler.Kept, Declared))
        {
            throw new InvalidInputException(
                $"The memory holds {Text(Declared)}; the sampler keeps {Text(sampler.Kept)}. Create the memory for that sampler.");
        }
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        foreach (DeviceBuffer buffer in _buffers)
            buffer.Dispose();
    }

    private static string Text(IReadOnlyList<KeptPart> parts) =>
        parts.Count == 0 ? "nothing" : string.Join(", ", parts.Select(p => $"{p.Name} ({Counted.Of(p.Width, "number")} per chain)"));

    private sealed class StartProgram(ChainMemory memory) : DeviceProgram
    {
        private Sampler _sampler = null!;
        private Rows _states;

        public override string Name => $"the start of chains of {_sampler.GetType().Name}, which keep numbers besides their states";

        public override int Count => _states.Count;

        public override int BlockRows => 16;

        public void Prepare(Sampler sampler, Rows states) => (_sampler, _states) = (sampler, states);

        protected override void Run(int start, int count, int lane)
        {
            foreach (Rows part in memory.Parts)
                part.Slice(start, count).Span.Clear();
            _sampler.Init(memory._device, new ChainStart(_states.Slice(start, count), memory.Parts, start));
        }
    }
}
