using Joule.Compute;

namespace Joule.Samplers;

/// <summary>
/// What a number of chains keep between steps beside their states: one row a chain of every <see cref="Sampler.Kept"/> part. Whoever goes
/// on with chains over several runs of a <see cref="ChainLoop"/> holds one; chains that start anew in every run need none.
/// </summary>
public sealed class ChainMemory : IDisposable
{
    private readonly Device _device;
    private readonly DeviceBuffer[] _buffers;
    private readonly StartProgram _start;

    /// <summary>Takes memory, all zero, for a sampler's kept parts.</summary>
    /// <param name="device">Where the chains run.</param>
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

    /// <summary>What is kept.</summary>
    public IReadOnlyList<KeptPart> Declared { get; }

    /// <summary>The memory: one row a chain for each of <see cref="Declared"/>.</summary>
    internal Rows[] Parts { get; }

    /// <summary>The memory as a checkpoint takes it.</summary>
    /// <param name="owner">What comes before the parts' names, for example <c>buffer</c>.</param>
    public IEnumerable<StateMemory> State(string owner)
    {
        for (int part = 0; part < Parts.Length; part++)
            yield return new StateMemory($"{owner}.{Declared[part].Name}", Parts[part]);
    }

    /// <summary>
    /// Gives chains that start anew what their sampler keeps at first: zero, then whatever <see cref="Sampler.Init"/> writes.
    /// </summary>
    /// <param name="sampler">The sampler, which keeps the same parts as the one that the memory was made for.</param>
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

    /// <summary>Says what <see cref="Init"/> would do, for a launch together with what writes the states.</summary>
    /// <inheritdoc cref="Init"/>
    public DeviceProgram Prepare(Sampler sampler, Rows states)
    {
        ArgumentNullException.ThrowIfNull(sampler);
        Check(sampler, states.Count);
        _start.Prepare(sampler, states);
        return _start;
    }

    /// <summary>Raises an error where the memory does not fit to a sampler and a number of chains.</summary>
    internal void Check(Sampler sampler, int chains)
    {
        if (chains > Chains)
            throw new InvalidInputException($"The memory has room for {Chains} chains; it was given {chains}.");
        if (!KeptPart.Same(sampler.Kept, Declared))
        {
            throw new InvalidInputException(
                $"The memory holds {Text(Declared)}; the sampler keeps {Text(sampler.Kept)}. Make the memory for that sampler.");
        }
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        foreach (DeviceBuffer buffer in _buffers)
            buffer.Dispose();
    }

    private static string Text(IReadOnlyList<KeptPart> parts) =>
        parts.Count == 0 ? "nothing" : string.Join(", ", parts.Select(p => $"{p.Name} ({Counted.Of(p.Width, "number")} a chain)"));

    private sealed class StartProgram(ChainMemory memory) : DeviceProgram
    {
        private Sampler _sampler = null!;
        private Rows _states;

        public override string Name => "the start of chains";

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
