using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Joule.Compute;
using Joule.Energies;
using Joule.Evaluation;
using Joule.Samplers;

namespace Joule.Runs;

/// <summary>
/// A run of chains on an energy: they start from noise of its domain, warm up, and are recorded. The warm-up adapts samplers that are
/// <see cref="IAdaptable"/>. One seed gives one result, bit for bit, with any number of threads, also when the run was stopped and went on
/// from its <see cref="ChainCheckpoints"/>.
/// </summary>
public sealed class ChainRun : IDisposable
{
    private readonly Device _device;
    private readonly Energy _energy;
    private readonly ChainPlan _plan;
    private readonly SamplerOptions _given;
    private readonly ChainLoop _loop;
    private readonly DeviceBuffer _states;
    private readonly ChainMemory _memory;
    private readonly WarmUp? _warmUp;
    private readonly ChainState _state;
    private ChainKeeper? _keeper;
    private bool _hasRun;
    private long _began;
    private double _secondsBefore;

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
        Sampler first = sampler.Create(energy); // refuses what does not fit before memory is taken
        (_device, _energy, _plan, _given, Sampler) = (device, energy, plan, sampler, sampler);
        Draws = new DrawRecorder(plan.Chains, plan.Draws, energy.Space.Width);
        _loop = new ChainLoop(device, energy, plan.Chains);
        _states = device.Allocate((long)plan.Chains * energy.Space.Width);
        _memory = new ChainMemory(device, first, plan.Chains);
        _warmUp = Adapts ? new WarmUp(device, energy, sampler, plan.WarmUp) : null;
        _state = new ChainState(plan, [new StateMemory("states", States), .. _memory.State("kept"),
            .. _warmUp?.State("adapted") ?? [], .. _loop.State("proposals")]);
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

    /// <summary>Steps so far. After a run that was stopped, those that its last checkpoint has.</summary>
    public int Done => _state.Step;

    /// <summary>Time taken so far, in seconds, resumed parts included.</summary>
    public double Seconds => _state.Seconds;

    private Rows States => _states.AsRows(_plan.Chains, _energy.Space.Width);

    /// <summary>
    /// Lets the run write checkpoints, and restores it from the newest intact one; a run without one starts from its beginning.
    /// </summary>
    /// <param name="checkpoints">The checkpoints of this energy, sampler and plan.</param>
    /// <param name="warn">Receives a warning for every damaged checkpoint.</param>
    /// <returns>The checkpoint's file, or null.</returns>
    /// <exception cref="InvalidInputException">There are checkpoints, but none is intact and of this run. Nothing was changed.</exception>
    public string? Resume(ChainCheckpoints checkpoints, Action<string> warn)
    {
        ArgumentNullException.ThrowIfNull(checkpoints);
        if (_hasRun || _keeper is not null)
            throw new InvalidOperationException("The run has begun already: make another one for other checkpoints.");
        _keeper = new ChainKeeper(checkpoints, _state, Draws, Identity(checkpoints.Energy)) { Stamp = Stamp };
        return _keeper.Resume(warn);
    }

    /// <summary>Runs the chains to their end, once.</summary>
    /// <param name="observer">An observer of the chains besides the recorder, for example of their progress; or null.</param>
    /// <param name="cancellation">
    /// Stops the chains. A run with checkpoints then writes one of its state a moment ago: what the chains did since is done again.
    /// </param>
    /// <exception cref="DivergenceException">An energy or a gradient became non-finite.</exception>
    /// <exception cref="JouleException">A checkpoint cannot be written. Earlier ones are intact.</exception>
    public void Run(IChainObserver? observer = null, CancellationToken cancellation = default)
    {
        if (_hasRun)
            throw new InvalidOperationException("The chains have run already: make another run.");
        (_hasRun, _began, _secondsBefore) = (true, Stopwatch.GetTimestamp(), _state.Seconds);
        if (_state.Step == 0)
            Start();
        ChainSchedule schedule =
            new() { WarmUp = _plan.WarmUp, Steps = _plan.Draws * _plan.Thinning, Thinning = _plan.Thinning };
        List<IChainObserver> observers = [Draws];
        observers.AddRange(new IChainObserver?[] { _keeper, observer }.OfType<IChainObserver>());
        RandomStream noise = new(_plan.Seed, RandomPurpose.RecordedChains, 0);
        _keeper?.Begin();
        Sampler sampler;
        try
        {
            int done = _state.Step;
            if (_warmUp is not null)
                done = Math.Max(done, Adapt(_warmUp, schedule, noise, observers, cancellation));
            if (done == _plan.WarmUp)
                _memory.ClearTallies();
            sampler = Sampler.Create(_energy);
            _loop.Run(sampler, States, schedule with { Done = done }, noise, observers, _memory, 0, cancellation);
        }
        catch (OperationCanceledException)
        {
            _keeper?.Stop();
            throw;
        }
        Proposals = _loop.Proposals;
        Figures = sampler.Figures(_memory, (long)_plan.Draws * _plan.Thinning);
        LogPartition = sampler.LogPartition(_memory);
        Stamp(Steps);
        _keeper?.Finish(Steps);
    }

    /// <summary>Waits until the current checkpoint is written, and frees the memory.</summary>
    public void Dispose()
    {
        _keeper?.Dispose();
        _loop.Dispose();
        _states.Dispose();
        _memory.Dispose();
        _warmUp?.Dispose();
    }

    private void Start()
    {
        RandomStream starts = new(_plan.Seed, RandomPurpose.SamplingStates, 2);
        _device.Write(States, (i, state) => _energy.FillStart(starts, (uint)i, state));
        _memory.Init(_given.Create(_energy), States);
    }

    /// <summary>Runs what is left of the warm-up. Returns its steps.</summary>
    private int Adapt(WarmUp warmUp, ChainSchedule schedule, RandomStream noise, List<IChainObserver> observers,
        CancellationToken cancellation)
    {
        ChainMeetings meetings = new();
        while (warmUp.Done < _plan.WarmUp)
        {
            int done = warmUp.Done, stop = meetings.Next(done, schedule, observers);
            warmUp.Run(_loop, States, noise, _memory, stop - done, 0, cancellation);
            for (int i = 0; i < observers.Count; i++)
            {
                if (meetings.Wants(i, stop, schedule))
                    observers[i].Observe(Report(stop));
            }
        }
        Sampler = warmUp.Options;
        return _plan.WarmUp;
    }

    private ChainReport Report(int step) => new()
    {
        Device = _device,
        States = States,
        Step = step,
        IsWarmUp = step < _plan.WarmUp,
        IsSample = false,
        Energies = _loop.Energies,
        SquaredNorms = _loop.SquaredNorms,
        Proposals = default,
    };

    private void Stamp(int step) =>
        (_state.Step, _state.Seconds) = (step, _secondsBefore + Stopwatch.GetElapsedTime(_began).TotalSeconds);

    private string Identity(string energy)
    {
        JsonObject json = new()
        {
            ["energy"] = energy,
            ["states"] = _energy.Space.ToString(),
            ["sampler"] = OptionsJson.Write(_given),
            ["plan"] = OptionsJson.Write(_plan),
        };
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json.ToJsonString())));
    }
}
