using Joule.Objectives;
using Joule.Training;

namespace Joule.Runs;

/// <summary>
/// The figures of a run, from its objective, validation and trainer, and which of them are columns of metrics.csv.
/// </summary>
public sealed class RunFigures
{
    /// <summary>Lists the figures of a run.</summary>
    /// <param name="objective">The figures of the objective.</param>
    /// <exception cref="InvalidInputException">A figure has the same name as one of the validation or of the trainer.</exception>
    public RunFigures(FigureList objective)
    {
        ArgumentNullException.ThrowIfNull(objective);
        Update = Trainer.ListFigures(objective);
        Recorded = new FigureList([.. objective.Where(f => f.IsRecorded), .. ValidationFigures.List, .. Update.Skip(objective.Count)]);
        Columns = new MetricsColumns(Recorded.Select(f => f.Name));
        Best = [.. ValidationFigures.List.Concat(Update)
            .Where(f => f.Better != Better.Unknown)
            .Select(f => new BestMetric(f.Name, f.Better, f.Best))];
    }

    /// <summary>The figures of an update, in the order of <see cref="TrainingFigures.Values"/>.</summary>
    public FigureList Update { get; }

    /// <summary>
    /// The figures of an epoch, in the order of metrics.csv: those of the objective, of the validation and of the trainer.
    /// </summary>
    public FigureList Recorded { get; }

    /// <summary>The columns of metrics.csv.</summary>
    public MetricsColumns Columns { get; }

    /// <summary>The figures that can decide which epoch is best; the first is the default.</summary>
    public IReadOnlyList<BestMetric> Best { get; }

    /// <summary>The figures of a configuration's run.</summary>
    public static RunFigures Of(RunConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        return new RunFigures(config.Objective.ListFigures());
    }

    /// <summary>Finds the figure that decides which epoch is best.</summary>
    /// <param name="name">Its column; null: the default.</param>
    /// <exception cref="InvalidInputException">The figure cannot decide; the message lists those that can.</exception>
    public BestMetric FindBest(string? name) => name is null
        ? Best[0]
        : Best.FirstOrDefault(m => m.Name == name) ?? throw new InvalidInputException(
                    $"The best epoch cannot be chosen by \"{MessageText.Of(name)}\"; "
                    + $"it must be one of {string.Join(", ", Best.Select(m => m.Name))}.");

    /// <summary>The row of an epoch.</summary>
    /// <param name="epoch">The epoch, from 1.</param>
    /// <param name="step">Updates made since the start of the run.</param>
    /// <param name="seconds">Seconds since the start of the run.</param>
    /// <param name="means">The means of the epoch.</param>
    /// <param name="validation">Its validation.</param>
    public MetricsRow Row(int epoch, long step, double seconds, FigureMeans means, in ValidationFigures validation)
    {
        ArgumentNullException.ThrowIfNull(means);
        double[] values = new double[Recorded.Count], validated = validation.Values;
        for (int i = 0; i < values.Length; i++)
            values[i] = ValidationFigures.List.IndexOf(Recorded[i].Name) is >= 0 and int place ? validated[place] : means[Recorded[i].Name];
        return new MetricsRow(Columns, epoch, step, seconds, values);
    }
}
