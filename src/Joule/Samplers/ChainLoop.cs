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
    private readonly Energy _energy;
    private readonly DeviceBuffer _gradient;
    private readonly DeviceBuffer _results;
    private readonly float[] _energies;
    private readonly float[] _norms;
    private readonly int[] _accepted;
    private readonly int[] _divergent;
    private readonly double[] _errors;
    private readonly int _capacity;
    private readonly List<int> _wanted = [];
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
    private int _before;
    private int _steps;
    private int _counted;
    private Rows[] _kept = [];
    private ChainMemory? _own;
    private CancellationToken _cancellation;

    /// <summary>Takes memory for a number of chains on one energy.</summary>
    public ChainLoop(Device device, Energy energy, int capacity)
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
        _errors = new double[capacity];
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

    /// <summary>What became of all proposals of the last run, after its warm-up; null for samplers without an accept test.</summary>
    public ProposalFigures? Proposals => _sampler is { HasAcceptTest: true } ? Figures() : null;

    /// <summary>Advances all chains, in place. Chains whose sampler keeps something beside the state start anew: see <see cref="ChainMemory"/>.</summary>
    /// <param name="sampler">The transition, made for the energy of this loop.</param>
    /// <param name="states">One row a chain.</param>
    /// <param name="steps">How many steps.</param>
    /// <param name="noise">Seed and purpose of the draws; step s of the chains uses the draws of step <paramref name="firstStep"/> + s.</param>
    /// <param name="firstStep">How many steps these chains' draws have been used for before.</param>
    /// <param name="cancellation">Stops the chains between two steps.</param>
    /// <exception cref="DivergenceException">An energy or a gradient became non-finite.</exception>
    public void Run(Sampler sampler, Rows states, int steps, RandomStream noise, ulong firstStep = 0, CancellationToken cancellation = default)
    {
        Run(sampler, states, steps, noise, null, firstStep, cancellation);
    }

    /// <summary>Advances all chains, in place, with what they keep beside their states.</summary>
    /// <param name="sampler">The transition, made for the energy of this loop.</param>
    /// <param name="states">One row a chain.</param>
    /// <param name="steps">How many steps.</param>
    /// <param name="noise">Seed and purpose of the draws; step s of the chains uses the draws of step <paramref name="firstStep"/> + s.</param>
    /// <param name="memory">What chains keep beside their states; null where they start anew.</param>
    /// <param name="firstStep">How many steps these chains' draws have been used for before.</param>
    /// <param name="cancellation">Stops the chains between two steps.</param>
    /// <exception cref="InvalidInputException">The states or the memory do not fit, or the sampler was made for another energy.</exception>
    /// <exception cref="DivergenceException">An energy or a gradient became non-finite.</exception>
    public void Run(Sampler sampler, Rows states, int steps, RandomStream noise, ChainMemory? memory, ulong firstStep = 0, CancellationToken cancellation = default)
    {
        Begin(sampler, states, noise, memory, cancellation);
        Advance(steps, firstStep, 0);
        _counted = steps;
    }

    /// <summary>Advances all chains, in place, and tells observers where they are.</summary>
    /// <param name="sampler">The transition, made for the energy of this loop.</param>
    /// <param name="states">One row a chain.</param>
    /// <param name="schedule">How many steps, and which of them leave samples.</param>
    /// <param name="noise">Seed and purpose of the draws; step s of the run uses the draws of step <paramref name="firstStep"/> + s, warm-up included.</param>
    /// <param name="observers">Who is told; null for nobody.</param>
    /// <param name="memory">What chains keep beside their states, where they have run before; null where they start anew.</param>
    /// <param name="firstStep">How many steps these chains' draws have been used for before.</param>
    /// <param name="cancellation">Stops the chains between two steps.</param>
    /// <exception cref="InvalidInputException">The states, the schedule or the memory do not fit, or the sampler was made for another energy.</exception>
    /// <exception cref="DivergenceException">An energy or a gradient became non-finite.</exception>
    public void Run(Sampler sampler, Rows states, ChainSchedule schedule, RandomStream noise, IReadOnlyList<IChainObserver>? observers,
        ChainMemory? memory = null, ulong firstStep = 0, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        schedule.Validate();
        Begin(sampler, states, noise, memory, cancellation);
        int done = 0;
        while (done < schedule.Total)
        {
            int stop = NextStop(done, schedule, observers);
            Advance(stop - done, firstStep, done);
            done = stop;
            _counted = done <= schedule.WarmUp ? done : done - schedule.WarmUp;
            Tell(done, schedule, observers);
            if (done == schedule.WarmUp)
                ClearCounts();
        }
        _counted = schedule.Steps;
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        _gradient.Dispose();
        _results.Dispose();
        _scratch?.Dispose();
        _own?.Dispose();
    }

    /// <summary>Where the chains have to meet next: after the warm-up, where the schedule or an observer says so, and at the end.</summary>
    private int NextStop(int done, ChainSchedule schedule, IReadOnlyList<IChainObserver>? observers)
    {
        int stop = done < schedule.WarmUp ? schedule.WarmUp : schedule.Total;
        _wanted.Clear();
        if (observers is null || observers.Count == 0)
            return stop;
        stop = Math.Min(stop, schedule.NextMeeting(done));
        for (int i = 0; i < observers.Count; i++)
        {
            int wanted = observers[i].Next(done, schedule);
            if (wanted <= done)
                throw new InvalidOperationException($"The observer {observers[i].GetType().Name} asks for step {wanted} after step {done}; it must lie above it.");
            _wanted.Add(wanted);
            stop = Math.Min(stop, wanted);
        }
        return stop;
    }

    private void Tell(int done, ChainSchedule schedule, IReadOnlyList<IChainObserver>? observers)
    {
        bool all = schedule.Meeting > 0 && done % schedule.Meeting == 0;
        for (int i = 0; i < _wanted.Count; i++)
        {
            if (!all && _wanted[i] != done)
                continue;
            observers![i].Observe(new ChainReport
            {
                States = _states,
                Step = done,
                IsWarmUp = done < schedule.WarmUp,
                IsSample = schedule.IsSample(done),
                Energies = Energies,
                SquaredNorms = SquaredNorms,
                Proposals = Figures(),
            });
        }
    }

    private ProposalFigures Figures()
    {
        long accepted = 0, divergent = 0;
        double errors = 0;
        for (int i = 0; i < _states.Count; i++)
        {
            accepted += _accepted[i];
            divergent += _divergent[i];
            errors += _errors[i];
        }
        return new ProposalFigures((long)_counted * _states.Count, accepted, divergent, errors);
    }

    private void Begin(Sampler sampler, Rows states, RandomStream noise, ChainMemory? memory, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(sampler);
        if (states.Count > _capacity || states.Width != _energy.Space.Width)
            throw new InvalidInputException(
                $"The chains have room for {_capacity} states of {_energy.Space.Width} numbers; they were given {states.Count} of {states.Width}.");
        if (!ReferenceEquals(sampler.Energy, _energy))
            throw new InvalidInputException("The sampler was made for another energy than the one that these chains have memory for. Make it with Create(energy) of that energy.");
        _sampler = sampler;
        _states = states;
        _noise = noise;
        _cancellation = cancellation;
        _blocks = Blocks(states.Count);
        ClearCounts();
        MakeRoom();
        Remember(memory);
    }

    private void ClearCounts()
    {
        _accepted.AsSpan(0, _states.Count).Clear();
        _divergent.AsSpan(0, _states.Count).Clear();
        _errors.AsSpan(0, _states.Count).Clear();
        _counted = 0;
    }

    /// <summary>Finds what the chains keep: the caller's memory, or their own, in which they start anew.</summary>
    private void Remember(ChainMemory? memory)
    {
        if (memory is null && _sampler.Kept.Count > 0)
        {
            if (_own is null || !KeptPart.Same(_own.Declared, _sampler.Kept))
            {
                _own?.Dispose();
                _own = null;
                _own = new ChainMemory(_device, _sampler, _capacity);
            }
            _own.Init(_sampler, _states);
            memory = _own;
        }
        memory?.Check(_sampler, _states.Count);
        _kept = memory?.Parts ?? [];
    }

    /// <summary>Takes all chains through some steps, after <paramref name="before"/> steps of the same run.</summary>
    private void Advance(int steps, ulong firstStep, int before)
    {
        _steps = steps;
        _firstStep = firstStep + (ulong)before;
        _before = before;
        _done.AsSpan(0, _blocks).Clear();
        _held.AsSpan(0, _blocks).Clear();
        _stopped = false;
        int parts = _blocks == 0 ? 1 : Math.Clamp(PartsOfWorker * _device.Lanes / _blocks, 1, Math.Max(1, steps));
        _stepsOfPart = (steps + parts - 1) / parts;
        _device.Run(this, Math.Min(_blocks, _device.Lanes));
        _device.Download(Results(0).Slice(0, _states.Count), _energies);
        _device.Download(Results(1).Slice(0, _states.Count), _norms);
    }

    void IBlockWork.Run(int block, int lane)
    {
        while (Take(lane) is int taken)
        {
            int from = _done[taken], to = Math.Min(_steps, from + _stepsOfPart);
            bool whole = false;
            try
            {
                Steps(taken, from, to);
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

    private void Steps(int block, int from, int to)
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
            _sampler.Step(_device, new ChainBlock
            {
                States = _states.Slice(start, count),
                Gradient = gradient,
                EnergyRows = energyRows,
                NormRows = normRows,
                FirstChain = (uint)start,
                Noise = _noise.At(step),
                Continues = _before + s > 0,
                Scratch = scratch,
                Numbers = _numbers.AsSpan(numbers * start, numbers * count),
                Accepted = _accepted.AsSpan(start, count),
                Divergent = _divergent.AsSpan(start, count),
                EnergyErrors = _errors.AsSpan(start, count),
                AllKept = _kept,
                FirstRow = start,
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
