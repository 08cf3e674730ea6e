using System.Runtime.InteropServices;
using Joule.Compute;
using Joule.Energies;
using Joule.Samplers;

namespace Joule.Objectives;

/// <summary>The context of a source of negatives.</summary>
/// <param name="Device">The device.</param>
/// <param name="Energy">The energy being trained.</param>
/// <param name="Batch">Largest number of negatives in an update.</param>
/// <param name="Seed">The seed of the run.</param>
public sealed record NegativesContext(Device Device, Energy Energy, int Batch, ulong Seed);

/// <summary>
/// Options of a source of negatives: how chains start, and their sampler. To add a source, add one file with its options in it.
/// </summary>
[DefaultType("buffer")]
public abstract record NegativesOptions
{
    /// <summary>Steps of each chain per update. 0 leaves the states unchanged.</summary>
    [Between(0, 1_000_000)]
    public int Steps { get; init; } = 20;

    /// <summary>The sampler.</summary>
    public SamplerOptions Sampler { get; init; } = new LangevinOptions();

    /// <summary>Creates the source.</summary>
    public abstract Negatives Create(NegativesContext context);

    /// <summary>
    /// Mean number of steps that a chain has made since its start when it serves as a negative. Null if chains never start afresh: then it
    /// grows with the training.
    /// </summary>
    public virtual double? MeanChainSteps() => Steps;

    /// <summary>Whether the chains of an update have different numbers of steps behind them (<see cref="Negatives.Ages"/>).</summary>
    public virtual bool MixesAges() => false;

    /// <summary>How chains start and continue, in a few words that follow "negatives: ".</summary>
    public virtual string Describe() => $"a custom source, {StepsText()} per update";

    /// <summary>What to expect of a model trained on these negatives, in a few words.</summary>
    public virtual string Meaning() => $"a model of chains of {Counted.Of(Steps, "step")} from the initial states of its source";

    /// <summary>The steps of an update in words, for example <c>20 Langevin steps</c>.</summary>
    protected string StepsText() => Sampler.StepsText(Steps);
}

/// <summary>
/// The negatives of contrastive divergence: states drawn from the model. Subclasses define where the chains start and where they are kept.
/// </summary>
public abstract class Negatives : IDisposable
{
    private readonly ChainLoop _loop;
    private readonly SamplerOptions _options;
    private readonly ChainWatch _watch;
    private readonly List<DeviceProgram> _programs = [];
    private readonly int _plannedSteps;
    private Sampler[] _samplers = [];
    private double _mostSpeed = 1;
    private double _sizeFactor = 1;
    private int _steps;

    /// <summary>Allocates the chains.</summary>
    protected Negatives(NegativesContext context, NegativesOptions options)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(options);
        Context = context;
        _plannedSteps = options.Steps;
        _steps = options.Steps;
        _options = options.Sampler;
        Sampler = _options.Create(context.Energy);
        _loop = new ChainLoop(context.Device, context.Energy, context.Batch);
        Memory = new ChainMemory(context.Device, Sampler, context.Batch);
        _watch = new ChainWatch(context);
    }

    /// <summary>
    /// How far a chain moved in the last update, in units of the state: the median over the first chains of the root mean squared change
    /// per number. Waits for the results that <see cref="Keep"/> began to read.
    /// </summary>
    public double Movement => _watch.Movement;

    /// <summary>
    /// Steps of each chain of the last update since its start, those of the update included. Empty where all chains have the same number.
    /// </summary>
    public virtual ReadOnlySpan<int> Ages => [];

    /// <summary>The states of persistent chains, one row per chain; null if there are none.</summary>
    public virtual Rows? Chains => null;

    /// <summary>Largest number of persistent chains; 0 if there are none.</summary>
    public virtual int Slots => 0;

    /// <summary>Whether chains start from the data at every update.</summary>
    public virtual bool StartsFromData => false;

    /// <summary>Whether the program that starts the chains reads the data of the update; if not, both run together.</summary>
    public virtual bool ReadsData => true;

    /// <summary>Whether chains must make steps to be negatives: fresh noise need not, data must.</summary>
    public virtual bool MustMove => false;

    /// <summary>The context of the source.</summary>
    protected NegativesContext Context { get; private set; }

    /// <summary>Steps of each chain per update.</summary>
    protected int Steps => _steps;

    /// <summary>The proposals of the last update, accepted and rejected; null for samplers without an accept test.</summary>
    public ProposalFigures? Proposals => _steps > 0 ? _loop.Proposals : null;

    /// <summary>The sampler of the chains.</summary>
    protected Sampler Sampler { get; private set; }

    /// <summary>What the chains of an update keep besides their states.</summary>
    protected ChainMemory Memory { get; }

    /// <summary>Memory that the next update needs; empty for a source without state.</summary>
    public virtual IReadOnlyList<StateMemory> State => [];

    /// <summary>Restarts with a new seed and scaled chains.</summary>
    /// <param name="seed">The seed of all further draws.</param>
    /// <param name="stepsFactor">Factor of the configured number of steps.</param>
    /// <param name="sizeFactor">Factor of the sampler's step size (<see cref="SamplerOptions.Scaled"/>).</param>
    public void Adjust(ulong seed, double stepsFactor, double sizeFactor)
    {
        Context = Context with { Seed = seed };
        _steps = (int)Math.Min(Math.Round(_plannedSteps * stepsFactor), 1_000_000);
        _sizeFactor = sizeFactor;
        Sampler = _options.Scaled(sizeFactor).Create(Context.Energy);
        CreateSpeeds();
    }

    /// <summary>Allows chains with longer steps (<see cref="SetSpeed"/>).</summary>
    /// <param name="most">Largest factor of the sampler's step size, at least 1.</param>
    public void AllowSpeeds(double most)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        _mostSpeed = most;
        CreateSpeeds();
    }

    /// <summary>
    /// Sets the step size of the next updates. It takes one of 17 values, equally spaced on a logarithmic scale, so that no sampler is
    /// created between updates.
    /// </summary>
    /// <param name="factor">Factor of the step size, from 1 to that of <see cref="AllowSpeeds"/>.</param>
    public void SetSpeed(double factor)
    {
        if (_samplers.Length > 0)
            Sampler = _samplers[(int)Math.Round(Speeds * Math.Clamp(Math.Log(factor) / Math.Log(_mostSpeed), 0, 1))];
    }

    private const int Speeds = 16;

    private void CreateSpeeds() => _samplers = _mostSpeed == 1
        ? []
        : [.. Enumerable.Range(0, Speeds + 1).Select(i => i == 0
            ? Sampler
            : _options.Scaled(_sizeFactor * Math.Pow(_mostSpeed, (double)i / Speeds)).Create(Context.Energy))];

    /// <summary>Draws the negatives of one update and keeps the final states of the chains.</summary>
    /// <param name="update">The update, counted from 0.</param>
    /// <param name="data">The data of the update: one row per negative.</param>
    /// <param name="negatives">Receives the negatives.</param>
    /// <param name="cancellation">Stops the chains; <see cref="State"/> is then unchanged.</param>
    /// <exception cref="DivergenceException">An energy or a gradient became non-finite.</exception>
    public void Draw(long update, Rows data, Rows negatives, CancellationToken cancellation = default)
    {
        Context.Device.Launch(Prepare(update, data, negatives, cancellation));
        Complete();
        List<DeviceProgram> ends = [];
        AddEnds(negatives, ends);
        Context.Device.Launch(CollectionsMarshal.AsSpan(ends));
        Keep(negatives);
    }

    /// <summary>
    /// The programs that write the negatives of one update, in order. They leave <see cref="State"/> unchanged, so a cancelled update has
    /// no effect. Call <see cref="Complete"/> after the launch.
    /// </summary>
    /// <param name="update">The update, counted from 0.</param>
    /// <param name="data">The data of the update: one row per negative.</param>
    /// <param name="negatives">Receives the negatives.</param>
    /// <param name="cancellation">Stops the chains.</param>
    public ReadOnlySpan<DeviceProgram> Prepare(long update, Rows data, Rows negatives, CancellationToken cancellation = default)
    {
        _programs.Clear();
        _programs.Add(Start(update, data, negatives));
        if (Sampler.Kept.Count > 0)
            AddMemory(Sampler, negatives, _programs);
        if (_steps > 0)
        {
            _programs.Add(_watch.Before(negatives));
            RandomStream noise = new(Context.Seed, RandomPurpose.TrainingChains, 0);
            DeviceProgram chains = _loop.Prepare(
                Sampler,
                negatives,
                _steps,
                noise,
                Memory,
                CollectionsMarshal.AsSpan(_programs),
                (ulong)(update * _steps),
                cancellation);
            _programs.Clear();
            _programs.Add(chains);
        }
        return CollectionsMarshal.AsSpan(_programs);
    }

    /// <summary>Checks the results of the programs of <see cref="Prepare"/>.</summary>
    /// <exception cref="DivergenceException">An energy or a gradient became non-finite.</exception>
    public void Complete()
    {
        if (_steps > 0)
            _loop.Complete();
    }

    /// <summary>Adds the programs that keep the final states and measure the movement. Call <see cref="Keep"/> after the launch.</summary>
    /// <param name="negatives">The final states of the chains.</param>
    /// <param name="ends">Receives the programs, which do not depend on each other.</param>
    public virtual void AddEnds(Rows negatives, ICollection<DeviceProgram> ends)
    {
        ArgumentNullException.ThrowIfNull(ends);
        if (_steps > 0)
            ends.Add(_watch.After(negatives));
    }

    /// <summary>Notes the final states; begins to read the results of the programs of <see cref="AddEnds"/>.</summary>
    /// <param name="negatives">The final states of the chains.</param>
    public virtual void Keep(Rows negatives)
    {
        if (_steps > 0)
            _watch.BeginRead();
        else
            _watch.Rest();
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>
    /// The program that writes the initial states of an update's chains, one row per chain. The data are there when it runs. A block of
    /// rows may continue into its chains before another block has started.
    /// </summary>
    /// <param name="update">The update, counted from 0.</param>
    /// <param name="data">The data of the update: one row per negative.</param>
    /// <param name="negatives">Receives the states.</param>
    protected abstract DeviceProgram Start(long update, Rows data, Rows negatives);

    /// <summary>
    /// Adds programs that write what chains keep besides their initial states, one row per chain; by default, as for new chains.
    /// </summary>
    protected virtual void AddMemory(Sampler sampler, Rows negatives, ICollection<DeviceProgram> programs)
    {
        ArgumentNullException.ThrowIfNull(programs);
        programs.Add(Memory.Prepare(sampler, negatives));
    }

    /// <summary>Fills row i with noise of the energy's domain, as chain i of the update.</summary>
    protected void FillNoise(long update, Rows states, int row) => FillNoise(update, row, states[row]);

    /// <summary>Fills a state with the noise of row <paramref name="row"/>, as <see cref="FillNoise(long, Rows, int)"/>.</summary>
    protected void FillNoise(long update, int row, Span<float> state) =>
        Context.Energy.FillStart(new RandomStream(Context.Seed, RandomPurpose.FreshStates, (ulong)update + 1), (uint)row, state);

    /// <summary>Frees the memory.</summary>
    protected virtual void Dispose(bool disposing)
    {
        _loop.Dispose();
        Memory.Dispose();
        _watch.Dispose();
    }
}
