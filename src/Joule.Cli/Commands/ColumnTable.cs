using System.Globalization;
using System.Text.Json;
using Joule.Cli.Terminal;
using Joule.Data;

namespace Joule.Cli.Commands;

/// <summary>The columns of a table: their detected kinds with the reasons, and their transforms.</summary>
internal static class ColumnTable
{
    /// <summary>Writes the table, or nothing if there are no columns.</summary>
    /// <param name="output">The destination.</param>
    /// <param name="columns">The columns.</param>
    /// <param name="rises">What each column contributes to the energy, in nats; null if unknown.</param>
    public static void Write(TextWriter output, IReadOnlyList<TransformColumn> columns, IReadOnlyList<double>? rises = null)
    {
        if (columns.Count == 0)
            return;
        string[] carries = rises is null ? [] : [">carries"];
        TextTable.Write(output, ["column", "kind", ">missing", "values", "transform", .. carries, "why"],
            columns.Select((column, i) => (IReadOnlyList<string>)
        [
            column.Shown, column.Kind, column.Missing > 0 ? column.Missing.ToString("N0", CultureInfo.InvariantCulture) : "",
            column.Values, column.Transform, .. rises is null ? (string[])[]
                : [column.Width > 0 ? rises[i].ToString("0.00", CultureInfo.InvariantCulture) : ""], column.Why,
        ]));
    }

    /// <summary>Writes <c>columns</c>, an empty list if there are none.</summary>
    public static void Json(Utf8JsonWriter json, IReadOnlyList<TransformColumn> columns, IReadOnlyList<double>? rises)
    {
        json.WriteStartArray("columns");
        for (int i = 0; i < columns.Count; i++)
        {
            TransformColumn column = columns[i];
            json.WriteStartObject();
            json.WriteString("name", column.Name);
            json.WriteString("kind", column.Kind);
            json.WriteString("why", column.Why);
            json.WriteNumber("missing", column.Missing);
            json.WriteString("values", column.Values);
            json.WriteString("transform", column.Transform);
            json.WriteNumber("width", column.Width);
            JsonLine.Number(json, "carries", rises?[i]);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
