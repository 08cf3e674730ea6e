using System.Text.Json.Nodes;
using Joule.Training;

namespace Joule.Runs;

/// <summary>What the sentinel saw of a run, as JSON for a summary.</summary>
public static class SentinelLog
{
    /// <summary>What was wrong at the end of the last epoch: reason, value, limit and the same in words.</summary>
    public static JsonArray Warnings(IReadOnlyList<SentinelVerdict> warnings)
    {
        ArgumentNullException.ThrowIfNull(warnings);
        return [.. warnings.Select(w => new JsonObject
        {
            ["reason"] = RollbackLog.Name(w.Reason),
            ["value"] = Number(w.Value),
            ["limit"] = Number(w.Limit),
            ["text"] = w.ToString(),
        })];
    }

    /// <summary>How near every rule came to its warning: from a share of 1 on it warned.</summary>
    public static JsonArray Nearest(IReadOnlyList<SentinelExtreme> nearest)
    {
        ArgumentNullException.ThrowIfNull(nearest);
        return [.. nearest.Select(e => new JsonObject
        {
            ["rule"] = RollbackLog.Name(e.Reason),
            ["share"] = Number(e.Share),
            ["value"] = Number(e.Value),
            ["warning"] = Number(e.Warning),
            ["update"] = e.Update,
        })];
    }

    // JSON has no word for what is not finite.
    private static double? Number(double value) => double.IsFinite(value) ? value : null;
}
