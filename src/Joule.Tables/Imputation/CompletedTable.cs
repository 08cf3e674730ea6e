using System.Globalization;
using System.Text;

namespace Joule.Tables;

/// <summary>
/// Writes a table with its missing cells filled. A text file keeps every other character, its order of columns, its separator and its line
/// ends; the cells of other files are written as CSV. Several draws follow one another as whole tables, with a last column <c>draw</c>.
/// </summary>
public static class CompletedTable
{
    /// <summary>The name of the column that numbers the draws, from 1.</summary>
    public const string DrawColumn = "draw";

    /// <summary>Writes a table.</summary>
    /// <param name="output">Receives UTF-8.</param>
    /// <param name="path">The file that was read.</param>
    /// <param name="imputation">The new cells.</param>
    /// <returns>Number of filled cells, those of columns with one value in all training rows included.</returns>
    /// <exception cref="InvalidInputException">
    /// The file cannot be read again, or has a column <c>draw</c> already and there are several draws.
    /// </exception>
    public static int Write(Stream output, string path, TableImputation imputation)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(imputation);
        TableReading reading = imputation.Transform.FileReading;
        if (TableFile.TextSeparator(path, reading) is { } separator)
            return imputation.Cells + WriteText(output, path, separator, reading, imputation);
        return imputation.Cells + WriteRows(output, path, reading, imputation);
    }

    private static int WriteText(Stream output, string path, char separator, TableReading reading, TableImputation imputation)
    {
        RawTable raw = RawTable.Read(path, separator, reading);
        int[] columns = Places(raw.Header, path, imputation);
        string lineEnd = raw.Ends.FirstOrDefault(end => end.Length > 0) ?? "\n";
        HashSet<string> missing = new(reading.Missing, StringComparer.OrdinalIgnoreCase);
        int constants = 0;
        using StreamWriter writer = new(output, new UTF8Encoding(raw.HasMark), leaveOpen: true);
        int header = reading.Header ? raw.Rows.FindIndex(cells => !raw.IsBlank(cells)) : -1;
        for (int draw = 0; draw < Math.Max(1, imputation.Draws); draw++)
        {
            int row = 0;
            for (int line = 0; line < raw.Rows.Count; line++)
            {
                string[] cells = raw.Rows[line];
                if (line <= header && draw > 0)
                    continue;
                bool isRow = line > header && !raw.IsBlank(cells);
                for (int i = 0; i < cells.Length; i++)
                {
                    string? filled = isRow && columns[i] >= 0 ? imputation.Cell(row, columns[i], draw) : null;
                    if (isRow && filled is null && missing.Contains(RawTable.ValueOf(cells[i], reading.Quotes))
                        && Constant(imputation, columns[i]) is { } constant)
                    {
                        filled = constant;
                        constants += draw == 0 ? 1 : 0;
                    }
                    writer.Write((i > 0 ? separator.ToString() : "") + (filled is null ? cells[i] : Quoted(filled, separator, reading)));
                }
                if (imputation.Draws > 0 && (isRow || line == header))
                    writer.Write($"{separator}{(isRow ? draw + 1 : DrawColumn)}");
                bool isLast = draw >= imputation.Draws - 1;
                writer.Write(raw.Ends[line].Length == 0 && !isLast ? lineEnd : raw.Ends[line]);
                row += isRow ? 1 : 0;
            }
        }
        return constants;
    }

    private static int WriteRows(Stream output, string path, TableReading reading, TableImputation imputation)
    {
        Table table = TableFile.Read(path, reading);
        string[] names = [.. table.Columns.Select(c => c.Name)];
        int[] columns = Places(names, path, imputation);
        bool isStacked = imputation.Draws > 0;
        int constants = 0;
        List<IReadOnlyList<string>> rows = [isStacked ? [.. names, DrawColumn] : names];
        for (int draw = 0; draw < Math.Max(1, imputation.Draws); draw++)
        {
            for (int row = 0; row < table.RowCount; row++)
            {
                List<string> cells = [];
                for (int c = 0; c < names.Length; c++)
                {
                    string? constant = table.Columns[c].IsMissing(row) ? Constant(imputation, columns[c]) : null;
                    constants += constant is not null && draw == 0 ? 1 : 0;
                    string? filled = columns[c] < 0 ? null : imputation.Cell(row, columns[c], draw);
                    cells.Add(filled ?? constant ?? table.Columns[c].Text(row));
                }
                if (isStacked)
                    cells.Add($"{draw + 1}");
                rows.Add(cells);
            }
        }
        DelimitedText.Write(output, ',', rows);
        return constants;
    }

    // The only value that a column had in the training rows, or null.
    private static string? Constant(TableImputation imputation, int column) =>
        column >= 0 && imputation.Transform.Fitted[column] is ConstantColumn { Value.Length: > 0 } constant ? constant.Value : null;

    // The model's column of each column of the file, or −1.
    private static int[] Places(string[] names, string path, TableImputation imputation)
    {
        if (imputation.Draws > 0 && names.Contains(DrawColumn))
        {
            throw new InvalidInputException($"{MessageText.Printable(path)} has a column \"{DrawColumn}\", and several draws are numbered "
                + "in a column of that name. Rename it.");
        }
        Dictionary<string, int> places = [];
        for (int c = 0; c < imputation.Transform.Fitted.Count; c++)
            places.Add(imputation.Transform.Fitted[c].Name, c);
        return [.. names.Select(name => places.GetValueOrDefault(name, -1))];
    }

    private static string Quoted(string cell, char separator, TableReading reading)
    {
        if (reading.Decimal != '.' && double.TryParse(cell, CultureInfo.InvariantCulture, out _))
            cell = cell.Replace('.', reading.Decimal);
        return reading.Quotes && cell.AsSpan().IndexOfAny([separator, '"', '\n', '\r']) >= 0
            ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : cell;
    }
}
