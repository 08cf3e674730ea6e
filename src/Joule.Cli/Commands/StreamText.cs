using System.Text.Json.Nodes;
using Joule.Runs;
using Joule.States;
using Joule.Tables;

namespace Joule.Cli.Commands;

/// <summary>What was read from a stream of rows, in words.</summary>
internal static class StreamText
{
    /// <summary>How a stream was read, after its end.</summary>
    public static StateReading Of(RowStream rows, Model model)
    {
        int columns = ((TableTransform)model.Transform).RowColumns.Count;
        IReadOnlyList<string> notes = rows.Notes;
        return new StateReading(
            $"{rows.Given:N0} {(rows.Given == 1 ? "row" : "rows")} of {Counted.Of(columns, "column")}",
            notes,
            new JsonObject { ["rows"] = rows.Given, ["notes"] = new JsonArray([.. notes.Select(n => (JsonNode)JsonValue.Create(n))]) });
    }

    /// <summary>A warning that some rows have an error instead of an answer.</summary>
    public static string Problems(long problems, long rows) => $"joule: warning: {problems:N0} of {rows:N0} "
        + $"{(rows == 1 ? "row" : "rows")} could not be scored; the answer of each says why.";
}
