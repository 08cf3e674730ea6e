using System.Runtime.InteropServices;
using Joule.Compute;

namespace Joule.Objectives;

/// <summary>Options of <see cref="ContrastiveDivergence"/>.</summary>
[Named("contrastive_divergence", "lower the energy of data, raise that of states drawn from the model",
    paper: "Hinton 2002, Neural Computation 14")]
public sealed record ContrastiveDivergenceOptions : ObjectiveOptions
{
    private static readonly FigurePanel Gap =
        new(FigurePanel.GapKey, "Contrastive divergence", "contrastive divergence (nats)", Zero: true);


    private static readonly FigureList AllFigures = new(
    [
        new Figure("loss", "nats", "the objective: divergence plus regularisation")
        {
            Role = FigureRole.Loss,
            Label = "loss",
            Better = Better.Lower,
            Best = "the training loss is lowest",
        },
        new Figure("cd", "nats", "mean energy of the data minus that of the negatives")
        {
            Role = FigureRole.Gap,
            Label = "cd",
            Curve = new FigureCurve(Gap, "training, data − negatives"),
            Better = Better.NearZero,
            Best = "the energies of training data and negatives are closest",
        },
        new Figure("regularization", "nats", "the regularisation term"),
        new Figure("energy_data", "nats", "mean energy of the data")
        {
            Role = FigureRole.DataEnergy,
            Label = "E(data)",
            Curve = new FigureCurve(FigurePanel.Energies, "data"),
        },
        new Figure("energy_negative", "nats", "mean energy of the negatives")
        {
            Role = FigureRole.NegativeEnergy,
            Label = "E(negatives)",
            Curve = new FigureCurve(FigurePanel.Energies, "negatives"),
        },
        new Figure("spread_data", "nats", "standard deviation of the energies of the data")
        {
            Role = FigureRole.DataSpread,
            IsRecorded = false,
        },
        new Figure("spread_negative", "nats", "standard deviation of the energies of the negatives")
        {
            Role = FigureRole.NegativeSpread,
            IsRecorded = false,
        },
        new Figure("walls", "", "share of numbers at a wall, negatives minus data") { Role = FigureRole.Walls, IsRecorded = false },
        new Figure("variety", "", "distance between negatives, as a multiple of that between data")
        {
            Role = FigureRole.Variety,
            IsRecorded = false,
            MayBeMissing = true,
        },
        new Figure("movement", "", "how far a chain moved, in units of the state")
        {
            Role = FigureRole.Movement,
            IsRecorded = false,
            MayBeMissing = true,
        },
    ]);

    private static readonly FigurePanel Lag = new("lag", "Lag of young chains", "lag (spreads of the data's energies)");

    private static readonly Figure[] OfLag =
    [
        new("lag", "nats", "mean energy of young chains minus that of older ones, over recent updates"),
        new("lag_spreads", "", "the lag divided by the spread of the energies of the data")
        {
            Role = FigureRole.Lag,
            Curve = new FigureCurve(Lag, "young − older chains"),
        },
        new("rate_factor", "", "factor of the learning rate that the lag asks for"),
    ];

    private static readonly Figure Acceptance =
        new("acceptance", "", "share of the chains' proposals that were accepted") { Label = "acceptance", MayBeMissing = true };

    // One list for each combination of acceptance and lag.
    private static readonly FigureList[] Lists =
        [AllFigures, new([.. AllFigures, Acceptance]), new([.. AllFigures, .. OfLag]), new([.. AllFigures, Acceptance, .. OfLag])];

    /// <summary>The source of negatives.</summary>
    public NegativesOptions Negatives { get; init; } = new BufferNegativesOptions();

    /// <summary>α of the term α·(mean E(data)² + mean E(negatives)²) that keeps energies near 0, in 1/nat.</summary>
    [AtLeast(0)]
    public double EnergyRegularization { get; init; } = 0.1;

    /// <summary>Ties learning rate and step size to the lag of young chains.</summary>
    public LagControlOptions LagControl { get; init; } = new();

    /// <inheritdoc/>
    public override Objective Create(ObjectiveContext context) => new ContrastiveDivergence(context, this);

    /// <inheritdoc/>
    public override FigureList ListFigures() => ListFigures(HasAcceptance, Negatives.MixesAges());

    /// <summary>The figures with or without those of acceptance and of ages.</summary>
    internal static FigureList ListFigures(bool accepts, bool mixesAges) => Lists[(accepts ? 1 : 0) + (mixesAges ? 2 : 0)];

    /// <summary>Whether acceptance is a figure.</summary>
    internal bool HasAcceptance => Negatives.Steps > 0 && Negatives.Sampler.HasAcceptTest();

    /// <inheritdoc/>
    public override TrainingChains ListChains() => new(Negatives.Sampler, Negatives.Steps)
    {
        MeanSteps = Negatives.MeanChainSteps(),
        Description = Negatives.Describe(),
        Meaning = Negatives.Meaning(),
    };

    /// <inheritdoc/>
    public override void ValidateBatch(int batch, IList<string> problems)
    {
        ArgumentNullException.ThrowIfNull(problems);
        if (Negatives is BufferNegativesOptions buffer && buffer.Slots < batch)
            problems.Add($"objective.negatives.slots is {buffer.Slots}, fewer than training.batch, {batch}");
    }
}

/// <summary>
/// Contrastive divergence (Hinton 2002): negatives are drawn from the model, and the energies of data and negatives are pushed apart, with
/// one weight per state (<see cref="ContrastiveWeights"/>).
/// </summary>
public sealed class ContrastiveDivergence : Objective, IContrasts, IKeepsChains
{
    private const int WallsFigure = 7; // followed by variety and movement
    private const double LeastMovement = 1e-4; // of the width: chains without noise that move less do not count as moving

    private readonly ContrastiveDivergenceOptions _options;
    private readonly ObjectiveContext _context;
    private readonly StateProbe _probe;
    private readonly DeviceBuffer _batch;
    private readonly List<DeviceProgram> _programs = [];
    private readonly ProgramGroup _first = new();
    private readonly List<DeviceProgram> _ends = [];
    private readonly DeviceRead _energies;
    private readonly float[] _weights;
    private readonly ChainLag? _lag;
    private Adjustment _adjustment = Adjustment.None;
    private double _regularization;

    /// <summary>Allocates memory for data and negatives.</summary>
    /// <exception cref="InvalidInputException">
    /// The energy lacks a capability that the sampler needs, or does not fit the options.
    /// </exception>
    public ContrastiveDivergence(ObjectiveContext context, ContrastiveDivergenceOptions options)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(options);
        (_context, _options) = (context, options);
        _regularization = options.EnergyRegularization;
        Negatives = options.Negatives.Create(new NegativesContext(context.Device, context.Energy, context.Batch, context.Seed));
        if (options.Negatives.MixesAges())
            _lag = new ChainLag();
        if (_lag is not null && options.LagControl.Enabled)
            Negatives.AllowSpeeds(options.LagControl.MostStepSize);
        _probe = new StateProbe(context.Device, context.Energy.Space, context.Width);
        _batch = context.Device.Allocate((long)PassCapacity * context.Energy.Space.Width);
        _energies = context.Device.CreateRead(PassCapacity);
        _weights = new float[PassCapacity];
    }

    /// <summary>The source of negatives.</summary>
    public Negatives Negatives { get; }

    /// <inheritdoc/>
    public override FigureList Figures => _options.ListFigures();

    /// <inheritdoc/>
    public override int PassCapacity => 2 * _context.Batch;

    /// <inheritdoc/>
    public override IReadOnlyList<StateMemory> State => _lag is null ? Negatives.State : [.. Negatives.State, _lag.State];

    /// <inheritdoc/>
    public override double RateFactor => Controlled is { } lag ? _options.LagControl.RateFactor(lag.Nats) : 1;

    /// <inheritdoc/>
    public override string? Advice => !Contrast.HasNoSteps
        ? null
        : "Chains without steps learn nothing: set objective.negatives.steps above 0, "
            + "or train on plain noise with objective.negatives.type=noise.";

    /// <inheritdoc/>
    public override double LeastNoise =>
        _options.Negatives.Steps > 0 ? _options.Negatives.Sampler.Scaled(_adjustment.StepSize).NoiseOfStep() : 0;

    /// <inheritdoc/>
    public Contrast Contrast
    {
        get
        {
            bool moves = Negatives.MustMove || _options.Negatives.Steps > 0;
            double steps = Math.Max(1, _options.Negatives.Steps * _adjustment.Steps);
            double ofStep = _options.Negatives.Sampler.Scaled(_adjustment.StepSize).NoiseOfStep();
            double noise = Math.Max(ofStep * Math.Sqrt(steps), LeastMovement * _context.Width);
            return new Contrast(_regularization, Negatives.Chains is not null, moves ? noise : 0, _context.Width)
            {
                Slots = Negatives.Slots,
                HasNoSteps = moves && _options.Negatives.Steps == 0,
                StartsFromData = Negatives.StartsFromData,
            };
        }
    }

    /// <inheritdoc/>
    public Rows? Chains => Negatives.Chains;

    /// <inheritdoc/>
    public override bool LaunchesData => true;

    /// <inheritdoc/>
    public override Rows DataRows(int count) => All(count).Slice(0, count);

    /// <inheritdoc/>
    public override void Accumulate(in TrainingUpdate update, Rows data, Span<double> figures)
    {
        int count = data.Count;
        Rows all = All(count), negatives = all.Slice(count, count);
        _programs.Clear();
        if (Controlled is { } lag)
            Negatives.SetSpeed(_options.LagControl.StepSizeFactor(lag.Nats));
        Begin(update.Data, Negatives.Prepare(update.Number, data, negatives, update.Cancellation));
        _energies.Begin(update.Pass.Forward(all, CollectionsMarshal.AsSpan(_programs)));
        Negatives.Complete();
        ReadOnlySpan<float> energies = _energies.Words;
        Span<float> weights = _weights.AsSpan(0, 2 * count);
        ContrastiveFigures f = ContrastiveWeights.Weigh(_regularization, energies, count, weights, update.Number);
        _ends.Clear();
        Negatives.AddEnds(negatives, _ends);
        _probe.AddPrograms(data, negatives, _ends);
        update.Pass.Reverse(weights, CollectionsMarshal.AsSpan(_ends));
        Negatives.Keep(negatives);
        _probe.BeginRead();
        _lag?.Add(energies[count..], Negatives.Ages, YoungSteps, f.DataSpread);
        ReadOnlySpan<double> found =
        [
            f.Loss, f.Divergence, f.Regularization, f.DataEnergy, f.NegativeEnergy, f.DataSpread, f.NegativeSpread,
            double.NaN, double.NaN, double.NaN, // CompleteFigures
        ];
        found.CopyTo(figures);
        int next = found.Length;
        if (_options.HasAcceptance)
            figures[next++] = Negatives.Proposals?.Acceptance ?? double.NaN;
        if (_lag is null)
            return;
        (figures[next], figures[next + 1], figures[next + 2]) = (_lag.Nats, _lag.Spreads, RateFactor);
    }

    /// <inheritdoc/>
    public override void CompleteFigures(Span<double> figures)
    {
        _probe.Read();
        ReadOnlySpan<double> found = [_probe.Walls, _probe.Variety, Negatives.Movement];
        found.CopyTo(figures[WallsFigure..]);
    }

    /// <inheritdoc/>
    public override void Adjust(Adjustment adjustment, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(adjustment);
        _adjustment = adjustment;
        _regularization = adjustment.RegularizationOf(_options.EnergyRegularization);
        Negatives.Adjust(seed, adjustment.Steps, adjustment.StepSize);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        Negatives.Dispose();
        _probe.Dispose();
        _energies.Dispose();
        _lag?.Dispose();
        _batch.Dispose();
    }

    private ChainLag? Controlled => _options.LagControl.Enabled ? _lag : null;

    // A quarter of the mean length: 5 updates, if a twentieth of the chains starts afresh.
    private double YoungSteps => 0.25 * _adjustment.Steps * (_options.Negatives.MeanChainSteps() ?? 0);

    // Data and initial states are written together, unless the chains read the data.
    private void Begin(DeviceProgram data, ReadOnlySpan<DeviceProgram> negatives)
    {
        if (Negatives.ReadsData)
        {
            _programs.Add(data);
            _programs.AddRange(negatives);
            return;
        }
        _first.Clear();
        _first.Add(data);
        _first.Add(negatives[0]);
        _programs.Add(_first);
        _programs.AddRange(negatives[1..]);
    }

    // Data and negatives form one batch.
    private Rows All(int count) => _batch.AsRows(PassCapacity, _context.Energy.Space.Width).Slice(0, 2 * count);
}
