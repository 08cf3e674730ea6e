namespace Joule.Runs;

/// <summary>Where a run stands, beside its trainer: what its next epoch's row and its next decision depend on.</summary>
/// <param name="figures">The run's figures.</param>
public sealed class RunState(RunFigures figures)
{
    /// <summary>The run's figures.</summary>
    public RunFigures Figures { get; } = figures;

    /// <summary>The rows of metrics.csv: one for every whole epoch.</summary>
    public List<MetricsRow> Rows { get; } = [];

    /// <summary>The means of the epoch that is going on.</summary>
    public FigureMeans Means { get; } = new(figures.Update);

    /// <summary>Seconds that the run has taken so far, all its parts together.</summary>
    public double Seconds { get; set; }

    /// <summary>What whoever watches over the run remembers, under names of its own. Small: a few thousand numbers at most.</summary>
    public Dictionary<string, double[]> Watch { get; } = new(StringComparer.Ordinal);

    /// <summary>Becomes equal to another.</summary>
    public void CopyFrom(RunState other)
    {
        ArgumentNullException.ThrowIfNull(other);
        Rows.Clear();
        Rows.AddRange(other.Rows);
        Means.CopyFrom(other.Means);
        Seconds = other.Seconds;
        Watch.Clear();
        foreach ((string name, double[] values) in other.Watch)
            Watch[name] = [.. values];
    }
}
