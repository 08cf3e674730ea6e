using Joule.Compute;
using Joule.Energies;

namespace Joule.Objectives;

/// <summary>Options of <see cref="ScoreMatching"/>.</summary>
[Named("score_matching", "the gradient vanishes at the data and the curvature is large there, exactly: one derivative per dimension",
    paper: "Hyvärinen 2005, JMLR 6:695")]
public sealed record ScoreMatchingOptions : ObjectiveOptions
{
    private static readonly FigureList AllFigures = new(
    [
        ScoreFigures.Loss("nats²", "½‖∇E‖² − tr ∇²E, in units of the state to the power of −2"),
        ScoreFigures.Energy("energy_data", "mean energy of the data") with { Role = FigureRole.DataEnergy },
    ]);

    /// <summary>
    /// The largest accepted number D of numbers in a state. Each state takes D rows of second derivatives, so an update costs about D times
    /// one of sliced_score_matching.
    /// </summary>
    [Between(1, 10_000)]
    public int MostDimensions { get; init; } = 128;

    /// <inheritdoc/>
    public override Objective Create(ObjectiveContext context) => new ScoreMatching(context, this);

    /// <inheritdoc/>
    public override FigureList ListFigures() => AllFigures;
}

/// <summary>
/// Score matching (Hyvärinen 2005, equation 4): the loss is the mean over the data of ½‖∇ₓE(x)‖² − tr ∇ₓ²E(x), which is, up to a constant,
/// half the mean squared distance between ∇ₓE and −∇ₓ ln q(x) of the data's density q. Trace and gradient are exact: D directions per
/// state, one per dimension.
/// </summary>
/// <remarks>
/// E at T = 1 is the energy of the data themselves, without noise. The loss assumes that q is smooth everywhere and vanishes at the walls
/// of the space; for data on a surface, such as images, it has no lower bound: use denoising_score_matching.
/// </remarks>
public sealed class ScoreMatching : Objective
{
    private const int MostRows = 2048; // of a pass

    private readonly ScoreMatchingOptions _options;
    private readonly ObjectiveContext _context;
    private readonly DeviceBuffer _data, _rows;
    private readonly AxesProgram _axes;
    private readonly float[] _values, _weights;

    /// <summary>Allocates memory for a batch, and for the rows of as many states as a pass takes.</summary>
    /// <exception cref="InvalidInputException">The states do not vary continuously, or have too many dimensions.</exception>
    public ScoreMatching(ObjectiveContext context, ScoreMatchingOptions options)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(options);
        ScoreNeeds.Continuous(context.Energy.Space, "score_matching");
        int width = context.Energy.Space.Width;
        if (width > options.MostDimensions)
        {
            throw new InvalidInputException($"score_matching takes one row of second derivatives per dimension: {width} numbers in each of "
                + $"{context.Batch} states make {(long)width * context.Batch:N0} rows in an update, and objective.most_dimensions is "
                + $"{options.MostDimensions}. Use sliced_score_matching or denoising_score_matching, or raise the limit.");
        }
        (_context, _options) = (context, options);
        _data = context.Device.Allocate((long)context.Batch * width);
        _rows = context.Device.Allocate(2L * PassCapacity * width);
        _axes = new AxesProgram(this);
        _values = new float[3 * PassCapacity];
        _weights = new float[3 * PassCapacity];
    }

    /// <inheritdoc/>
    public override FigureList Figures => _options.ListFigures();

    /// <summary>Rows of a pass: D for each of the states that it takes.</summary>
    public override int PassCapacity => StatesOfPass * _context.Energy.Space.Width;

    private int StatesOfPass => Math.Clamp(MostRows / _context.Energy.Space.Width, 1, _context.Batch);

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
        (double loss, double energy) = (0, 0);
        for (int start = 0; start < data.Count; start += StatesOfPass)
        {
            Rows states = data.Slice(start, Math.Min(StatesOfPass, data.Count - start));
            (double l, double e) = Accumulate(update, states, start, data.Count);
            (loss, energy) = (loss + l, energy + e);
        }
        (figures[0], figures[1]) = (loss / data.Count, energy / data.Count);
    }

    /// <inheritdoc/>
    public override void Adjust(Adjustment adjustment, ulong seed) { }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _data.Dispose();
        _rows.Dispose();
    }

    private (double Loss, double Energy) Accumulate(in TrainingUpdate update, Rows states, int first, int batch)
    {
        int width = states.Width, rows = states.Count * width;
        Rows all = _rows.AsRows(2 * PassCapacity, width);
        _axes.Prepare(states);
        IDirectionalPass pass = (IDirectionalPass)update.Pass;
        Rows found = pass.ForwardAlong(all.Slice(0, rows), all.Slice(PassCapacity, rows), _axes);
        Span<float> values = _values.AsSpan(0, 3 * rows), weights = _weights.AsSpan(0, 3 * rows);
        _context.Device.Download(found, values);
        double loss = 0, energy = 0;
        for (int i = 0; i < rows; i++)
        {
            double slope = values[3 * i + 1], curvature = values[3 * i + 2];
            if (!double.IsFinite(values[3 * i] + slope + curvature))
                throw new DivergenceException("energy of the data, or a derivative of it", update.Number + 1, first + i / width, curvature);
            loss += slope * slope / 2 - curvature;
            energy += (double)values[3 * i] / width;
            weights[3 * i] = 0;
            weights[3 * i + 1] = (float)(slope / batch);
            weights[3 * i + 2] = -1f / batch;
        }
        pass.ReverseAlong(weights);
        return (loss, energy);
    }

    /// <summary>Writes each state once per dimension, with that dimension's axis as its direction.</summary>
    private sealed class AxesProgram(ScoreMatching objective) : DeviceProgram
    {
        private Rows _states;

        public override string Name => "states with a direction along each axis";

        public override int Count => _states.Count;

        public override int BlockRows => Math.Max(1, 64 / _states.Width);

        public void Prepare(Rows states) => _states = states;

        protected override void Run(int start, int count, int lane)
        {
            int width = _states.Width;
            Rows all = objective._rows.AsRows(2 * objective.PassCapacity, width);
            all.Slice(objective.PassCapacity + start * width, count * width).Span.Clear();
            for (int i = start; i < start + count; i++)
            {
                for (int j = 0; j < width; j++)
                {
                    _states[i].CopyTo(all[i * width + j]);
                    all[objective.PassCapacity + i * width + j][j] = 1;
                }
            }
        }
    }
}
