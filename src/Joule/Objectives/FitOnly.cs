using Joule.Compute;
using Joule.Energies;

namespace Joule.Objectives;

/// <summary>Options of <see cref="FitOnly"/>.</summary>
[Named("fit", "fit the energy to the data once, and train nothing",
    paper: "Parzen 1962, Annals of Mathematical Statistics 33 (densities without training)")]
public sealed record FitOnlyOptions : ObjectiveOptions
{
    private static readonly FigureList All = new(
    [
        new Figure("loss", "nats", "mean energy of the data; nothing changes it")
        {
            Role = FigureRole.Loss,
            Label = "E(data)",
            Better = Better.Lower,
            Best = "the training loss is lowest",
        },
    ]);

    /// <inheritdoc/>
    public override Objective Create(ObjectiveContext context) => new FitOnly(context);

    /// <inheritdoc/>
    public override FigureList ListFigures() => All;

    /// <inheritdoc/>
    public override bool OnlyFits() => true;
}

/// <summary>
/// No training: an energy that is fitted (<see cref="IFitted"/>) is used as it is, and any other keeps its initial parameters. An update
/// evaluates its data, which finds energies that are not finite; its gradient is 0.
/// </summary>
public sealed class FitOnly : Objective
{
    private readonly ObjectiveContext _context;
    private readonly DeviceBuffer _batch;
    private readonly float[] _energies;
    private readonly float[] _weights;

    /// <summary>Allocates memory for the data.</summary>
    public FitOnly(ObjectiveContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        _context = context;
        _batch = context.Device.Allocate((long)context.Batch * context.Energy.Space.Width);
        (_energies, _weights) = (new float[context.Batch], new float[context.Batch]);
    }

    /// <inheritdoc/>
    public override FigureList Figures => new FitOnlyOptions().ListFigures();

    /// <inheritdoc/>
    public override int PassCapacity => _energies.Length;

    /// <inheritdoc/>
    public override Rows DataRows(int count) => _batch.AsRows(_energies.Length, _context.Energy.Space.Width).Slice(0, count);

    /// <inheritdoc/>
    public override void Accumulate(in TrainingUpdate update, Rows data, Span<double> figures)
    {
        Span<float> energies = _energies.AsSpan(0, data.Count);
        _context.Device.Download(update.Pass.Forward(data), energies);
        double sum = 0;
        for (int i = 0; i < energies.Length; i++)
        {
            if (!float.IsFinite(energies[i]))
                throw new DivergenceException("energy of the data", update.Number + 1, i, energies[i]);
            sum += energies[i];
        }
        figures[0] = sum / energies.Length;
        update.Pass.Reverse(_weights.AsSpan(0, data.Count));
    }

    /// <inheritdoc/>
    public override void Adjust(Adjustment adjustment, ulong seed) { }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => _batch.Dispose();
}
