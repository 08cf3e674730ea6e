using System.Text.Json.Nodes;
using Joule.Training;

namespace Joule.Runs;

/// <summary>The sentinel's findings of a run, as JSON for a summary.</summary>
public static class SentinelLog
{
    /// <summary>The warnings at the end of the last epoch: reason, value, limit and text.</summary>
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

    /// <summary>How close each rule came to its warning: a share of 1 or more is a warning.</summary>
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

    // JSON has no non-finite numbers.
    private static double? Number(double value) => double.IsFinite(value) ? value : null;
}
