using System.Runtime.InteropServices;
using Joule.Compute;
using Joule.Energies;
using Joule.Samplers;

namespace Joule.Objectives;

/// <summary>Options of <see cref="ImprovedContrastiveDivergence"/>.</summary>
[Named("improved_contrastive_divergence", "contrastive divergence with the gradient through the last chain step and the negatives' entropy",
    paper: "Du, Li, Tenenbaum and Mordatch 2021, arXiv:2012.01316")]
public sealed record ImprovedContrastiveDivergenceOptions : ObjectiveOptions, IOptionRules
{
    private static readonly FigureList AllFigures = new(
    [
        new ContrastiveDivergenceOptions().ListFigures()[0] with
        {
            Meaning = "the objective: divergence, regularisation, KL term, entropy",
        },
        .. new ContrastiveDivergenceOptions().ListFigures().Skip(1),
        new Figure("log_nearest", "", "mean logarithm of the distance to the nearest other negative") { MayBeMissing = true },
    ]);

    /// <summary>The source of negatives: Langevin chains, of at least one step.</summary>
    public NegativesOptions Negatives { get; init; } = new BufferNegativesOptions();

    /// <summary>α of the term α·(mean E(data)² + mean E(negatives)²) that keeps energies near 0, in 1/nat.</summary>
    [AtLeast(0)]
    public double EnergyRegularization { get; init; } = 0.1;

    /// <summary>The weight of the KL term. 0: plain contrastive divergence.</summary>
    [AtLeast(0)]
    public double KlWeight { get; init; } = 1;

    /// <summary>The weight, within the KL term, of the entropy of the negatives.</summary>
    [AtLeast(0)]
    public double EntropyWeight { get; init; } = 0.3;

    /// <inheritdoc/>
    public override Objective Create(ObjectiveContext context) => new ImprovedContrastiveDivergence(context, this);

    /// <inheritdoc/>
    public override FigureList ListFigures() => AllFigures;

    /// <inheritdoc/>
    public override TrainingChains ListChains() => Contrastive().ListChains();

    /// <inheritdoc/>
    public override void ValidateBatch(int batch, IList<string> problems) => Contrastive().ValidateBatch(batch, problems);

    /// <inheritdoc/>
    public void Validate(ICollection<string> problems, string path)
    {
        ArgumentNullException.ThrowIfNull(problems);
        if (Negatives.Steps < 1)
            problems.Add($"{path}negatives.steps is {Negatives.Steps}; it must be at least 1, since the last step is differentiated");
        if (Negatives.Sampler is not LangevinOptions)
        {
            problems.Add($"{path}negatives.sampler is {Catalogue.NameOf(Negatives.Sampler.GetType())}; it must be langevin, since its last "
                + "step is differentiated");
        }
    }

    /// <summary>The same chains, for plain contrastive divergence.</summary>
    internal ContrastiveDivergenceOptions Contrastive() =>
        new() { Negatives = Negatives, EnergyRegularization = EnergyRegularization };
}

/// <summary>
/// Improved contrastive divergence (Du et al. 2021, arXiv:2012.01316): to contrastive divergence (<see cref="ContrastiveDivergence"/>) it
/// adds the term that the latter leaves out, the change of the negatives' distribution q with the parameters: KL(q ‖ p) = mean E(x) −
/// entropy, where E is held fixed and x depends on the parameters through the last Langevin step x = x′ − η∇ₓE(x′) + σξ.
/// </summary>
/// <remarks>
/// <para>With u = ∇ₓE(x) − κ∇ₓ ln r(x), where r is the distance to the nearest other negative and κ the weight of the entropy, the gradient
/// of the term is −η·∇θ⟨u, ∇ₓE(x′)⟩, averaged over the negatives: exact, as extra rows of a pass. Numbers whose gradient is clipped, or
/// that stop at a wall, do not depend on the parameters, and count 0.</para>
/// <para>The entropy is estimated from nearest neighbours, as the mean of ln r plus a constant (equation 8 there).</para>
/// </remarks>
public sealed class ImprovedContrastiveDivergence : Objective, IContrasts, IKeepsChains
{
    private readonly ImprovedContrastiveDivergenceOptions _options;
    private readonly ObjectiveContext _context;
    private readonly LastLangevinStep _last;
    private readonly StateProbe _probe;
    private readonly DeviceBuffer _batch;
    private readonly List<DeviceProgram> _programs = [], _ends = [];
    private readonly float[] _energies, _weights;
    private double _regularization;
    private double _stepsFactor = 1;
    private LangevinOptions _sampler;
    private ulong _seed;

    /// <summary>Allocates memory for data and negatives.</summary>
    /// <exception cref="InvalidInputException">The energy has no gradient, its states do not vary continuously, or it does not fit the
    /// options.</exception>
    public ImprovedContrastiveDivergence(ObjectiveContext context, ImprovedContrastiveDivergenceOptions options)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(options);
        OptionsCheck.Require(options, "improved_contrastive_divergence");
        ScoreNeeds.Continuous(context.Energy.Space, "improved_contrastive_divergence");
        (_context, _options, _seed) = (context, options, context.Seed);
        _regularization = options.EnergyRegularization;
        _sampler = (LangevinOptions)options.Negatives.Sampler;
        // The last step is made here.
        Negatives = (options.Negatives with { Steps = options.Negatives.Steps - 1 })
            .Create(new NegativesContext(context.Device, context.Energy, context.Batch, context.Seed));
        _last = new LastLangevinStep(context, options);
        _probe = new StateProbe(context.Device, context.Energy.Space, context.Width);
        _batch = context.Device.Allocate((long)PassCapacity * context.Energy.Space.Width);
        _energies = new float[PassCapacity];
        _weights = new float[PassCapacity];
    }

    /// <summary>The source of negatives, up to their last step.</summary>
    public Negatives Negatives { get; }

    /// <inheritdoc/>
    public override FigureList Figures => _options.ListFigures();

    /// <inheritdoc/>
    public override int PassCapacity => 2 * _context.Batch;

    /// <inheritdoc/>
    public override IReadOnlyList<StateMemory> State => Negatives.State;

    /// <inheritdoc/>
    public override bool LaunchesData => true;

    /// <inheritdoc/>
    public override double LeastNoise => _sampler.NoiseOfStep();

    /// <inheritdoc/>
    public Rows? Chains => Negatives.Chains;

    /// <inheritdoc/>
    public Contrast Contrast
    {
        get
        {
            double steps = Math.Max(1, (_options.Negatives.Steps - 1) * _stepsFactor);
            double noise = _options.Negatives.Steps > 1 ? _sampler.NoiseOfStep() * Math.Sqrt(steps) : 0;
            return new Contrast(_regularization, Negatives.Chains is not null, noise, _context.Width)
            {
                Slots = Negatives.Slots,
                StartsFromData = Negatives.StartsFromData,
            };
        }
    }

    /// <inheritdoc/>
    public override ITrainingPass CreatePass(ITrainable energy)
    {
        ArgumentNullException.ThrowIfNull(energy);
        return energy.CreatePass(PassCapacity, 1);
    }

    /// <inheritdoc/>
    public override Rows DataRows(int count) => All(count).Slice(0, count);

    /// <inheritdoc/>
    public override void Accumulate(in TrainingUpdate update, Rows data, Span<double> figures)
    {
        int count = data.Count;
        Rows all = All(count), negatives = all.Slice(count, count);
        IDirectionalPass pass = (IDirectionalPass)update.Pass;
        double nearest = MakeNegatives(update, pass, data, negatives);
        Span<float> energies = _energies.AsSpan(0, 2 * count), weights = _weights.AsSpan(0, 2 * count);
        Rows values = pass.Forward(all);
        _context.Device.Download(values, energies);
        ContrastiveFigures f = ContrastiveWeights.Weigh(_regularization, energies, count, weights, update.Number);
        _ends.Clear();
        Negatives.AddEnds(negatives, _ends);
        _probe.AddPrograms(data, negatives, _ends);
        pass.Reverse(weights, CollectionsMarshal.AsSpan(_ends));
        Negatives.Keep(negatives);
        _probe.BeginRead();
        _probe.Read();
        double entropy = _options.EntropyWeight > 0 && count > 1 ? _options.EntropyWeight * nearest : 0;
        ReadOnlySpan<double> found =
        [
            f.Loss + _options.KlWeight * (f.NegativeEnergy - entropy), f.Divergence, f.Regularization, f.DataEnergy, f.NegativeEnergy,
            f.DataSpread, f.NegativeSpread, _probe.Walls, _probe.Variety, Negatives.Movement, nearest,
        ];
        found.CopyTo(figures);
    }

    /// <inheritdoc/>
    public override void Adjust(Adjustment adjustment, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(adjustment);
        _seed = seed;
        _stepsFactor = adjustment.Steps;
        _sampler = ((LangevinOptions)_options.Negatives.Sampler).Scaled(adjustment.StepSize);
        _regularization = adjustment.RegularizationOf(_options.EnergyRegularization);
        Negatives.Adjust(seed, adjustment.Steps, adjustment.StepSize);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        Negatives.Dispose();
        _last.Dispose();
        _probe.Dispose();
        _batch.Dispose();
    }

    // The chains, their last step, and the gradient of the KL term. Returns the mean of ln r.
    private double MakeNegatives(in TrainingUpdate update, IDirectionalPass pass, Rows data, Rows negatives)
    {
        _last.Prepare(_sampler, ScoreDraws.Noise(_seed, update.Number), negatives);
        _programs.Clear();
        _programs.Add(update.Data);
        _programs.AddRange(Negatives.Prepare(update.Number, data, negatives, update.Cancellation));
        _programs.Add(_last.Start);
        pass.ForwardGradient(_last.Before, _last.Gradient, CollectionsMarshal.AsSpan(_programs));
        Negatives.Complete();
        Span<float> zeros = _weights.AsSpan(0, negatives.Count);
        zeros.Clear();
        pass.ReverseGradient(zeros, _last.Directions, [_last.Step, _last.Direct], []);
        return _last.ReadMeanLogNearest();
    }

    // Data and negatives form one batch.
    private Rows All(int count) => _batch.AsRows(PassCapacity, _context.Energy.Space.Width).Slice(0, 2 * count);
}
