using Joule.Compute;
using Joule.Objectives;

namespace Joule.Tests.Objectives;

/// <summary>Options of <see cref="LeastSquares"/>.</summary>
internal sealed record LeastSquaresOptions : ObjectiveOptions
{
    private static readonly FigureList All = new(
    [
        new Figure("loss", "nats²", "what is minimised")
        {
            Role = FigureRole.Loss,
            Label = "loss",
            Better = Better.Lower,
            Best = "the training loss is lowest",
        },
        new Figure("energy_data", "nats", "mean energy of the data") { Role = FigureRole.DataEnergy },
        new Figure("right", "", "share of states on their side of ½") { Better = Better.Higher, Best = "most states are on their side" },
    ]);

    public override Objective Create(ObjectiveContext context) => new LeastSquares(context);

    public override FigureList ListFigures() => All;
}

/// <summary>
/// An objective without chains: the mean of E² over data plus the mean of (E − 1)² over the same number of noise states. It is minimal at E
/// = q/(p + q), the share of the noise at each state, which is low where there are data.
/// </summary>
internal sealed class LeastSquares(ObjectiveContext context) : Objective
{
    private readonly DeviceBuffer _batch = context.Device.Allocate(2L * context.Batch * context.Energy.Space.Width);
    private readonly float[] _weights = new float[2 * context.Batch];
    private ulong _seed = context.Seed;

    public override FigureList Figures => new LeastSquaresOptions().ListFigures();

    public override int PassCapacity => 2 * context.Batch;

    public override Rows DataRows(int count) => All(count).Slice(0, count);

    public override void Accumulate(in TrainingUpdate update, Rows data, Span<double> figures)
    {
        int count = data.Count;
        Rows all = All(count);
        RandomStream noise = new(_seed, RandomPurpose.User, (ulong)update.Number);
        for (int i = 0; i < count; i++)
            context.Energy.Space.FillNoise(noise, (uint)i, all[count + i]);
        ReadOnlySpan<float> energies = update.Pass.Forward(all).Span;
        double loss = 0, mean = 0;
        int right = 0;
        for (int i = 0; i < 2 * count; i++)
        {
            double off = energies[i] - (i < count ? 0 : 1);
            if (!double.IsFinite(off))
                throw new DivergenceException("energy of a state", update.Number + 1, i, energies[i]);
            loss += off * off / count;
            mean += i < count ? off / count : 0;
            right += Math.Abs(off) < 0.5 ? 1 : 0;
            _weights[i] = (float)(2 * off / count);
        }
        update.Pass.Reverse(_weights.AsSpan(0, 2 * count));
        (figures[0], figures[1], figures[2]) = (loss, mean, right / (2.0 * count));
    }

    public override void Adjust(Adjustment adjustment, ulong seed) => _seed = seed;

    protected override void Dispose(bool disposing) => _batch.Dispose();

    private Rows All(int count) => _batch.AsRows(2 * context.Batch, context.Energy.Space.Width).Slice(0, 2 * count);
}
