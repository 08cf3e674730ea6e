using Joule.Data;

namespace Joule.Tables;

/// <summary>Converts the cells of single rows, and refuses those that do not fit.</summary>
internal static class RowColumnReader
{
    private const int Shown = 8;

    /// <summary>Converts a cell.</summary>
    /// <param name="column">The fitted column; its width is above 0.</param>
    /// <param name="cell">The cell.</param>
    /// <param name="state">Receives the column's numbers.</param>
    /// <param name="acceptsUnknown">Whether levels and missing values that no training row had are accepted.</param>
    /// <exception cref="InvalidInputException">The cell does not fit.</exception>
    public static void Read(FittedColumn column, in RowCell cell, Span<float> state, bool acceptsUnknown)
    {
        CellNote note = column switch
        {
            NumericColumn numeric when cell.Text is null && !double.IsInfinity(cell.Number) => numeric.Write(cell.Number, state),
            CategoricalColumn levels => levels.Write(cell.Text ?? Level(cell), state),
            NumericColumn when cell.Text is null => throw Bad(column, $"{cell}; a finite number is needed. Correct the value"),
            NumericColumn => throw Bad(column, $"{cell}, but the model's holds numbers. Convert the value"),
            _ => throw new InvalidOperationException($"A column of the kind {column.Kind} has no rule for single rows."),
        };
        if (note == CellNote.None || acceptsUnknown)
            return;
        throw note == CellNote.UnexpectedMissing
            ? Bad(column, "no value, though every training row had one. Give one, or accept unknown values")
            : Bad(column, $"{cell}, a level that the model does not know. It knows {Levels((CategoricalColumn)column)}. Give one of these, "
                + "or accept unknown values");
    }

    // A level that looks like a number may arrive as one.
    private static string? Level(in RowCell cell) => cell.IsMissing ? null : NumberColumn.TextOf(cell.Number, NumberFormat.Real);

    private static string Levels(CategoricalColumn column) =>
        string.Join(", ", column.Levels.Take(Shown).Select(l => $"\"{MessageText.Of(l)}\""))
        + (column.Levels.Count > Shown ? $" and {column.Levels.Count - Shown} more" : "");

    private static InvalidInputException Bad(FittedColumn column, string problem) =>
        new($"Column \"{MessageText.Of(column.Name)}\" holds {problem}.");
}
