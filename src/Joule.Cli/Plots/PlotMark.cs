using Joule.Runs;
using Joule.Training;

namespace Joule.Cli.Plots;

/// <summary>A point in a run that its picture marks.</summary>
/// <param name="Epoch">The epoch; fractional within an epoch, whole at its end.</param>
/// <param name="Label">What happened there.</param>
internal sealed record PlotMark(double Epoch, string Label)
{
    /// <summary>The divergences of a run. The rows give the number of steps per epoch.</summary>
    public static IReadOnlyList<PlotMark> Of(IReadOnlyList<Rollback> rollbacks, IReadOnlyList<MetricsRow> rows)
    {
        if (rows.Count == 0 || rows[^1].Epoch < 1)
            return [];
        double steps = Math.Max(1, (double)rows[^1].Step / rows[^1].Epoch);
        return [.. rollbacks.Select(r => new PlotMark(r.Update / steps, RollbackLog.Name(r.Reason)))];
    }
}
