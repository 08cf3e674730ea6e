using System.Text.Json;
using System.Text.Json.Nodes;
using Joule.Compare.Reports;

namespace Joule.Compare.Scaling;

/// <summary>The results as a table or as JSON.</summary>
internal static class ScalingReport
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private static readonly TextTable<ScalingResult> Table = new(
        ("case", -22, r => r.Case),
        ("threads", 7, r => $"{r.Threads}"),
        ("ms", 8, r => TableReport.Number(r.Milliseconds)),
        ("times 1 thread", 14, r => $"{r.Speedup:F2}"),
        ("of ideal", 8, r => $"{100 * r.Share:F0}%"),
        ("of best time", 12, r => $"{r.OfBest:F2}"),
        ("blocks", 6, r => $"{r.Blocks}"),
        ("per worker", 10, r => $"{r.BlocksOfWorker:0.##}"));

    /// <summary>The line of titles.</summary>
    public static string Head => Table.Head;

    /// <summary>The line of a result.</summary>
    public static string Row(ScalingResult result) => Table.Row(result);

    /// <summary>The whole table in Markdown.</summary>
    public static string Markdown(IEnumerable<ScalingResult> results) => Table.Markdown(results);

    /// <summary>The results as an array of objects.</summary>
    public static string Json(IEnumerable<ScalingResult> results)
    {
        JsonArray array = [.. results.Select(r => (JsonNode)new JsonObject
        {
            ["case"] = r.Case,
            ["threads"] = r.Threads,
            ["milliseconds"] = r.Milliseconds,
            ["speedup"] = r.Speedup,
            ["share"] = r.Share,
            ["of_best"] = r.OfBest,
            ["blocks"] = r.Blocks,
            ["blocks_per_worker"] = r.BlocksOfWorker,
        })];
        return array.ToJsonString(Indented) + "\n";
    }
}
