namespace Joule.Tables;

/// <summary>Warnings about rows that were read.</summary>
internal static class TableNotes
{
    /// <summary>Rows have no value where every training row had one.</summary>
    public static string Missing(FittedColumn column, int rows)
    {
        string instead = column is NumericColumn ? "the median replaces it" : "it counts as none of the levels";
        return $"column \"{MessageText.Of(column.Name)}\" has no value in {Counted.Of(rows, "row")}, though every training row had one: "
            + instead;
    }

    /// <summary>Rows have a level that the model does not know.</summary>
    public static string Unknown(FittedColumn column, int rows) =>
        $"column \"{MessageText.Of(column.Name)}\" has a level unknown to the model in {Counted.Of(rows, "row")}: it counts as none of the "
        + "levels";

    /// <summary>Columns are not used.</summary>
    public static string Unused(IReadOnlyList<string> columns) =>
        $"{Counted.Of(columns.Count, "column")} unknown to the model {(columns.Count == 1 ? "is" : "are")} not used: "
        + MessageText.List([.. columns.Select(name => $"\"{MessageText.Of(name)}\"")]);
}
