using System.Text.Json.Nodes;
using Joule.Compute;
using Joule.Training;

namespace Joule.Runs;

/// <summary>The content of a run's <c>summary.json</c>.</summary>
internal static class RunSummary
{
    /// <summary>Describes how a run ended.</summary>
    /// <param name="result">Its result.</param>
    /// <param name="config">Its configuration.</param>
    /// <param name="trainer">Its trainer.</param>
    /// <param name="figures">Its figures.</param>
    /// <param name="device">Its device.</param>
    /// <param name="longestHold">The longest time that training waited for a checkpoint.</param>
    /// <param name="start">The model that it started from, or null.</param>
    public static JsonObject Json(
        RunResult result,
        RunConfig config,
        Trainer trainer,
        RunFigures figures,
        Device device,
        TimeSpan longestHold,
        WarmStart? start)
    {
        const string Hold = "longest_checkpoint_hold_ms";
        JsonObject summary = new()
        {
            ["preset"] = config.Preset,
            ["seed"] = config.Seed,
            ["epochs"] = result.Epochs,
            ["steps"] = result.Steps,
            ["seconds"] = Math.Round(result.Seconds, 3),
            ["interrupted"] = result.Interrupted,
            [Hold] = Math.Round(longestHold.TotalMilliseconds, 3),
            ["parameters"] = trainer.Parameters.Length,
            ["device"] = device.Description,
            ["rollbacks"] = RollbackLog.Json(result.Rollbacks),
            ["mended"] = result.Rollbacks.Count > 0 ? result.HasRecovered : null,
            ["warnings"] = SentinelLog.Warnings(result.Warnings),
            ["sentinel"] = SentinelLog.Nearest(result.Nearest),
        };
        int place = summary.IndexOf(Hold) + 1;
        foreach (BestMetric metric in figures.Best)
            summary.Insert(place++, metric.Name, Finite(result.Last?[metric.Name]));
        if (start is not null)
            summary["start"] = new JsonObject { ["model"] = config.Start, ["sha256"] = start.Hash };
        if (result.Shift is { } shift)
            summary["moved"] = shift.ToJson();
        if (result.Divergence is { } divergence)
            summary["divergence"] = TruthFigures.Json(divergence);
        return summary;
    }

    private static double? Finite(double? value) => value is { } v && double.IsFinite(v) ? v : null;
}
