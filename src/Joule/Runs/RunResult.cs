using Joule.Training;

namespace Joule.Runs;

/// <summary>What a run came to.</summary>
/// <param name="Epochs">Whole epochs made.</param>
/// <param name="Steps">Updates made.</param>
/// <param name="Seconds">Time taken.</param>
/// <param name="Last">The last row of metrics, or null.</param>
/// <param name="Interrupted">True when it was stopped before its end.</param>
public sealed record RunResult(int Epochs, long Steps, double Seconds, MetricsRow? Last, bool Interrupted)
{
    /// <summary>The times that the run had diverged and was mended, in order.</summary>
    public IReadOnlyList<Rollback> Rollbacks { get; init; } = [];

    /// <summary>Whether the last rollback is known to have mended the run; true where there is none.</summary>
    public bool IsMended { get; init; } = true;

    /// <summary>What was wrong with the model at the end of the last epoch.</summary>
    public IReadOnlyList<SentinelVerdict> Warnings { get; init; } = [];

    /// <summary>How near every rule of the sentinel came to its warning.</summary>
    public IReadOnlyList<SentinelExtreme> Nearest { get; init; } = [];

    /// <summary>With what the sentinel saw of the run.</summary>
    internal RunResult With(RunGuard guard) => this with { Rollbacks = guard.Rollbacks, IsMended = guard.IsMended, Warnings = [.. guard.Warnings], Nearest = guard.Nearest };

    /// <summary>What there was no time left for at the end of the last epoch; its checkpoint has the epoch open, so that a resumed run makes it.</summary>
    public Unmade Unmade { get; init; }
}

/// <summary>What a run whose time was over did not make of its last epoch.</summary>
public enum Unmade
{
    /// <summary>Nothing is missing.</summary>
    Nothing,

    /// <summary>The picture of its samples.</summary>
    Samples,

    /// <summary>Its row in metrics.csv, and the picture.</summary>
    Row,
}
