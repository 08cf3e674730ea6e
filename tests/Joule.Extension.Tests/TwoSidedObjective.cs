using Joule.Compute;
using Joule.Objectives;
using Joule.Samplers;

namespace Joule.Extension.Tests;

/// <summary>Options of <see cref="TwoSidedObjective"/>.</summary>
[Named("two_sided", "lowers the energy of data and raises that of noise")]
public sealed record TwoSidedOptions : ObjectiveOptions
{
    private static readonly FigureList All = new(
    [
        new Figure("loss", "nats", "what is minimised")
        {
            Role = FigureRole.Loss,
            Label = "loss",
            Better = Better.Lower,
            Best = "the loss is lowest",
        },
        new Figure("energy_data", "nats", "mean energy of the data") { Role = FigureRole.DataEnergy },
    ]);

    /// <summary>Weight of the noise; the data have weight 1.</summary>
    [AtLeast(0), Below(1)]
    public double Push { get; init; } = 0.1;

    /// <summary>Sampler of the trained model.</summary>
    public SamplerOptions Sampler { get; init; } = new LangevinOptions();

    /// <inheritdoc/>
    public override Objective Create(ObjectiveContext context) => new TwoSidedObjective(context, this);

    /// <inheritdoc/>
    public override FigureList ListFigures() => All;

    /// <inheritdoc/>
    public override TrainingChains ListChains() => new(Sampler, 0) { Description = "none", Meaning = "a bowl" };
}

/// <summary>Mean energy of the data minus <c>push</c> times the mean energy of as many states of the domain's noise.</summary>
public sealed class TwoSidedObjective(ObjectiveContext context, TwoSidedOptions options) : Objective
{
    // The rows of the data, followed by as many rows of noise: one pass takes both.
    private readonly DeviceBuffer _batch = context.Device.Allocate(2L * context.Batch * context.Energy.Space.Width);
    private readonly float[] _weights = new float[2 * context.Batch];
    private ulong _seed = context.Seed;

    /// <inheritdoc/>
    public override FigureList Figures => options.ListFigures();

    /// <inheritdoc/>
    public override int PassCapacity => 2 * context.Batch;

    /// <inheritdoc/>
    public override Rows DataRows(int count) => All(count).Slice(0, count);

    /// <inheritdoc/>
    public override void Accumulate(in TrainingUpdate update, Rows data, Span<double> figures)
    {
        int count = data.Count;
        Rows all = All(count);
        // The stream depends on the seed and the update alone, so a resumed run draws the same noise.
        RandomStream noise = new(_seed, RandomPurpose.User, (ulong)update.Number);
        for (int i = 0; i < count; i++)
            context.Energy.Space.FillNoise(noise, (uint)i, all[count + i]);
        ReadOnlySpan<float> energies = update.Pass.Forward(all).Span;
        double ofData = 0, ofNoise = 0;
        for (int i = 0; i < count; i++)
        {
            ofData += energies[i] / (double)count;
            ofNoise += energies[count + i] / (double)count;
            (_weights[i], _weights[count + i]) = (1f / count, (float)(-options.Push / count));
        }
        if (!double.IsFinite(ofData + ofNoise))
            throw new DivergenceException("energy of a state", update.Number + 1, -1, ofData + ofNoise);
        update.Pass.Reverse(_weights.AsSpan(0, 2 * count));
        (figures[0], figures[1]) = (ofData - options.Push * ofNoise, ofData);
    }

    /// <inheritdoc/>
    public override void Adjust(Adjustment adjustment, ulong seed) => _seed = seed;

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => _batch.Dispose();

    private Rows All(int count) => _batch.AsRows(2 * context.Batch, context.Energy.Space.Width).Slice(0, 2 * count);
}
