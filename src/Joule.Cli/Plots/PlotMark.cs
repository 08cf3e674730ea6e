using Joule.Runs;
using Joule.Training;

namespace Joule.Cli.Plots;

/// <summary>A place in a run that its picture marks.</summary>
/// <param name="Epoch">Where: a whole number at the end of an epoch.</param>
/// <param name="Label">What happened there.</param>
internal sealed record PlotMark(double Epoch, string Label)
{
    /// <summary>Where a run had diverged and went back. The rows say how many steps an epoch has.</summary>
    public static IReadOnlyList<PlotMark> Of(IReadOnlyList<Rollback> rollbacks, IReadOnlyList<MetricsRow> rows)
    {
        if (rows.Count == 0 || rows[^1].Epoch < 1)
            return [];
        double steps = Math.Max(1, (double)rows[^1].Step / rows[^1].Epoch);
        return [.. rollbacks.Select(r => new PlotMark(r.Update / steps, RollbackLog.Name(r.Reason)))];
    }
}
