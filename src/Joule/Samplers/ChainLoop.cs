using Joule.Compute;
using Joule.Energies;

namespace Joule.Samplers;

/// <summary>
/// Runs chains: the one loop over steps, warm-up, samples, observers, divergence check and cancellation. The device takes each block of
/// chains through its steps in one launch; chains synchronise between launches when observers ask for it.
/// </summary>
public sealed partial class ChainLoop : IDisposable
{
    private readonly Device _device;
    private readonly Energy _energy;
    private readonly int _capacity;
    private readonly DeviceBuffer _gradient;
    private readonly ChainResults _results;
    private readonly ChainProgram _program;
    private readonly ChainMeetings _meetings = new();
    private readonly List<DeviceProgram> _starts = [];
    private DeviceBuffer? _scratch;
    private DeviceBuffer? _numbers;
    private DeviceBuffer? _shared;
    private ChainMemory? _own;
    private ChainMemory? _memory;
    private Rows[] _kept = [];
    private Sampler _sampler = null!;
    private Rows _states;
    private RandomStream _noise;
    private ulong _firstStep;
    private int _before, _resumed, _steps, _counted, _phase;
    private int _part; // steps before the last part of the launch
    private CancellationToken _cancellation;

    /// <summary>Allocates memory for a number of chains on one energy.</summary>
    public ChainLoop(Device device, Energy energy, int capacity)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(energy);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        _device = device;
        _energy = energy;
        _capacity = capacity;
        _gradient = device.Allocate((long)capacity * energy.Space.Width);
        _results = new ChainResults(device, capacity, energy);
        _program = new ChainProgram(this);
    }

    /// <summary>
    /// The global number of the next run's first chain, among all devices and machines: chain i of the run draws as chain
    /// <see cref="FirstChain"/> + i, so chains spread over machines draw the same as on one.
    /// </summary>
    public uint FirstChain { get; set; }

    /// <summary>Each chain's energy where its last gradient was taken, in nats.</summary>
    public ReadOnlySpan<float> Energies => _results.EnergiesOfHost.AsSpan(0, _states.Count);

    /// <summary>Each chain's ‖∇ₓE‖² where its last gradient was taken.</summary>
    public ReadOnlySpan<float> SquaredNorms => _results.NormsOfHost.AsSpan(0, _states.Count);

    /// <summary>
    /// Accepted proposals of each chain in the last run, after its warm-up. Zero for samplers without an accept test.
    /// </summary>
    public ReadOnlySpan<int> Accepted => _results.AcceptedOfHost.AsSpan(0, _states.Count);

    /// <summary>
    /// Divergent (and so rejected) proposals of each chain in the last run, after its warm-up; the sampler defines divergent. More than a
    /// few call for a smaller step. Zero for samplers without an accept test.
    /// </summary>
    public ReadOnlySpan<int> Divergent => _results.DivergentOfHost.AsSpan(0, _states.Count);

    /// <summary>All proposals of the last run, after its warm-up; null for samplers without an accept test.</summary>
    public ProposalFigures? Proposals => _sampler is { HasAcceptTest: true } ? Figures() : null;

    /// <summary>
    /// Advances all chains in place. What their sampler keeps besides the states starts afresh (<see cref="ChainMemory"/>).
    /// </summary>
    /// <inheritdoc cref="Run(Sampler, Rows, int, RandomStream, ChainMemory, ulong, CancellationToken)"/>
    public void Run(Sampler sampler, Rows states, int steps, RandomStream noise, ulong firstStep = 0,
        CancellationToken cancellation = default) =>
        Run(sampler, states, steps, noise, null, firstStep, cancellation);

    /// <summary>Advances all chains in place, with what they keep besides their states.</summary>
    /// <param name="sampler">The transition, created for this loop's energy.</param>
    /// <param name="states">One row per chain.</param>
    /// <param name="steps">Number of steps.</param>
    /// <param name="noise">Seed and purpose of the draws; step s uses the draws of step <paramref name="firstStep"/> + s.</param>
    /// <param name="memory">What chains keep besides their states; null: it starts afresh.</param>
    /// <param name="firstStep">Number of steps whose draws are already used.</param>
    /// <param name="cancellation">Stops the chains between steps.</param>
    /// <exception cref="InvalidInputException">States or memory do not fit, or the sampler was made for another energy.</exception>
    /// <exception cref="DivergenceException">An energy or a gradient became non-finite.</exception>
    public void Run(Sampler sampler, Rows states, int steps, RandomStream noise, ChainMemory? memory, ulong firstStep = 0,
        CancellationToken cancellation = default)
    {
        _starts.Clear();
        Begin(sampler, states, noise, memory, cancellation);
        _counted = steps;
        Advance(steps, firstStep, 0);
    }

    /// <summary>
    /// The program of <see cref="Run(Sampler, Rows, int, RandomStream, ChainMemory, ulong, CancellationToken)"/>, for a launch with other
    /// programs. Call <see cref="Complete"/> after the launch.
    /// </summary>
    /// <param name="sampler">The transition, created for this loop's energy.</param>
    /// <param name="states">One row per chain.</param>
    /// <param name="steps">Number of steps.</param>
    /// <param name="noise">Seed and purpose of the draws; step s uses the draws of step <paramref name="firstStep"/> + s.</param>
    /// <param name="memory">What chains keep besides their states.</param>
    /// <param name="starts">
    /// Programs that run on each block before its first step, for example to write the states: one row per chain.
    /// </param>
    /// <param name="firstStep">Number of steps whose draws are already used.</param>
    /// <param name="cancellation">Stops the chains between steps.</param>
    /// <returns>The program; a divergence ends its launch.</returns>
    /// <exception cref="InvalidInputException">States or memory do not fit, or the sampler was made for another energy.</exception>
    /// <exception cref="ArgumentException">A program in <paramref name="starts"/> has another number of rows.</exception>
    public DeviceProgram Prepare(
        Sampler sampler,
        Rows states,
        int steps,
        RandomStream noise,
        ChainMemory memory,
        ReadOnlySpan<DeviceProgram> starts,
        ulong firstStep = 0,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(memory);
        ArgumentNullException.ThrowIfNull(sampler);
        if (sampler.Phases > 1)
        {
            throw new InvalidInputException($"The chains of {sampler.GetType().Name} meet in every step, so they cannot run within a "
                + "training update. Use another sampler for training, for example langevin.");
        }
        _starts.Clear();
        foreach (DeviceProgram start in starts)
        {
            if (start.Count != states.Count)
            {
                throw new ArgumentException(
                    $"A program that starts chains has one row per chain; \"{start.Name}\" has {start.Count} for {states.Count} chains.");
            }
            _starts.Add(start);
        }
        Begin(sampler, states, noise, memory, cancellation);
        _counted = steps;
        Plan(steps, firstStep, 0);
        return _program;
    }

    /// <summary>Advances all chains in place, and reports to observers.</summary>
    /// <param name="sampler">The transition, created for this loop's energy.</param>
    /// <param name="states">One row per chain.</param>
    /// <param name="schedule">The number of steps, and which of them give samples.</param>
    /// <param name="noise">
    /// Seed and purpose of the draws; step s, warm-up included, uses the draws of step <paramref name="firstStep"/> + s.
    /// </param>
    /// <param name="observers">The observers; null: none.</param>
    /// <param name="memory">What chains keep besides their states; null: it starts afresh.</param>
    /// <param name="firstStep">Number of steps whose draws are already used.</param>
    /// <param name="cancellation">Stops the chains between steps.</param>
    /// <exception cref="InvalidInputException">
    /// States, schedule or memory do not fit, or the sampler was created for another energy.
    /// </exception>
    /// <exception cref="DivergenceException">An energy or a gradient became non-finite.</exception>
    public void Run(Sampler sampler, Rows states, ChainSchedule schedule, RandomStream noise, IReadOnlyList<IChainObserver>? observers,
        ChainMemory? memory = null, ulong firstStep = 0, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        schedule.Validate();
        _starts.Clear();
        Begin(sampler, states, noise, memory, cancellation, keepCounts: schedule.Done > 0 && schedule.Done != schedule.WarmUp);
        int done = _resumed = schedule.Done;
        _counted = done < schedule.WarmUp ? done : done - schedule.WarmUp;
        while (done < schedule.Total)
        {
            int stop = _meetings.Next(done, schedule, observers);
            _counted = stop <= schedule.WarmUp ? stop : stop - schedule.WarmUp;
            Advance(stop - done, firstStep, done);
            done = stop;
            Tell(done, schedule, observers);
            if (done != schedule.WarmUp)
                continue;
            ClearCounts();
            _memory?.ClearTallies();
        }
    }

    /// <summary>The proposal counts, for a checkpoint of a run that goes on by <see cref="ChainSchedule.Done"/>.</summary>
    public IEnumerable<StateMemory> State(string owner) => _results.State(owner);

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        _gradient.Dispose();
        _results.Dispose();
        _numbers?.Dispose();
        _shared?.Dispose();
        _scratch?.Dispose();
        _own?.Dispose();
    }

    private void Tell(int done, ChainSchedule schedule, IReadOnlyList<IChainObserver>? observers)
    {
        for (int i = 0; i < observers?.Count; i++)
        {
            if (!_meetings.Wants(i, done, schedule))
                continue;
            observers[i].Observe(new ChainReport
            {
                Device = _device,
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

    private ProposalFigures Figures() => _results.Figures(_states.Count, _counted);

    private void Begin(Sampler sampler, Rows states, RandomStream noise, ChainMemory? memory, CancellationToken cancellation,
        bool keepCounts = false)
    {
        ArgumentNullException.ThrowIfNull(sampler);
        if (states.Count > _capacity || states.Width != _energy.Space.Width)
        {
            throw new InvalidInputException($"The chains have room for {_capacity} states of {_energy.Space.Width} numbers; "
                + $"they were given {states.Count} of {states.Width}.");
        }
        if (!ReferenceEquals(sampler.Energy, _energy))
        {
            throw new InvalidInputException(
                "The sampler was created for another energy than these chains. Create both for the same energy.");
        }
        if ((ulong)FirstChain + (ulong)states.Count > uint.MaxValue)
        {
            throw new InvalidInputException(
                $"{states.Count} chains from number {FirstChain} on exceed the largest chain number, {uint.MaxValue - 1}.");
        }
        _sampler = sampler;
        _states = states;
        _noise = noise;
        _cancellation = cancellation;
        Grow(ref _scratch, (long)_sampler.ScratchRows * _capacity * _energy.Space.Width);
        Grow(ref _numbers, 2L * _sampler.ScratchNumbers * _capacity);
        Grow(ref _shared, 2L * _sampler.SharedNumbers);
        _resumed = _counted = 0;
        _results.Begin(states.Count, sampler.HasAcceptTest, keepCounts);
        Remember(memory);
    }

    private void ClearCounts()
    {
        _counted = 0;
        _results.ClearCounts(_sampler.HasAcceptTest);
    }

    /// <summary>Selects what the chains keep: the caller's memory, or the loop's own, which starts afresh.</summary>
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
        _memory = memory;
        _kept = memory?.Parts ?? [];
    }

    /// <summary>Takes all chains through some steps, after <paramref name="before"/> steps of the same run.</summary>
    private void Advance(int steps, ulong firstStep, int before)
    {
        if (_sampler.Phases > 1)
        {
            AdvanceInPhases(steps, firstStep, before);
            return;
        }
        Plan(steps, firstStep, before);
        _device.Launch(_program);
        Complete();
    }

    /// <summary>As <see cref="Advance(int, ulong, int)"/>, with a launch for each phase of each step.</summary>
    private void AdvanceInPhases(int steps, ulong firstStep, int before)
    {
        for (int s = 0; s < steps; s++)
        {
            Plan(1, firstStep, before + s);
            for (_phase = 0; _phase < _sampler.Phases; _phase++)
                _device.Launch(_program);
            Complete();
        }
        _phase = 0;
    }

    private void Plan(int steps, ulong firstStep, int before)
    {
        _steps = steps;
        _part = 0;
        _firstStep = firstStep + (ulong)before;
        _before = before;
    }

    /// <summary>Checks the results of the program of <see cref="Prepare"/> after its launch.</summary>
    /// <exception cref="DivergenceException">An energy or a gradient became non-finite.</exception>
    public void Complete()
    {
        _results.Download(_states.Count, _sampler.HasAcceptTest);
        _results.ThrowIfDivergent(_states.Count, _firstStep + (ulong)_part, FirstChain);
    }

    /// <summary>Takes a block of chains through some steps.</summary>
    /// <returns>False if a chain became non-finite; the block's flag then has the step.</returns>
    private bool Advance(int start, int count, int from, int steps)
    {
        Rows allGradients = _gradient.AsRows(_capacity, _energy.Space.Width).Slice(0, _states.Count);
        Rows gradient = allGradients.Slice(start, count);
        Rows energyRows = _results.Energies.Slice(start, count), normRows = _results.Norms.Slice(start, count);
        Span<float> energies = energyRows.Span, norms = normRows.Span;
        int rows = _sampler.ScratchRows, numbers = _sampler.ScratchNumbers, width = _energy.Space.Width;
        Rows scratch = rows == 0 ? default : _scratch!.AsRows(rows * _capacity, width).Slice(rows * start, rows * count);
        Rows numberRows = numbers == 0 ? default : _numbers!.AsRows(numbers * _capacity, 2).Slice(numbers * start, numbers * count);
        Span<int> accepted = _results.Accepted.Slice(start, count).Integers, divergent = _results.Divergent.Slice(start, count).Integers;
        Span<double> errors = _results.Errors.Slice(start, count).Doubles;
        Span<double> shared = _sampler.SharedNumbers == 0 ? [] : _shared!.AsRows(_sampler.SharedNumbers, 2).Doubles;
        for (int s = from; s < from + steps; s++)
        {
            _cancellation.ThrowIfCancellationRequested();
            _sampler.Step(_device, new ChainBlock
            {
                States = _states.Slice(start, count),
                Gradient = gradient,
                EnergyRows = energyRows,
                NormRows = normRows,
                FirstChain = FirstChain + (uint)start,
                Noise = _noise.At(_firstStep + (ulong)s),
                Continues = _before + s > _resumed,
                Scratch = scratch,
                NumberRows = numberRows,
                Accepted = accepted,
                Divergent = divergent,
                EnergyErrors = errors,
                Phase = _phase,
                AllStates = _states,
                AllGradients = allGradients,
                Shared = shared,
                Cancellation = _cancellation,
                AllKept = _kept,
                FirstRow = start,
            });
            for (int i = 0; i < count; i++)
            {
                if (float.IsFinite(energies[i]) && float.IsFinite(norms[i]))
                    continue;
                _results.Flag(start, s);
                return false;
            }
        }
        return true;
    }

    private void Grow(ref DeviceBuffer? buffer, long length)
    {
        if (length <= (buffer?.Length ?? 0))
            return;
        buffer?.Dispose();
        buffer = null;
        buffer = _device.Allocate(length);
    }
}
