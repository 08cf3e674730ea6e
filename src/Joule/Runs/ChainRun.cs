using Joule.Compute;
using Joule.Energies;
using Joule.Evaluation;
using Joule.Samplers;

namespace Joule.Runs;

/// <summary>
/// A run of chains on an energy: they start from noise of its domain, warm up, and are recorded. The warm-up adapts samplers that are
/// <see cref="IAdaptable"/>. One seed gives one result, bit for bit, with any number of threads.
/// </summary>
public sealed class ChainRun : IDisposable
{
    private readonly Device _device;
    private readonly Energy _energy;
    private readonly ChainPlan _plan;
    private readonly ChainLoop _loop;
    private readonly DeviceBuffer _states;

    /// <summary>Allocates the chains.</summary>
    /// <param name="device">The device.</param>
    /// <param name="energy">The energy.</param>
    /// <param name="sampler">The sampler; its step size is where adaptation starts.</param>
    /// <param name="plan">The chains.</param>
    /// <exception cref="InvalidInputException">
    /// The plan is out of range, the draws do not fit into memory, or the energy lacks what the sampler needs.
    /// </exception>
    public ChainRun(Device device, Energy energy, SamplerOptions sampler, ChainPlan plan)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(energy);
        ArgumentNullException.ThrowIfNull(sampler);
        ArgumentNullException.ThrowIfNull(plan);
        OptionsCheck.Require(plan, "The run of chains");
        if ((long)plan.Draws * plan.Thinning + plan.WarmUp >= int.MaxValue)
        {
            throw new InvalidInputException(
                $"{plan.Draws:N0} draws, each after {plan.Thinning:N0} steps, take more steps than {int.MaxValue:N0}.");
        }
        _ = sampler.Create(energy); // refuses what does not fit before memory is taken
        (_device, _energy, _plan, Sampler) = (device, energy, plan, sampler);
        Draws = new DrawRecorder(plan.Chains, plan.Draws, energy.Space.Width);
        _loop = new ChainLoop(device, energy, plan.Chains);
        _states = device.Allocate((long)plan.Chains * energy.Space.Width);
    }

    /// <summary>The sampler; after the warm-up, as adapted.</summary>
    public SamplerOptions Sampler { get; private set; }

    /// <summary>Whether the warm-up adapts the sampler.</summary>
    public bool Adapts => _plan is { Adapts: true, WarmUp: > 0 } && Sampler.CanAdapt();

    /// <summary>The recorded draws.</summary>
    public DrawRecorder Draws { get; }

    /// <summary>The proposals after the warm-up; null for a sampler without an accept test.</summary>
    public ProposalFigures? Proposals { get; private set; }

    /// <summary>What the sampler tells about its work after the warm-up.</summary>
    public IReadOnlyList<SamplerFigure> Figures { get; private set; } = [];

    /// <summary>The sampler's estimate of ln Z from the steps after the warm-up; null if it makes none.</summary>
    public LogPartitionEstimate? LogPartition { get; private set; }

    /// <summary>Steps of each chain, the warm-up included.</summary>
    public int Steps => _plan.WarmUp + _plan.Draws * _plan.Thinning;

    /// <summary>Runs the chains.</summary>
    /// <param name="observer">An observer of the chains besides the recorder, for example of their progress; or null.</param>
    /// <param name="cancellation">Stops the chains between two steps.</param>
    /// <exception cref="DivergenceException">An energy or a gradient became non-finite.</exception>
    public void Run(IChainObserver? observer = null, CancellationToken cancellation = default)
    {
        Rows states = _states.AsRows(_plan.Chains, _energy.Space.Width);
        RandomStream starts = new(_plan.Seed, RandomPurpose.SamplingStates, 2);
        _device.Write(states, (i, state) => _energy.Space.FillNoise(starts, (uint)i, state));
        RandomStream noise = new(_plan.Seed, RandomPurpose.RecordedChains, 0);
        bool adapts = Adapts;
        Sampler sampler = Sampler.Create(_energy);
        using ChainMemory memory = new(_device, sampler, _plan.Chains);
        memory.Init(sampler, states);
        if (adapts)
        {
            using WarmUp warmUp = new(_device, _energy, Sampler, _plan.WarmUp);
            warmUp.Run(_loop, states, noise, memory, null, 0, cancellation);
            Sampler = warmUp.Options;
            sampler = Sampler.Create(_energy);
            memory.ClearTallies();
        }
        ChainSchedule schedule = new()
        {
            WarmUp = adapts ? 0 : _plan.WarmUp,
            Steps = _plan.Draws * _plan.Thinning,
            Thinning = _plan.Thinning,
        };
        IChainObserver[] observers = observer is null ? [Draws] : [Draws, observer];
        _loop.Run(sampler, states, schedule, noise, observers, memory, adapts ? (ulong)_plan.WarmUp : 0, cancellation);
        Proposals = _loop.Proposals;
        Figures = sampler.Figures(memory, (long)_plan.Draws * _plan.Thinning);
        LogPartition = sampler.LogPartition(memory);
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        _loop.Dispose();
        _states.Dispose();
    }
}
