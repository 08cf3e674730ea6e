using Joule.Evaluation;
using Joule.Training;

namespace Joule.Runs;

/// <summary>The result of a run.</summary>
/// <param name="Epochs">Completed epochs.</param>
/// <param name="Steps">Updates made.</param>
/// <param name="Seconds">Time taken, in seconds.</param>
/// <param name="Last">The last row of metrics, or null.</param>
/// <param name="Interrupted">True if the run was stopped before its end.</param>
public sealed record RunResult(int Epochs, long Steps, double Seconds, MetricsRow? Last, bool Interrupted)
{
    /// <summary>The run's rollbacks, in order.</summary>
    public IReadOnlyList<Rollback> Rollbacks { get; init; } = [];

    /// <summary>Whether the run is known to have recovered from its last rollback; true without rollbacks.</summary>
    public bool HasRecovered { get; init; } = true;

    /// <summary>What was wrong with the model at the end of the last epoch.</summary>
    public IReadOnlyList<SentinelVerdict> Warnings { get; init; } = [];

    /// <summary>How close each rule of the sentinel came to its warning.</summary>
    public IReadOnlyList<SentinelExtreme> Nearest { get; init; } = [];

    /// <summary>
    /// The divergence of the final model from the known density of its data; null where that is not known, or the run was stopped.
    /// </summary>
    public DensityDivergence? Divergence { get; init; }

    /// <summary>What has moved, where the run started from a model; null elsewhere, or where the run was stopped.</summary>
    public ModelShift? Shift { get; init; }

    /// <summary>The result with the rollbacks and warnings of the run.</summary>
    internal RunResult With(RollbackControl control) => this with
    {
        Rollbacks = control.Rollbacks,
        HasRecovered = control.HasRecovered,
        Warnings = [.. control.Warnings],
        Nearest = control.Nearest,
    };

    /// <summary>
    /// What the last epoch lacks because the time was over. Its checkpoint has the epoch open: a resumed run completes it.
    /// </summary>
    public Unmade Unmade { get; init; }
}

/// <summary>What the last epoch of a run lacks when its time was over.</summary>
public enum Unmade
{
    /// <summary>Nothing is missing.</summary>
    Nothing,

    /// <summary>The samples file.</summary>
    Samples,

    /// <summary>The row in metrics.csv and the samples file.</summary>
    Row,
}
