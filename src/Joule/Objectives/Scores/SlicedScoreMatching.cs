using Joule.Compute;
using Joule.Energies;

namespace Joule.Objectives;

/// <summary>Options of <see cref="SlicedScoreMatching"/>.</summary>
[Named("sliced_score_matching", "score matching with the curvature along a few random directions instead of every axis",
    paper: "Song, Garg, Shi and Ermon 2019, arXiv:1905.07088")]
public sealed record SlicedScoreMatchingOptions : ObjectiveOptions
{
    private static readonly FigureList AllFigures = new(
    [
        ScoreFigures.Loss("nats²", "½‖∇E‖² − vᵀ∇²E v, in units of the state to the power of −2"),
        ScoreFigures.Energy("energy_data", "mean energy of the data") with { Role = FigureRole.DataEnergy },
    ]);

    /// <summary>Random directions per state.</summary>
    [Between(1, 1000)]
    public int Projections { get; init; } = 1;

    /// <summary>
    /// Whether ½‖∇E‖² is taken exactly, from the whole gradient, which has less variance. False: ½⟨v, ∇E⟩² in its place.
    /// </summary>
    public bool VarianceReduction { get; init; } = true;

    /// <inheritdoc/>
    public override Objective Create(ObjectiveContext context) => new SlicedScoreMatching(context, this);

    /// <inheritdoc/>
    public override FigureList ListFigures() => AllFigures;
}

/// <summary>
/// Sliced score matching (Song et al. 2019): the loss is the mean over the data and over random directions v of ½⟨v, ∇ₓE⟩² − vᵀ∇ₓ²E v
/// (equation 7 there), or, with variance reduction, of ½‖∇ₓE‖² − vᵀ∇ₓ²E v (equation 8). The numbers of v are random signs, so 𝔼[vvᵀ] = I,
/// and both have the mean of <see cref="ScoreMatching"/>; of all v with that property, signs give the trace the least variance.
/// </summary>
/// <remarks>
/// E at T = 1 is the energy of the data themselves, without noise, under the assumptions of <see cref="ScoreMatching"/>. An update costs
/// about <see cref="SlicedScoreMatchingOptions.Projections"/> second derivatives per state.
/// </remarks>
public sealed class SlicedScoreMatching : Objective
{
    private readonly SlicedScoreMatchingOptions _options;
    private readonly ObjectiveContext _context;
    private readonly DeviceBuffer _data, _rows, _norms;
    private readonly DirectionProgram _directions;
    private readonly GradientProgram _gradients;
    private readonly float[] _values, _weights;
    private readonly double[] _squares;
    private ulong _seed;

    /// <summary>Allocates memory for a batch, and for a row per direction.</summary>
    /// <exception cref="InvalidInputException">The states do not vary continuously.</exception>
    public SlicedScoreMatching(ObjectiveContext context, SlicedScoreMatchingOptions options)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(options);
        ScoreNeeds.Continuous(context.Energy.Space, "sliced_score_matching");
        (_context, _options, _seed) = (context, options, context.Seed);
        int width = context.Energy.Space.Width;
        _data = context.Device.Allocate((long)context.Batch * width);
        _rows = context.Device.Allocate(2L * PassCapacity * width);
        _norms = context.Device.Allocate(2L * context.Batch);
        _directions = new DirectionProgram(this);
        _gradients = new GradientProgram(this);
        _values = new float[3 * PassCapacity];
        _weights = new float[3 * PassCapacity];
        _squares = new double[context.Batch];
    }

    /// <inheritdoc/>
    public override FigureList Figures => _options.ListFigures();

    /// <inheritdoc/>
    public override int PassCapacity => _context.Batch * _options.Projections;

    /// <inheritdoc/>
    public override ITrainingPass CreatePass(ITrainable energy)
    {
        ArgumentNullException.ThrowIfNull(energy);
        return energy.CreatePass(PassCapacity, 2);
    }

    /// <inheritdoc/>
    public override Rows DataRows(int count) => _data.AsRows(_context.Batch, _context.Energy.Space.Width).Slice(0, count);

    /// <inheritdoc/>
    public override void Accumulate(in TrainingUpdate update, Rows data, Span<double> figures)
    {
        int count = data.Count, rows = count * _options.Projections;
        IDirectionalPass pass = (IDirectionalPass)update.Pass;
        _directions.Prepare(update.Number, data);
        Rows found = pass.ForwardAlong(Block(0, rows), Block(1, rows), _directions);
        Span<float> values = _values.AsSpan(0, 3 * rows), weights = _weights.AsSpan(0, 3 * rows);
        _context.Device.Download(found, values);
        double loss = 0, energy = 0;
        for (int i = 0; i < rows; i++)
        {
            double slope = values[3 * i + 1], curvature = values[3 * i + 2];
            if (!double.IsFinite(values[3 * i] + slope + curvature))
            {
                throw new DivergenceException(
                    "energy of the data, or a derivative of it", update.Number + 1, i / _options.Projections, curvature);
            }
            loss += (_options.VarianceReduction ? 0 : slope * slope / 2) - curvature;
            energy += values[3 * i];
            weights[3 * i] = 0;
            weights[3 * i + 1] = _options.VarianceReduction ? 0 : (float)(slope / rows);
            weights[3 * i + 2] = -1f / rows;
        }
        pass.ReverseAlong(weights);
        (figures[0], figures[1]) = (loss / rows, energy / rows);
        if (_options.VarianceReduction)
            figures[0] += WholeGradient(update, pass, data);
    }

    /// <inheritdoc/>
    public override void Adjust(Adjustment adjustment, ulong seed) => _seed = seed;

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _data.Dispose();
        _rows.Dispose();
        _norms.Dispose();
    }

    // States with their copies, directions. Both are free again after the curvature.
    private Rows Block(int block, int count) =>
        _rows.AsRows(2 * PassCapacity, _context.Energy.Space.Width).Slice(block * PassCapacity, count);

    // Adds the gradient of the mean of ½‖∇E‖², which is that of ⟨v, ∇E⟩ with v = ∇E held fixed.
    private double WholeGradient(in TrainingUpdate update, IDirectionalPass pass, Rows data)
    {
        int count = data.Count;
        Span<float> zeros = _weights.AsSpan(0, count);
        zeros.Clear();
        _gradients.Prepare(count);
        pass.ForwardGradient(data, Block(0, count));
        pass.ReverseGradient(zeros, Block(1, count), [_gradients], []);
        Span<double> squares = _squares.AsSpan(0, count);
        _context.Device.DownloadDoubles(_norms.AsRows(_context.Batch, 2).Slice(0, count), squares);
        double sum = 0;
        for (int i = 0; i < count; i++)
        {
            if (!double.IsFinite(squares[i]))
                throw new DivergenceException("gradient at the data", update.Number + 1, i, squares[i]);
            sum += squares[i];
        }
        return sum / (2 * count);
    }

    private sealed class DirectionProgram(SlicedScoreMatching objective) : DeviceProgram
    {
        private Rows _data;
        private RandomStream _draws;

        public override string Name => "states with random directions";

        public override int Count => _data.Count * objective._options.Projections;

        public override int BlockRows => 16;

        public void Prepare(long update, Rows data) => (_data, _draws) = (data, ScoreDraws.Noise(objective._seed, update));

        protected override void Run(int start, int count, int lane)
        {
            Rows states = objective.Block(0, Count), directions = objective.Block(1, Count);
            for (int i = start; i < start + count; i++)
            {
                _data[i / objective._options.Projections].CopyTo(states[i]);
                Span<float> direction = directions[i];
                _draws.FillUniform(direction, (uint)i, -1, 1);
                for (int j = 0; j < direction.Length; j++)
                    direction[j] = direction[j] < 0 ? -1 : 1;
            }
        }
    }

    private sealed class GradientProgram(SlicedScoreMatching objective) : DeviceProgram
    {
        private int _count;

        public override string Name => "gradients as directions";

        public override int Count => _count;

        public override int BlockRows => 16;

        public void Prepare(int count) => _count = count;

        protected override void Run(int start, int count, int lane)
        {
            Rows gradients = objective.Block(0, _count), directions = objective.Block(1, _count);
            Rows norms = objective._norms.AsRows(objective._context.Batch, 2);
            for (int i = start; i < start + count; i++)
            {
                Kernels.SquaredNorm(gradients.Slice(i, 1), norms.Slice(i, 1));
                Kernels.Scale(gradients.Slice(i, 1), 1f / _count, directions.Slice(i, 1), false);
            }
        }
    }
}
