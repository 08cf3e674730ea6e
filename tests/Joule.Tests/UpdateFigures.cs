using Joule.Objectives;
using Joule.Runs;
using Joule.Training;

namespace Joule.Tests;

/// <summary>The figures of an update of contrastive divergence, by name.</summary>
internal readonly record struct UpdateFigures(
    double Loss, double Divergence, double Regularization, double DataEnergy, double NegativeEnergy, double GradientNorm)
{
    /// <summary>Their list.</summary>
    public static FigureList List { get; } = Trainer.ListFigures(OfObjective);

    /// <summary>The figures of a run.</summary>
    public static RunFigures Run { get; } = new(OfObjective);

    public int Rows { get; init; }

    public double DataSpread { get; init; }

    public double NegativeSpread { get; init; }

    public double Walls { get; init; }

    public double Variety { get; init; }

    public double Movement { get; init; }

    public bool IsFrozen { get; init; }

    public static implicit operator TrainingFigures(UpdateFigures f) => f.ToTrainingFigures();

    /// <summary>A row of metrics.csv with the columns in order.</summary>
    public static MetricsRow Row(int epoch, long step, double seconds, params double[] values) =>
        new(Run.Columns, epoch, step, seconds, values);

    /// <summary>The row with one value replaced.</summary>
    public static MetricsRow With(MetricsRow row, string column, double value)
    {
        double[] values = [.. row.Values];
        values[row.Columns.IndexOf(column)] = value;
        return new MetricsRow(row.Columns, row.Epoch, row.Step, row.Seconds, values);
    }

    public TrainingFigures ToTrainingFigures() => new(List,
        [Loss, Divergence, Regularization, DataEnergy, NegativeEnergy, DataSpread, NegativeSpread, Walls, Variety, Movement, GradientNorm],
        Rows, IsFrozen);

    // Without the lag, which only a buffer has.
    private static FigureList OfObjective => new ContrastiveDivergenceOptions { Negatives = new NoiseNegativesOptions() }.ListFigures();
}
