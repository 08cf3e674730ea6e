using Joule.Compute;
using Joule.Energies;
using Joule.Networks;
using Joule.States;

namespace Joule.Objectives;

/// <summary>Options of <see cref="JointEnergy"/>.</summary>
[Named("joint_energy", "contrastive divergence of a classifier's energy, and the cross-entropy of its classes",
    paper: "Grathwohl et al. 2020, ICLR (JEM)")]
public sealed record JointEnergyOptions : ObjectiveOptions
{
    private static readonly Figure[] OfClasses =
    [
        new("cross_entropy", "nats", "mean −ln p(class | state) of the data")
        {
            Label = "cross-entropy",
            Better = Better.Lower,
            Best = "the classes of training data are most probable",
        },
        new("accuracy", "", "share of the data whose class is the most probable one") { Label = "accuracy" },
    ];

    private static readonly FigureList[] Lists = [.. new[] { false, true }.SelectMany(mixes => new[] { false, true }.Select(accepts =>
        new FigureList([.. ContrastiveDivergenceOptions.ListFigures(accepts, mixes), .. OfClasses])))];

    /// <summary>The source of negatives.</summary>
    public NegativesOptions Negatives { get; init; } = new BufferNegativesOptions();

    /// <summary>As for <c>contrastive_divergence</c>.</summary>
    [AtLeast(0)]
    public double EnergyRegularization { get; init; } = 0.1;

    /// <summary>Ties learning rate and step size to the lag of young chains.</summary>
    public LagControlOptions LagControl { get; init; } = new();

    /// <summary>The weight of the cross-entropy beside the contrastive divergence.</summary>
    [AtLeast(0)]
    public double ClassWeight { get; init; } = 1;

    /// <summary>
    /// The share of the planned updates in which that weight rises in proportion to the update, from 0. Classes that are learned at once
    /// change the energy faster than chains follow.
    /// </summary>
    [Between(0, 1)]
    public double ClassWarmUp { get; init; }

    /// <summary>
    /// For images: the cross-entropy sees every image moved by up to this many pixels either way, drawn anew in every update, so that
    /// classes do not depend on places. The contrastive divergence sees the images as they are. 0: so does the cross-entropy.
    /// </summary>
    [Between(0, 16)]
    public int ClassShift { get; init; }

    /// <summary>The contrastive part.</summary>
    internal ContrastiveDivergenceOptions Contrastive => new()
    {
        Negatives = Negatives,
        EnergyRegularization = EnergyRegularization,
        LagControl = LagControl,
    };

    /// <inheritdoc/>
    public override Objective Create(ObjectiveContext context) => new JointEnergy(context, this);

    /// <inheritdoc/>
    public override FigureList ListFigures() =>
        Lists[(Negatives.MixesAges() ? 2 : 0) + (Contrastive.HasAcceptance ? 1 : 0)];

    /// <inheritdoc/>
    public override TrainingChains ListChains() => Contrastive.ListChains();

    /// <inheritdoc/>
    public override void ValidateBatch(int batch, IList<string> problems) => Contrastive.ValidateBatch(batch, problems);
}

/// <summary>
/// The joint energy of states and classes: −ln p(x, k) = −ln p(x) − ln p(k | x). The first term is trained by contrastive divergence, the
/// second by its cross-entropy (Grathwohl et al. 2020, section 3). The energy must classify (<see cref="IClassifier"/>).
/// </summary>
public sealed class JointEnergy : Objective, IContrasts, IKeepsChains
{
    private readonly JointEnergyOptions _options;
    private readonly ContrastiveDivergence _contrastive;
    private readonly Device _device;
    private readonly DeviceBuffer? _moved;
    private readonly MoveProgram _move = new();
    private readonly IdleProgram _written = new();
    private readonly Shape _shape;
    private readonly double _warmUp;
    private readonly int _figures;
    private ulong _seed;

    /// <summary>Allocates memory for data and negatives.</summary>
    /// <exception cref="InvalidInputException">
    /// The energy does not classify, the data have no labels or another number of classes, or the options do not fit.
    /// </exception>
    public JointEnergy(ObjectiveContext context, JointEnergyOptions options)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(options);
        if (context.Train is null)
            throw new ArgumentException("The training data are not given.", nameof(context));
        int classes = context.Energy.Require<IClassifier>("The objective joint_energy").Classes;
        if (context.Train.Labels is not { } labels)
        {
            throw new InvalidInputException($"The objective joint_energy learns classes, and {context.Train.Name} has no labels. Give "
                + "labelled data: a dataset such as mnist, a folder with one folder per class, or a table with --label COLUMN.");
        }
        if (labels.Levels.Count != classes)
        {
            throw new InvalidInputException($"The energy has {classes} outputs, one per class, and {context.Train.Name} has "
                + $"{labels.Levels.Count} ({labels.Name}). Make the outputs of the last layer as many.");
        }
        Shape shape = context.Energy.Space.Shape;
        if (options.ClassShift > 0 && shape.Height * shape.Width == 1)
        {
            throw new InvalidInputException($"objective.class_shift is {options.ClassShift}, and the states ({context.Energy.Space}) are "
                + "no images that could be moved. Set it to 0.");
        }
        _warmUp = options.ClassWarmUp * context.PlannedUpdates;
        (_options, _device, _shape, _seed) = (options, context.Device, shape, context.Seed);
        if (options.ClassShift > 0)
            _moved = context.Device.Allocate((long)context.Batch * shape.Length);
        _contrastive = new ContrastiveDivergence(context, options.Contrastive);
        _figures = _contrastive.Figures.Count;
    }

    /// <inheritdoc/>
    public override FigureList Figures => _options.ListFigures();

    /// <inheritdoc/>
    public override int PassCapacity => _contrastive.PassCapacity;

    /// <inheritdoc/>
    public override bool LaunchesData => _contrastive.LaunchesData;

    /// <inheritdoc/>
    public override IReadOnlyList<StateMemory> State => _contrastive.State;

    /// <inheritdoc/>
    public override double RateFactor => _contrastive.RateFactor;

    /// <inheritdoc/>
    public override string? Advice => _contrastive.Advice;

    /// <inheritdoc/>
    public override double LeastNoise => _contrastive.LeastNoise;

    /// <inheritdoc/>
    public Contrast Contrast => _contrastive.Contrast;

    /// <inheritdoc/>
    public Rows? Chains => _contrastive.Chains;

    /// <inheritdoc/>
    public override ITrainingPass CreatePass(ITrainable energy)
    {
        ArgumentNullException.ThrowIfNull(energy);
        return new JointPass((IClassifierPass)energy.CreatePass(PassCapacity));
    }

    /// <inheritdoc/>
    public override Rows DataRows(int count) => _contrastive.DataRows(count);

    /// <inheritdoc/>
    public override void Accumulate(in TrainingUpdate update, Rows data, Span<double> figures)
    {
        JointPass pass = (JointPass)update.Pass;
        pass.Weight = _options.ClassWeight * (update.Number + 1 < _warmUp ? (update.Number + 1) / _warmUp : 1);
        if (_moved is { } moved)
        {
            _device.Launch(update.Data);
            Rows rows = moved.AsRows(data.Count, data.Width);
            RandomStream draws = new(_seed, RandomPurpose.ClassShifts, (ulong)update.Number);
            _move.Prepare(data, rows, _shape, _options.ClassShift, draws);
            pass.Classify(rows, _move, update.Labels.Span);
            // The data are there now.
            _contrastive.Accumulate(update with { Data = _written }, data, figures[.._figures]);
        }
        else
        {
            pass.Labels = update.Labels;
            _contrastive.Accumulate(update, data, figures[.._figures]);
        }
        int loss = _contrastive.Figures.IndexOf(FigureRole.Loss);
        figures[loss] += pass.Weight * pass.CrossEntropy;
        (figures[_figures], figures[_figures + 1]) = (pass.CrossEntropy, pass.Accuracy);
    }

    /// <inheritdoc/>
    public override void CompleteFigures(Span<double> figures) => _contrastive.CompleteFigures(figures[.._figures]);

    /// <inheritdoc/>
    public override void Adjust(Adjustment adjustment, ulong seed)
    {
        _seed = seed;
        _contrastive.Adjust(adjustment, seed);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _contrastive.Dispose();
        _moved?.Dispose();
    }

    /// <summary>Moves every image of an update by a drawn number of pixels.</summary>
    private sealed class MoveProgram : DeviceProgram
    {
        private Rows _from;
        private Rows _to;
        private Shape _shape;
        private int _most;
        private RandomStream _draws;

        public override string Name => "the moved images of an update";

        public override int Count => _from.Count;

        public override int BlockRows => 16;

        public void Prepare(Rows from, Rows to, Shape shape, int most, RandomStream draws) =>
            (_from, _to, _shape, _most, _draws) = (from, to, shape, most, draws);

        protected override void Run(int start, int count, int lane)
        {
            for (int i = start; i < start + count; i++)
            {
                int down = _draws.Integer(2 * _most + 1, (uint)i, 0) - _most, right = _draws.Integer(2 * _most + 1, (uint)i, 1) - _most;
                ImageShift.Run(_from[i], _to[i], _shape.Height, _shape.Width, down, right);
            }
        }
    }

    /// <summary>
    /// Adds the cross-entropy. Of the data as they are, one reverse serves both terms; moved images have a pass of their own, before it.
    /// </summary>
    private sealed class JointPass(IClassifierPass pass) : ITrainingPass
    {
        private readonly float[] _weights = new float[pass.Capacity * pass.Classes];

        /// <summary>The classes of the data of the next <see cref="Reverse"/>; empty: it has no cross-entropy.</summary>
        public ReadOnlyMemory<int> Labels { get; set; }

        public double Weight { get; set; }

        public double CrossEntropy { get; private set; }

        public double Accuracy { get; private set; }

        public int Capacity => pass.Capacity;

        public CancellationToken Cancellation
        {
            get => pass.Cancellation;
            set => pass.Cancellation = value;
        }

        public Rows ParameterGradient => pass.ParameterGradient;

        /// <summary>Adds the gradient of the cross-entropy of some states.</summary>
        public void Classify(Rows states, DeviceProgram writer, ReadOnlySpan<int> labels)
        {
            pass.Forward(states, writer);
            Span<float> weights = _weights.AsSpan(0, pass.Logits.Length);
            Weigh(labels, weights);
            pass.ReverseLogits(weights);
        }

        public Rows Forward(Rows states, params ReadOnlySpan<DeviceProgram> before) => pass.Forward(states, before);

        public void Reverse(ReadOnlySpan<float> weights, params ReadOnlySpan<DeviceProgram> beside)
        {
            int classes = pass.Classes;
            ReadOnlySpan<float> logits = pass.Logits;
            // The data come first; negatives have no class.
            Span<float> all = _weights.AsSpan(0, logits.Length), data = all[..(Labels.Length * classes)];
            all[data.Length..].Clear();
            if (!Labels.IsEmpty)
                Weigh(Labels.Span, data);
            for (int i = 0; i < weights.Length; i++)
                Softmax.AddSlope(logits.Slice(i * classes, classes), weights[i], all.Slice(i * classes, classes));
            pass.ReverseLogits(all, beside);
        }

        public void Dispose() => pass.Dispose();

        private void Weigh(ReadOnlySpan<int> labels, Span<float> weights)
        {
            int classes = pass.Classes, right = 0;
            ReadOnlySpan<float> logits = pass.Logits[..weights.Length];
            CrossEntropy = Softmax.Weigh(logits, labels, weights);
            for (int i = 0; i < labels.Length; i++)
                right += Softmax.Top(logits.Slice(i * classes, classes), i).Class == labels[i] ? 1 : 0;
            Accuracy = (double)right / labels.Length;
            for (int i = 0; i < weights.Length; i++)
                weights[i] = (float)(Weight * weights[i]);
        }
    }
}
