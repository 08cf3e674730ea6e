using Joule.Compute;
using Joule.Energies;

namespace Joule.Samplers;

/// <summary>
/// Runs chains: the one place with the loop over steps, the check for divergence and cancellation. A run is one launch; the device takes every block of chains through
/// its steps.
/// </summary>
public sealed class ChainLoop : IDisposable
{
    private readonly Device _device;
    private readonly IDifferentiable _energy;
    private readonly DeviceBuffer _gradient;
    private readonly DeviceBuffer _results;
    private readonly float[] _energies;
    private readonly float[] _norms;
    private readonly DeviceBuffer _counts;
    private readonly int[] _accepted;
    private readonly int[] _divergent;
    private readonly int _capacity;
    private readonly DeviceBuffer _flags;
    private readonly int[] _flagsOfHost;
    private readonly ChainProgram _program;
    private DeviceBuffer? _scratch;
    private DeviceBuffer? _numbers;
    private Sampler _sampler = null!;
    private Rows _states;
    private RandomStream _noise;
    private ulong _firstStep;
    private int _steps;
    private CancellationToken _cancellation;

    /// <summary>Takes memory for a number of chains on one energy.</summary>
    public ChainLoop(Device device, IDifferentiable energy, int capacity)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(energy);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        _device = device;
        _energy = energy;
        _capacity = capacity;
        _gradient = device.Allocate((long)capacity * energy.Space.Width);
        _results = device.Allocate(2L * capacity);
        _energies = new float[capacity];
        _norms = new float[capacity];
        _accepted = new int[capacity];
        _divergent = new int[capacity];
        _counts = device.Allocate(2L * capacity);
        _flagsOfHost = new int[Blocks(capacity)];
        _flags = device.Allocate(_flagsOfHost.Length);
        _program = new ChainProgram(this);
    }

    /// <summary>
    /// The number of the first chain of the next run among all chains that run together, on other devices and other machines too: chain i of a run draws as chain
    /// <see cref="FirstChain"/> + i, so that chains that are shared out draw what they draw on one machine.
    /// </summary>
    public uint FirstChain { get; set; }

    /// <summary>Every chain's energy where its last gradient was taken, in nats.</summary>
    public ReadOnlySpan<float> Energies => _energies.AsSpan(0, _states.Count);

    /// <summary>Every chain's ‖∇ₓE‖² where its last gradient was taken.</summary>
    public ReadOnlySpan<float> SquaredNorms => _norms.AsSpan(0, _states.Count);

    /// <summary>How many proposals every chain accepted in the last run: its acceptance, times the steps. Zero for samplers without an accept test.</summary>
    public ReadOnlySpan<int> Accepted => _accepted.AsSpan(0, _states.Count);

    /// <summary>
    /// How many proposals of every chain diverged in the last run, and were rejected for it: what that means, the sampler says. More than a few call for a
    /// smaller step. Zero for samplers without an accept test.
    /// </summary>
    public ReadOnlySpan<int> Divergent => _divergent.AsSpan(0, _states.Count);

    /// <summary>Advances all chains, in place.</summary>
    /// <param name="sampler">The transition.</param>
    /// <param name="states">One row a chain.</param>
    /// <param name="steps">How many steps.</param>
    /// <param name="noise">Seed and purpose of the draws; step s of the chains uses the draws of step <paramref name="firstStep"/> + s.</param>
    /// <param name="firstStep">How many steps these chains' draws have been used for before.</param>
    /// <param name="cancellation">Stops the chains between two steps.</param>
    /// <exception cref="DivergenceException">An energy or a gradient became non-finite.</exception>
    public void Run(Sampler sampler, Rows states, int steps, RandomStream noise, ulong firstStep = 0, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(sampler);
        if (states.Count > _capacity || states.Width != _energy.Space.Width)
            throw new InvalidInputException($"The chains have room for {_capacity} states of {_energy.Space.Width} numbers; they were given {states.Count} of {states.Width}.");
        if ((ulong)FirstChain + (ulong)states.Count > uint.MaxValue)
            throw new InvalidInputException($"{states.Count} chains from number {FirstChain} on pass the last number that a chain can have, {uint.MaxValue - 1}.");
        _sampler = sampler;
        _states = states;
        _steps = steps;
        _noise = noise;
        _firstStep = firstStep;
        _cancellation = cancellation;
        MakeRoom();
        _device.Clear(Counts(0));
        _device.Clear(Counts(1));
        int blocks = Blocks(states.Count);
        Rows flags = _flags.AsRows(blocks, 1);
        _device.Clear(flags);
        _device.Launch(_program);
        _device.Download(Results(0).Slice(0, states.Count), _energies);
        _device.Download(Results(1).Slice(0, states.Count), _norms);
        _device.DownloadIntegers(Counts(0).Slice(0, states.Count), _accepted);
        _device.DownloadIntegers(Counts(1).Slice(0, states.Count), _divergent);
        _device.DownloadIntegers(flags, _flagsOfHost);
        ThrowIfDivergent(_flagsOfHost.AsSpan(0, blocks));
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        _gradient.Dispose();
        _results.Dispose();
        _counts.Dispose();
        _flags.Dispose();
        _numbers?.Dispose();
        _scratch?.Dispose();
    }

    // Energies, then squared norms.
    private Rows Results(int which) => new(_results, which * _capacity, _capacity, 1);

    // Accepted proposals, then divergent ones.
    private Rows Counts(int which) => new(_counts, which * _capacity, _capacity, 1);

    private int Blocks(int chains) => (chains + _energy.BlockRows - 1) / _energy.BlockRows;

    // Of every block's flag: 0, or 1 + the step of the run at which one of its chains was no number any more. Energies and norms are still those of that step.
    private void ThrowIfDivergent(ReadOnlySpan<int> flags)
    {
        int first = -1;
        for (int block = 0; block < flags.Length; block++)
        {
            if (flags[block] > 0 && (first < 0 || flags[block] < flags[first]))
                first = block;
        }
        if (first < 0)
            return;
        long step = (long)_firstStep + flags[first];
        int end = Math.Min((first + 1) * _energy.BlockRows, _states.Count);
        for (int chain = first * _energy.BlockRows; chain < end; chain++)
        {
            if (!float.IsFinite(_energies[chain]))
                throw new DivergenceException("energy of a chain", step, FirstChain + chain, _energies[chain]);
            if (!float.IsFinite(_norms[chain]))
                throw new DivergenceException("squared gradient norm of a chain", step, FirstChain + chain, _norms[chain]);
        }
        throw new InvalidOperationException($"Block {first} of the chains says that it diverged, and all of its energies and norms are finite.");
    }

    /// <summary>Takes a block of chains through some steps.</summary>
    /// <returns>False where a chain is no number any more; the block's flag says at which step.</returns>
    private bool Advance(int start, int count, int from, int steps)
    {
        Rows gradient = _gradient.AsRows(_capacity, _energy.Space.Width).Slice(start, count);
        Rows energyRows = Results(0).Slice(start, count), normRows = Results(1).Slice(start, count);
        Span<float> energies = energyRows.Span, norms = normRows.Span;
        int rows = _sampler.ScratchRows, numbers = _sampler.ScratchNumbers, width = _energy.Space.Width;
        Rows scratch = rows == 0 ? default : _scratch!.AsRows(rows * _capacity, width).Slice(rows * start, rows * count);
        Rows numberRows = numbers == 0 ? default : _numbers!.AsRows(numbers * _capacity, 2).Slice(numbers * start, numbers * count);
        Span<int> accepted = Counts(0).Slice(start, count).Integers, divergent = Counts(1).Slice(start, count).Integers;
        for (int s = from; s < from + steps; s++)
        {
            _cancellation.ThrowIfCancellationRequested();
            _sampler.Step(_device, _energy, new ChainBlock
            {
                States = _states.Slice(start, count),
                Gradient = gradient,
                EnergyRows = energyRows,
                NormRows = normRows,
                FirstChain = FirstChain + (uint)start,
                Noise = _noise.At(_firstStep + (ulong)s),
                Continues = s > 0,
                Scratch = scratch,
                NumberRows = numberRows,
                Accepted = accepted,
                Divergent = divergent,
            });
            for (int i = 0; i < count; i++)
            {
                if (float.IsFinite(energies[i]) && float.IsFinite(norms[i]))
                    continue;
                _flags.AsRows(_flags.Length, 1).Integers[start / _energy.BlockRows] = s + 1;
                return false;
            }
        }
        return true;
    }

    /// <summary>Takes the memory that the sampler's steps need, once.</summary>
    private void MakeRoom()
    {
        Grow(ref _scratch, (long)_sampler.ScratchRows * _capacity * _energy.Space.Width);
        Grow(ref _numbers, 2L * _sampler.ScratchNumbers * _capacity);
    }

    private void Grow(ref DeviceBuffer? buffer, long length)
    {
        if (length <= (buffer?.Length ?? 0))
            return;
        buffer?.Dispose();
        buffer = null;
        buffer = _device.Allocate(length);
    }

    private sealed class ChainProgram(ChainLoop loop) : StepProgram
    {
        public override string Name => "chains";

        public override int Count => loop._states.Count;

        public override int BlockRows => loop._energy.BlockRows;

        public override int Steps => loop._steps;

        protected internal override bool Run(int start, int count, int firstStep, int steps, int lane) => loop.Advance(start, count, firstStep, steps);
    }
}
