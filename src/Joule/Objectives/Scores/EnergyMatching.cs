using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Joule.Compute;
using Joule.Samplers;

namespace Joule.Objectives;

/// <summary>Options of <see cref="EnergyMatching"/>.</summary>
[Named("energy_matching", "first the gradient carries noise to data along optimal transport, then exp(−E/T) matches the data by contrast",
    paper: "Balcerak et al. 2025, arXiv:2504.10612")]
public sealed record EnergyMatchingOptions : ObjectiveOptions
{
    private static readonly FigureList AllFigures = new(
    [
        ScoreFigures.Loss("", "mean squared error of the gradient, halved, plus the weighted contrast"),
        new Figure("transport", "", "mean squared error of the gradient as a field from noise to data, halved"),
        new Figure("contrast", "nats", "mean energy of the data minus that of the negatives; 0 in the first phase"),
        ScoreFigures.Energy("energy_between", "mean energy of states between noise and data"),
    ]);

    /// <summary>The share of the planned updates after which the second phase begins. 1: only the first phase.</summary>
    [Between(0, 1)]
    public double WarmUpShare { get; init; } = 0.8;

    /// <summary>λ: the weight of the contrast in the second phase, relative to the transport.</summary>
    [AtLeast(0)]
    public double ContrastWeight { get; init; } = 0.001;

    /// <summary>
    /// In updates whose weighted contrast is below minus this, negatives are far above the data, and the contrast is left out. Null: never.
    /// </summary>
    [Above(0)]
    public double? ContrastLimit { get; init; } = 0.02;

    /// <summary>How an update pairs noise with data.</summary>
    public CouplingOptions Coupling { get; init; } = new AssignmentCouplingOptions();

    /// <summary>The source of negatives of the second phase. Their temperature is that of the model.</summary>
    public NegativesOptions Negatives { get; init; } = new MixedNegativesOptions
    {
        Steps = 100,
        Sampler = new WarmedLangevinOptions { StepSize = 0.02f, Temperature = 0.01f, RiseStart = 1, RiseEnd = 1 },
    };

    /// <inheritdoc/>
    public override Objective Create(ObjectiveContext context) => new EnergyMatching(context, this);

    /// <inheritdoc/>
    public override FigureList ListFigures() => AllFigures;

    /// <inheritdoc/>
    public override TrainingChains ListChains() => new(Negatives.Sampler, Negatives.Steps)
    {
        MeanSteps = Negatives.MeanChainSteps(),
        Description = Negatives.Describe(),
        Meaning = Negatives.Meaning(),
    };

    /// <summary>That of the negatives' sampler.</summary>
    public override double? DensityTemperature() => Negatives.Sampler.EffectiveTemperature();

    /// <inheritdoc/>
    public override SampleChains ListSamples() => new(Negatives.Sampler, Negatives.Steps);

    /// <inheritdoc/>
    public override void ValidateBatch(int batch, IList<string> problems)
    {
        ArgumentNullException.ThrowIfNull(problems);
        Coupling.ValidateBatch(batch, problems, "objective.coupling.");
        if (Negatives is BufferNegativesOptions buffer && buffer.Slots < batch)
            problems.Add($"objective.negatives.slots is {buffer.Slots}, fewer than training.batch, {batch}");
    }
}

/// <summary>
/// Energy matching (Balcerak et al. 2025, arXiv:2504.10612): one scalar potential that carries noise to the data, and has their density
/// near them. In both phases −∇ₓE matches the field of optimal transport: at y = (1 − t)x₀ + t·x₁, between noise x₀ and a state x₁ of the
/// data that is coupled with it, the loss is ½‖∇ₓE(y) + x₁ − x₀‖², averaged over numbers, states and t, which is uniform on [0, 1]. In the
/// second phase, λ·(mean E(data) − mean E(negatives)) is added, whose negatives are chains that start from data and from noise.
/// </summary>
/// <remarks>
/// <para>The phase is a function of the update: the first ⌈share · planned updates⌉ are the first phase.</para>
/// <para>Which density E means: p(x) ∝ exp(−E(x)/T), where T is the final temperature of the negatives' sampler, ε_max in the paper. It is
/// far below 1, since the gradient has the length of a way from noise to data. Chains of <c>warmed</c> with that temperature draw from
/// it.</para>
/// <para>The noise is where chains of the energy start (<see cref="Energies.Energy.FillStart"/>): noise of the space, or for
/// <see cref="Energies.AnchoredEnergy"/> draws of its mixture, which are nearer to the data.</para>
/// </remarks>
public sealed class EnergyMatching : GradientMatching, IKeepsChains
{
    private readonly EnergyMatchingOptions _options;
    private readonly DeviceBuffer _noise, _pairs;
    private readonly NoiseProgram _noiseProgram;
    private readonly CopyProgram _copy = new();
    private readonly Coupling _coupling;
    private readonly List<DeviceProgram> _programs = [], _ends = [];
    private readonly float[] _pairEnergies, _weights;
    private readonly long _firstContrast;

    /// <summary>Allocates memory for a batch, its noise and its negatives.</summary>
    /// <exception cref="InvalidInputException">
    /// The states do not vary continuously, or the energy lacks what the sampler of the negatives needs.
    /// </exception>
    public EnergyMatching(ObjectiveContext context, EnergyMatchingOptions options) : base(context, "energy_matching")
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _firstContrast = (long)Math.Ceiling(options.WarmUpShare * context.PlannedUpdates);
        _noise = context.Device.Allocate((long)context.Batch * context.Energy.Space.Width);
        _pairs = context.Device.Allocate(2L * context.Batch * context.Energy.Space.Width);
        _noiseProgram = new NoiseProgram(this);
        _coupling = options.Coupling.Create(context.Device, context.Batch);
        Negatives = options.Negatives.Create(new NegativesContext(context.Device, context.Energy, context.Batch, context.Seed));
        _pairEnergies = new float[2 * context.Batch];
        _weights = new float[2 * context.Batch];
    }

    /// <summary>The source of negatives.</summary>
    public Negatives Negatives { get; }

    /// <inheritdoc/>
    public override FigureList Figures => _options.ListFigures();

    /// <inheritdoc/>
    public override int PassCapacity => 2 * Context.Batch;

    /// <inheritdoc/>
    public override string? Advice => _options.Negatives.Steps > 0 || _options.WarmUpShare == 1 || !Negatives.MustMove
        ? null
        : "Chains without steps learn nothing: set objective.negatives.steps above 0, or leave out the second phase with "
            + "objective.warm_up_share=1.";

    /// <inheritdoc/>
    public override IReadOnlyList<StateMemory> State => Negatives.State;

    /// <inheritdoc/>
    public Rows? Chains => Negatives.Chains;

    /// <summary>Whether an update, counted from 0, belongs to the second phase.</summary>
    public bool Contrasts(long update) => update >= _firstContrast && _options.WarmUpShare < 1;

    /// <inheritdoc/>
    public override void Accumulate(in TrainingUpdate update, Rows data, Span<double> figures)
    {
        (double transport, double energy) = Match(update, data);
        double contrast = Contrasts(update.Number) ? AddContrast(update, data) : 0;
        ReadOnlySpan<double> found = [transport + _options.ContrastWeight * contrast, transport, contrast, energy];
        found.CopyTo(figures);
    }

    /// <inheritdoc/>
    public override void Adjust(Adjustment adjustment, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(adjustment);
        base.Adjust(adjustment, seed);
        Negatives.Adjust(seed, adjustment.Steps, adjustment.StepSize);
    }

    /// <inheritdoc/>
    protected override string? WhyNotRows => "its noise and the pairs of noise and data lie in the device's memory";

    /// <inheritdoc/>
    protected override void AddPrograms(in TrainingUpdate update, Rows data, ICollection<DeviceProgram> programs)
    {
        base.AddPrograms(update, data, programs);
        Rows noise = _noise.AsRows(Context.Batch, data.Width).Slice(0, data.Count);
        RandomStream draws = ScoreDraws.Noise(Seed, update.Number);
        _noiseProgram.Prepare(noise, draws);
        programs.Add(_noiseProgram);
        _coupling.AddPrograms(noise, data, draws.Part(1), programs, update.Cancellation);
    }

    /// <inheritdoc/>
    protected override (float Scale, float Weight) Write(
        in MatchedRow row, ReadOnlySpan<float> data, Span<float> state, Span<float> target)
    {
        ReadOnlySpan<float> noise = _noise.AsRows(Context.Batch, data.Length)[_coupling.Partners.Integers[row.Row]];
        float time = (float)row.Spread();
        TensorPrimitives.Multiply(noise, 1 - time, state);
        TensorPrimitives.MultiplyAdd(data, time, state, state);
        TensorPrimitives.Subtract(noise, data, target);
        return (1, 1);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        Negatives.Dispose();
        _coupling.Dispose();
        _noise.Dispose();
        _pairs.Dispose();
    }

    private double AddContrast(in TrainingUpdate update, Rows data)
    {
        int count = data.Count;
        Rows pairs = _pairs.AsRows(2 * Context.Batch, data.Width).Slice(0, 2 * count), negatives = pairs.Slice(count, count);
        _copy.Prepare(data, pairs.Slice(0, count));
        _programs.Clear();
        _programs.Add(_copy);
        _programs.AddRange(Negatives.Prepare(update.Number, data, negatives, update.Cancellation));
        Rows values = update.Pass.Forward(pairs, CollectionsMarshal.AsSpan(_programs));
        Negatives.Complete();
        Span<float> energies = _pairEnergies.AsSpan(0, 2 * count), weights = _weights.AsSpan(0, 2 * count);
        Context.Device.Download(values, energies);
        double contrast = ContrastiveWeights.Weigh(0, energies, count, weights, update.Number).Divergence;
        bool isFar = _options.ContrastWeight * contrast < -_options.ContrastLimit;
        for (int i = 0; i < weights.Length; i++)
            weights[i] = isFar ? 0 : (float)(_options.ContrastWeight * weights[i]);
        _ends.Clear();
        Negatives.AddEnds(negatives, _ends);
        update.Pass.Reverse(weights, CollectionsMarshal.AsSpan(_ends));
        Negatives.Keep(negatives);
        return contrast;
    }

    private sealed class NoiseProgram(EnergyMatching objective) : DeviceProgram
    {
        private Rows _noise;
        private RandomStream _draws;

        public override string Name => "noise to be coupled with data";

        public override int Count => _noise.Count;

        public override int BlockRows => 16;

        public void Prepare(Rows noise, RandomStream draws) => (_noise, _draws) = (noise, draws);

        protected override void Run(int start, int count, int lane)
        {
            for (int i = start; i < start + count; i++)
                objective.Context.Energy.FillStart(_draws, (uint)i, _noise[i]);
        }
    }
}
