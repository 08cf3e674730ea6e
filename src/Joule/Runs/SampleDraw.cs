using Joule.Compute;
using Joule.Energies;
using Joule.Samplers;
using Joule.States;

namespace Joule.Runs;

/// <summary>Draws samples from a model with chains of a sampler.</summary>
public sealed class SampleDraw : IDisposable
{
    private readonly Device _device;
    private readonly Energy _energy;
    private readonly Sampler _sampler;
    private readonly ChainLoop _loop;
    private readonly ChainMemory _memory;
    private readonly DeviceBuffer _states;
    private DeviceBuffer? _seen;
    private readonly ulong _seed;
    private int _done;
    private bool _isNew = true;

    /// <summary>Allocates chains of a configuration's sampler.</summary>
    /// <param name="device">The device.</param>
    /// <param name="energy">The energy.</param>
    /// <param name="config">Gives the sampler: that of <c>sampling</c>, or else that of the training.</param>
    /// <param name="count">Number of chains, at least 1.</param>
    /// <param name="seed">The seed of initial states and noise.</param>
    /// <exception cref="InvalidInputException">The energy lacks a capability that the sampler needs.</exception>
    public SampleDraw(Device device, Energy energy, RunConfig config, int count, ulong seed)
        : this(device, energy, SamplerOf(config), count, seed) { }

    /// <summary>Allocates chains.</summary>
    /// <param name="device">The device.</param>
    /// <param name="energy">The energy.</param>
    /// <param name="sampler">The sampler.</param>
    /// <param name="count">Number of chains, at least 1.</param>
    /// <param name="seed">The seed of initial states and noise.</param>
    /// <exception cref="InvalidInputException">The energy lacks a capability that the sampler needs.</exception>
    public SampleDraw(Device device, Energy energy, SamplerOptions sampler, int count, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(energy);
        ArgumentNullException.ThrowIfNull(sampler);
        _device = device;
        _energy = energy;
        _sampler = sampler.Create(energy);
        _loop = new ChainLoop(device, energy, count);
        _memory = new ChainMemory(device, _sampler, count);
        _states = device.Allocate((long)count * energy.Space.Width);
        States = _states.AsRows(count, energy.Space.Width);
        _seed = seed;
    }

    /// <summary>The chains' states.</summary>
    public Rows States { get; }

    /// <summary>The current states, in host memory; valid until the next call.</summary>
    public Rows Look() => _device.Look(States, ref _seen);

    /// <summary>Steps made so far.</summary>
    public int Steps => _done;

    /// <summary>The proposals since the start, accepted and rejected; null for a sampler without an accept test.</summary>
    public ProposalFigures? Proposals { get; private set; }

    /// <summary>The sampler of a configuration: that of <c>sampling</c>, or else that of the training.</summary>
    public static SamplerOptions SamplerOf(RunConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        return config.Sampling.Sampler ?? config.Objective.ListChains()?.Sampler ?? new LangevinOptions();
    }

    /// <summary>
    /// Starts every chain where the energy says (<see cref="Energy.FillStart"/>): from noise of the domain, for most. The noise differs
    /// from all noise in the training of a model with the same seed.
    /// </summary>
    public void StartFromNoise()
    {
        RandomStream draws = new(_seed, RandomPurpose.SamplingStates, 0);
        _device.Write(States, (i, state) => _energy.FillStart(draws, (uint)i, state));
        Begin();
    }

    /// <summary>Starts each chain from a random state of a set; no state is repeated while there are enough.</summary>
    public void StartFromData(StateSet data)
    {
        ArgumentNullException.ThrowIfNull(data);
        int[] order = Order(data.Count);
        _device.Write(States, (i, state) => data.Read(order[i % order.Length], state));
        Begin();
    }

    /// <summary>Starts each chain from a random one of the given states; no state is repeated while there are enough.</summary>
    public void StartFromStates(ReadOnlySpan<float> states)
    {
        int width = _energy.Space.Width;
        if (states.Length == 0 || states.Length % width != 0)
            throw new InvalidInputException($"{states.Length} numbers are not a whole number of states of width {width}.");
        int[] order = Order(states.Length / width);
        for (int i = 0; i < States.Count; i++)
            _device.Upload(states.Slice(order[i % order.Length] * width, width), States.Slice(i, 1));
        Begin();
    }

    /// <summary>Advances all chains. Several calls give the same states as one call with the sum of their steps.</summary>
    /// <param name="steps">Number of steps.</param>
    /// <param name="observers">Observers of the chains; null: none.</param>
    /// <param name="cancellation">Stops the chains between steps.</param>
    /// <exception cref="DivergenceException">An energy or a gradient became non-finite.</exception>
    public void Run(int steps, IReadOnlyList<IChainObserver>? observers, CancellationToken cancellation = default)
    {
        if (_isNew)
            _memory.Init(_sampler, States);
        _isNew = false;
        if (steps > 0)
        {
            RandomStream noise = new(_seed, RandomPurpose.SamplingChains, 0);
            _loop.Run(_sampler, States, new ChainSchedule { Steps = steps }, noise, observers, _memory, (ulong)_done, cancellation);
            Proposals = _loop.Proposals is { } now ? (Proposals ?? default) + now : null;
        }
        _done += steps;
    }

    /// <inheritdoc cref="Run(int, IReadOnlyList{IChainObserver}, CancellationToken)"/>
    public void Run(int steps, CancellationToken cancellation = default) => Run(steps, null, cancellation);

    /// <summary>The energies of the current states, in nats.</summary>
    public float[] Energies()
    {
        float[] energies = new float[States.Count];
        using EnergyEvaluation evaluation = new(_device, _energy);
        evaluation.Run(States, energies);
        return energies;
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        _loop.Dispose();
        _memory.Dispose();
        _states.Dispose();
        _seen?.Dispose();
    }

    private void Begin()
    {
        _done = 0;
        _isNew = true;
        Proposals = null;
    }

    private int[] Order(int count)
    {
        int[] order = new int[count];
        new RandomStream(_seed, RandomPurpose.Shuffling, 0).FillPermutation(order, 0);
        return order;
    }
}
