using Joule.Compute;

namespace Joule.Objectives;

/// <summary>
/// An objective of energies alone: one pass evaluates the data and, for every state of them, a number of other states, which are noise or
/// perturbed data. Its gradient is one weight per state.
/// </summary>
public abstract class ComparingObjective : Objective
{
    private const int CommonFigures = 6;

    private readonly DeviceBuffer _batch;
    private readonly float[] _energies;
    private readonly float[] _weights;

    /// <summary>Allocates memory for the data and the other states.</summary>
    /// <param name="context">The context.</param>
    /// <param name="others">Number of other states per state of the data, at least 1.</param>
    protected ComparingObjective(ObjectiveContext context, int others)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(others);
        (Context, Others, Seed) = (context, others, context.Seed);
        long rows = (1L + others) * context.Batch;
        _batch = context.Device.Allocate(rows * context.Energy.Space.Width);
        _energies = new float[rows];
        _weights = new float[rows];
    }

    /// <summary>
    /// Number of other states per state of the data. Those of state i of n follow each other from row n + i·<c>Others</c> on.
    /// </summary>
    public int Others { get; }

    /// <inheritdoc/>
    public sealed override int PassCapacity => _energies.Length;

    /// <inheritdoc/>
    public sealed override bool LaunchesData => true;

    /// <summary>The context.</summary>
    protected ObjectiveContext Context { get; }

    /// <summary>The seed of the draws of this attempt.</summary>
    protected ulong Seed { get; private set; }

    /// <inheritdoc/>
    public sealed override Rows DataRows(int count) => All(count).Slice(0, count);

    /// <inheritdoc/>
    public sealed override void Accumulate(in TrainingUpdate update, Rows data, Span<double> figures)
    {
        int count = data.Count;
        Rows all = All(count);
        Rows values = update.Pass.Forward(all, update.Data, Prepare(update.Number, all, count));
        Span<float> energies = _energies.AsSpan(0, all.Count), weights = _weights.AsSpan(0, all.Count);
        Context.Device.Download(values, energies);
        Check(energies, count, update.Number);
        figures[0] = Weigh(update.Number, energies, count, weights, figures[CommonFigures..]);
        Summarize(energies, count, weights, figures);
        update.Pass.Reverse(weights);
        Keep();
    }

    /// <inheritdoc/>
    public override void Adjust(Adjustment adjustment, ulong seed) => Seed = seed;

    /// <summary>The program that writes the other states of an update; the data are there when it runs.</summary>
    /// <param name="update">The update, counted from 0.</param>
    /// <param name="states">The data, followed by the other states.</param>
    /// <param name="count">Number of states of the data.</param>
    protected abstract DeviceProgram Prepare(long update, Rows states, int count);

    /// <summary>Turns finite energies into weights and figures.</summary>
    /// <param name="update">The update, counted from 0.</param>
    /// <param name="energies">The energies of the data, followed by those of the other states, in nats.</param>
    /// <param name="count">Number of states of the data.</param>
    /// <param name="weights">Receives one weight per energy: the derivative of the loss.</param>
    /// <param name="more">Receives the figures of this objective alone.</param>
    /// <returns>The loss.</returns>
    protected abstract double Weigh(long update, ReadOnlySpan<float> energies, int count, Span<float> weights, Span<double> more);

    /// <summary>Stores what the next update needs. The update can no longer be cancelled.</summary>
    protected virtual void Keep() { }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => _batch.Dispose();

    /// <summary>1/(1 + e^(−x)).</summary>
    protected static double Logistic(double x) => 1 / (1 + Math.Exp(-x));

    /// <summary>ln(1 + eˣ).</summary>
    protected static double Softplus(double x) => Math.Max(x, 0) + Math.Log(1 + Math.Exp(-Math.Abs(x)));

    /// <summary>The figures that all these objectives have.</summary>
    /// <param name="loss">The meaning of the loss.</param>
    /// <param name="others">What the other states are, for example <c>noise</c>.</param>
    /// <param name="more">Further figures.</param>
    internal static FigureList FiguresOf(string loss, string others, params IEnumerable<Figure> more) => new(
    [
        new Figure("loss", "nats", loss)
        {
            Role = FigureRole.Loss,
            Label = "loss",
            Better = Better.Lower,
            Best = "the training loss is lowest",
        },
        new Figure("energy_data", "nats", "mean energy of the data")
        {
            Role = FigureRole.DataEnergy,
            Label = "E(data)",
            Curve = new FigureCurve(FigurePanel.Energies, "data"),
        },
        new Figure("energy_other", "nats", $"mean energy of {others}")
        {
            Role = FigureRole.NegativeEnergy,
            Label = "E(other)",
            Curve = new FigureCurve(FigurePanel.Energies, others),
        },
        new Figure("spread_data", "nats", "standard deviation of the energies of the data")
        {
            Role = FigureRole.DataSpread,
            IsRecorded = false,
        },
        new Figure("spread_other", "nats", $"standard deviation of the energies of {others}")
        {
            Role = FigureRole.NegativeSpread,
            IsRecorded = false,
        },
        new Figure("confusion", "", $"weight of the data in the gradient: near 0, they are told from {others} without fail")
        {
            Role = FigureRole.Confusion,
        },
        .. more,
    ]);

    private static void Summarize(ReadOnlySpan<float> energies, int count, ReadOnlySpan<float> weights, Span<double> figures)
    {
        EnergyMoments data = EnergyMoments.Of(energies[..count]), others = EnergyMoments.Of(energies[count..]);
        double confusion = 0;
        foreach (float weight in weights[..count])
            confusion += weight;
        (figures[1], figures[2]) = (data.Mean(count), others.Mean(energies.Length - count));
        (figures[3], figures[4], figures[5]) = (data.Spread(count), others.Spread(energies.Length - count), confusion);
    }

    private static void Check(ReadOnlySpan<float> energies, int count, long update)
    {
        for (int i = 0; i < energies.Length; i++)
        {
            if (float.IsFinite(energies[i]))
                continue;
            string what = i < count ? "energy of the data" : "energy of the states that data are compared with";
            throw new DivergenceException(what, update + 1, i < count ? i : i - count, energies[i]);
        }
    }

    private Rows All(int count) =>
        _batch.AsRows((1 + Others) * Context.Batch, Context.Energy.Space.Width).Slice(0, (1 + Others) * count);
}
