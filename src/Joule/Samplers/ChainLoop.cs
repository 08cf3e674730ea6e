using Joule.Compute;
using Joule.Energies;

namespace Joule.Samplers;

/// <summary>
/// Runs chains: the one place with the loop over steps, the check for divergence and cancellation. A worker takes a block of chains through many steps
/// before it takes the next block. Where there are few blocks for the workers, it takes a part of the steps at a time, always of the block that is
/// farthest behind, so that a core that is slower for a while does not keep the others waiting.
/// </summary>
public sealed class ChainLoop : IBlockWork, IDisposable
{
    // Parts of blocks for every worker, if there are so many: at the end a worker waits for one part of another one at most.
    private const int PartsOfWorker = 24;

    private readonly Device _device;
    private readonly IDifferentiable _energy;
    private readonly DeviceBuffer _gradient;
    private readonly DeviceBuffer _results;
    private readonly float[] _energies;
    private readonly float[] _norms;
    private readonly int[] _accepted;
    private readonly int[] _divergent;
    private readonly int _capacity;
    private readonly Lock _turns = new();
    private readonly int[] _done;
    private readonly bool[] _held;
    private bool _stopped;
    private int _blocks;
    private int _stepsOfPart;
    private DeviceBuffer? _scratch;
    private double[] _numbers = [];
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
        int blocks = Blocks(capacity);
        _done = new int[blocks];
        _held = new bool[blocks];
    }

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
        _sampler = sampler;
        _states = states;
        _steps = steps;
        _noise = noise;
        _firstStep = firstStep;
        _cancellation = cancellation;
        _accepted.AsSpan(0, states.Count).Clear();
        _divergent.AsSpan(0, states.Count).Clear();
        MakeRoom();
        _blocks = Blocks(states.Count);
        _done.AsSpan(0, _blocks).Clear();
        _held.AsSpan(0, _blocks).Clear();
        _stopped = false;
        int parts = _blocks == 0 ? 1 : Math.Clamp(PartsOfWorker * _device.Lanes / _blocks, 1, Math.Max(1, steps));
        _stepsOfPart = (steps + parts - 1) / parts;
        _device.Run(this, Math.Min(_blocks, _device.Lanes));
        _device.Download(Results(0).Slice(0, states.Count), _energies);
        _device.Download(Results(1).Slice(0, states.Count), _norms);
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        _gradient.Dispose();
        _results.Dispose();
        _scratch?.Dispose();
    }

    void IBlockWork.Run(int block, int lane)
    {
        while (Take(lane) is int taken)
        {
            int from = _done[taken], to = Math.Min(_steps, from + _stepsOfPart);
            bool whole = false;
            try
            {
                Advance(taken, from, to);
                whole = true;
            }
            finally
            {
                Return(taken, to, whole);
            }
        }
    }

    // Energies, then squared norms.
    private Rows Results(int which) => new(_results, which * _capacity, _capacity, 1);

    private int Blocks(int chains) => (chains + _energy.BlockRows - 1) / _energy.BlockRows;

    /// <summary>The block that is farthest behind of those that no other worker has in hand; null where there is nothing to do for this worker any more.</summary>
    /// <remarks>
    /// Of several, every worker looks for it from a place of its own: what neighbouring blocks write lies side by side, and two cores that wrote to one line of
    /// the cache would wait for each other at every step.
    /// </remarks>
    private int? Take(int lane)
    {
        lock (_turns)
        {
            int? last = null;
            int place = (int)((long)_blocks * lane / _device.Lanes);
            for (int i = 0; i < _blocks && !_stopped; i++, place++)
            {
                if (place == _blocks)
                    place = 0;
                if (!_held[place] && _done[place] < (last is int l ? _done[l] : _steps))
                    last = place;
            }
            if (last is int taken)
                _held[taken] = true;
            return last;
        }
    }

    private void Return(int block, int done, bool whole)
    {
        lock (_turns)
        {
            _done[block] = done;
            _held[block] = false;
            _stopped |= !whole;
        }
    }

    private void Advance(int block, int from, int to)
    {
        int start = block * _energy.BlockRows, count = Math.Min(_energy.BlockRows, _states.Count - start);
        Rows gradient = _gradient.AsRows(_capacity, _energy.Space.Width).Slice(start, count);
        Rows energyRows = Results(0).Slice(start, count), normRows = Results(1).Slice(start, count);
        Span<float> energies = energyRows.Span, norms = normRows.Span;
        int rows = _sampler.ScratchRows, numbers = _sampler.ScratchNumbers, width = _energy.Space.Width;
        Rows scratch = rows == 0 ? default : _scratch!.AsRows(rows * _capacity, width).Slice(rows * start, rows * count);
        for (int s = from; s < to; s++)
        {
            _cancellation.ThrowIfCancellationRequested();
            ulong step = _firstStep + (ulong)s;
            _sampler.Step(_device, _energy, new ChainBlock
            {
                States = _states.Slice(start, count),
                Gradient = gradient,
                EnergyRows = energyRows,
                NormRows = normRows,
                FirstChain = (uint)start,
                Noise = _noise.At(step),
                Continues = s > 0,
                Scratch = scratch,
                Numbers = _numbers.AsSpan(numbers * start, numbers * count),
                Accepted = _accepted.AsSpan(start, count),
                Divergent = _divergent.AsSpan(start, count),
            });
            for (int i = 0; i < count; i++)
            {
                if (!float.IsFinite(energies[i]))
                    throw new DivergenceException("energy of a chain", (long)step + 1, start + i, energies[i]);
                if (!float.IsFinite(norms[i]))
                    throw new DivergenceException("squared gradient norm of a chain", (long)step + 1, start + i, norms[i]);
            }
        }
    }

    /// <summary>Takes the memory that the sampler's steps need, once.</summary>
    private void MakeRoom()
    {
        long floats = (long)_sampler.ScratchRows * _capacity * _energy.Space.Width;
        if (floats > (_scratch?.Length ?? 0))
        {
            _scratch?.Dispose();
            _scratch = null;
            _scratch = _device.Allocate(floats);
        }
        if (_sampler.ScratchNumbers * _capacity > _numbers.Length)
            _numbers = new double[_sampler.ScratchNumbers * _capacity];
    }
}
