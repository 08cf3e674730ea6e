using Joule.Compute;
using Joule.Energies;
using Joule.Objectives;
using Joule.Samplers;
using Joule.States;

namespace Joule.Runs;

/// <summary>Draws samples from a model: chains that start somewhere and make Langevin steps.</summary>
public sealed class SampleDraw : IDisposable
{
    private readonly Device _device;
    private readonly Energy _energy;
    private readonly Langevin _sampler;
    private readonly ChainLoop _loop;
    private readonly DeviceBuffer _states;
    private readonly ulong _seed;
    private int _done;

    /// <summary>Takes memory for a number of chains.</summary>
    /// <param name="device">Where they run.</param>
    /// <param name="energy">The energy; its domain must be a box.</param>
    /// <param name="config">Says which chain to use.</param>
    /// <param name="count">Number of chains, at least 1.</param>
    /// <param name="seed">The seed of first states and noise.</param>
    public SampleDraw(Device device, Energy energy, RunConfig config, int count, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(energy);
        ArgumentNullException.ThrowIfNull(config);
        _device = device;
        _energy = energy;
        _sampler = new Langevin(config.Sampling.Chain ?? ((ContrastiveDivergenceOptions)config.Objective).Negatives.Chain);
        _loop = new ChainLoop(device, energy.Require<IDifferentiable>("Sampling by Langevin dynamics"), count);
        _states = device.Allocate((long)count * energy.Space.Width);
        States = _states.AsRows(count, energy.Space.Width);
        _seed = seed;
    }

    /// <summary>The chains' states.</summary>
    public Rows States { get; }

    /// <summary>Steps made so far.</summary>
    public int Steps => _done;

    /// <summary>Every chain starts from noise: other noise than any that the training of a model with the same seed has seen.</summary>
    public void StartFromNoise()
    {
        for (int i = 0; i < States.Count; i++)
            _energy.Space.FillNoise(new RandomStream(_seed, RandomPurpose.SamplingStates, 0), (uint)i, States[i]);
        _done = 0;
    }

    /// <summary>Chain i starts from a random state of a set; different chains from different states while there are enough.</summary>
    public void StartFromData(StateSet data)
    {
        ArgumentNullException.ThrowIfNull(data);
        int[] order = Order(data.Count);
        for (int i = 0; i < States.Count; i++)
            data.Read(order[i % order.Length], States[i]);
        _done = 0;
    }

    /// <summary>Chain i starts from a random one of some states; different chains from different states while there are enough.</summary>
    public void StartFromStates(ReadOnlySpan<float> states)
    {
        int width = _energy.Space.Width;
        if (states.Length == 0 || states.Length % width != 0)
            throw new InvalidInputException($"{states.Length} numbers are no whole number of states of {width}.");
        int[] order = Order(states.Length / width);
        for (int i = 0; i < States.Count; i++)
            states.Slice(order[i % order.Length] * width, width).CopyTo(States[i]);
        _done = 0;
    }

    /// <summary>Advances all chains. Several calls make the same states as one with the sum of their steps.</summary>
    /// <exception cref="DivergenceException">An energy or a gradient became non-finite.</exception>
    public void Run(int steps, CancellationToken cancellation = default)
    {
        if (steps > 0)
            _loop.Run(_sampler, States, steps, new RandomStream(_seed, RandomPurpose.SamplingChains, 0), (ulong)_done, cancellation);
        _done += steps;
    }

    /// <summary>The energies of the states as they are now, in nats.</summary>
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
        _states.Dispose();
    }

    private int[] Order(int count)
    {
        int[] order = new int[count];
        new RandomStream(_seed, RandomPurpose.Shuffling, 0).FillPermutation(order, 0);
        return order;
    }
}
