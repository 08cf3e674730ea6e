using System.Runtime.InteropServices;
using Joule.Compute;
using Joule.Energies;
using Joule.Samplers;

namespace Joule.Objectives;

/// <summary>What a source of negatives works with during a training.</summary>
/// <param name="Device">Where it runs.</param>
/// <param name="Energy">The energy being trained.</param>
/// <param name="Batch">Most negatives of one update.</param>
/// <param name="Seed">The seed of the run.</param>
public sealed record NegativesContext(Device Device, Energy Energy, int Batch, ulong Seed);

/// <summary>Options of a source of negatives: where chains start, and the chain. To add a source is to add one file with its options in
/// it.</summary>
[DefaultType("buffer")]
public abstract record NegativesOptions
{
    /// <summary>Steps of every chain at every update. 0 leaves the states where they start.</summary>
    [Between(0, 1_000_000)]
    public int Steps { get; init; } = 20;

    /// <summary>The sampler.</summary>
    public SamplerOptions Sampler { get; init; } = new LangevinOptions();

    /// <summary>Makes the source.</summary>
    public abstract Negatives Create(NegativesContext context);

    /// <summary>
    /// How many steps a chain has made since its start, in the mean, when it serves as a negative. Null where chains never start afresh, so
    /// that it grows for as long as the training goes on.
    /// </summary>
    public virtual double? MeanChainSteps() => Steps;

    /// <summary>Where chains start and how they go on, in a few words that follow "negatives: ".</summary>
    public virtual string Describe() => $"a source of its own, {StepsText()} an update";

    /// <summary>What a model that was trained on these negatives can be expected to be, and what not, in a sentence.</summary>
    public virtual string Meaning() => $"a model of chains of {Counted.Of(Steps, "step")} from where its source starts them";

    /// <summary>The steps of an update in words, for example <c>20 Langevin steps</c>.</summary>
    protected string StepsText() => Sampler.StepsText(Steps);
}

/// <summary>
/// The negatives of contrastive divergence: states drawn from the model. Subclasses say where the chains start and where they end up.
/// </summary>
public abstract class Negatives : IDisposable
{
    private readonly ChainLoop _loop;
    private readonly SamplerOptions _options;
    private readonly ChainWatch _watch;
    private readonly List<DeviceProgram> _programs = [];
    private readonly int _plannedSteps;
    private int _steps;

    /// <summary>Takes memory for the chains.</summary>
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
    /// How far a chain moved in the last update, in units of the state: the median over the first chains of the root of the mean squared
    /// change of a number.
    /// </summary>
    public double Movement => _watch.Movement;

    /// <summary>The states of chains that live on from update to update, one row a chain; null where none does.</summary>
    public virtual Rows? Chains => null;

    /// <summary>How many chains can live on; 0 where none does.</summary>
    public virtual int Slots => 0;

    /// <summary>Whether chains start from the data at every update.</summary>
    public virtual bool StartsFromData => false;

    /// <summary>Whether the program that starts the chains reads the data of the update; where it does not, both run together.</summary>
    public virtual bool ReadsData => true;

    /// <summary>Whether a chain that makes no step is no negative: fresh noise is one as it is, a state of the data is not.</summary>
    public virtual bool MustMove => false;

    /// <summary>What the source works with.</summary>
    protected NegativesContext Context { get; private set; }

    /// <summary>Steps of every chain at every update.</summary>
    protected int Steps => _steps;

    /// <summary>What became of the proposals of the last update; null for samplers without an accept test.</summary>
    public ProposalFigures? Proposals => _steps > 0 ? _loop.Proposals : null;

    /// <summary>The sampler of the chains.</summary>
    protected Sampler Sampler { get; private set; }

    /// <summary>What the chains of an update keep beside their states.</summary>
    protected ChainMemory Memory { get; }

    /// <summary>Memory that the next update needs; none where every update starts anew.</summary>
    public virtual IReadOnlyList<StateMemory> State => [];

    /// <summary>Goes on with another seed, and with more or fewer steps of another size than its options say.</summary>
    /// <param name="seed">The seed of all further draws.</param>
    /// <param name="stepsFactor">What the options' number of steps is multiplied with.</param>
    /// <param name="sizeFactor">What the sampler's step size is multiplied with: see <see cref="SamplerOptions.Scaled"/>.</param>
    public void Mend(ulong seed, double stepsFactor, double sizeFactor)
    {
        Context = Context with { Seed = seed };
        _steps = (int)Math.Min(Math.Round(_plannedSteps * stepsFactor), 1_000_000);
        Sampler = _options.Scaled(sizeFactor).Create(Context.Energy);
    }

    /// <summary>Writes the negatives of one update and remembers where the chains ended.</summary>
    /// <param name="update">The update, counted from 0.</param>
    /// <param name="data">The data of the update: one row for every negative.</param>
    /// <param name="negatives">Receives the negatives.</param>
    /// <param name="cancellation">Stops the chains; what <see cref="State"/> lists is as it was then.</param>
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
    /// The programs that write the negatives of one update, one after another. What <see cref="State"/> lists stays as it is, so that an update that is cut short was
    /// not begun. Call <see cref="Complete"/> after the launch.
    /// </summary>
    /// <param name="update">The update, counted from 0.</param>
    /// <param name="data">The data of the update: one row for every negative.</param>
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
            DeviceProgram chains = _loop.Prepare(Sampler, negatives, _steps, noise, Memory, CollectionsMarshal.AsSpan(_programs), (ulong)(update * _steps), cancellation);
            _programs.Clear();
            _programs.Add(chains);
        }
        return CollectionsMarshal.AsSpan(_programs);
    }

    /// <summary>Looks at what the programs of <see cref="Prepare"/> have left.</summary>
    /// <exception cref="DivergenceException">An energy or a gradient became non-finite.</exception>
    public void Complete()
    {
        if (_steps > 0)
            _loop.Complete();
    }

    /// <summary>Adds the programs that remember where the chains ended, and measure how far they moved. Call <see cref="Keep"/> after the launch.</summary>
    /// <param name="negatives">The states that the chains ended in.</param>
    /// <param name="ends">Receives programs that do not depend on each other.</param>
    public virtual void AddEnds(Rows negatives, ICollection<DeviceProgram> ends)
    {
        ArgumentNullException.ThrowIfNull(ends);
        if (_steps > 0)
            ends.Add(_watch.After(negatives));
    }

    /// <summary>Takes note of what the programs of <see cref="AddEnds"/> have left.</summary>
    /// <param name="negatives">The states that the chains ended in.</param>
    public virtual void Keep(Rows negatives)
    {
        if (_steps > 0)
            _watch.Read();
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
    /// The program that writes the states that the chains of an update start from, a row for every chain. The data are there when it runs. Every block of rows may go on into the
    /// chain before another block has started.
    /// </summary>
    /// <param name="update">The update, counted from 0.</param>
    /// <param name="data">The data of the update: one row for every negative.</param>
    /// <param name="negatives">Where the states go.</param>
    protected abstract DeviceProgram Start(long update, Rows data, Rows negatives);

    /// <summary>
    /// Adds programs that write what chains keep beside the states that they start from, a row for every chain: by default as chains that start anew.
    /// </summary>
    protected virtual void AddMemory(Sampler sampler, Rows negatives, ICollection<DeviceProgram> programs)
    {
        ArgumentNullException.ThrowIfNull(programs);
        programs.Add(Memory.Prepare(sampler, negatives));
    }

    /// <summary>Fills row i with noise of the energy's domain, as chain i of the update.</summary>
    protected void FillNoise(long update, Rows states, int row) =>
        Context.Energy.Space.FillNoise(new RandomStream(Context.Seed, RandomPurpose.FreshStates, (ulong)update + 1), (uint)row,
            states[row]);

    /// <summary>Frees the memory.</summary>
    protected virtual void Dispose(bool disposing)
    {
        _loop.Dispose();
        Memory.Dispose();
        _watch.Dispose();
    }
}
