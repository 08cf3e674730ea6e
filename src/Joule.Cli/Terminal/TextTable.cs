namespace Joule.Cli.Terminal;

/// <summary>A plain-text table with columns aligned by spaces, easy to read and to cut.</summary>
internal static class TextTable
{
    /// <summary>Writes the table.</summary>
    /// <param name="output">The destination.</param>
    /// <param name="headers">The column headers. A leading '&gt;', which is not written, aligns the column right, for numbers.</param>
    /// <param name="rows">The rows, each with one cell per column.</param>
    public static void Write(TextWriter output, IReadOnlyList<string> headers, IEnumerable<IReadOnlyList<string>> rows)
    {
        bool[] right = [.. headers.Select(header => header.StartsWith('>'))];
        IReadOnlyList<string>[] lines = [[.. headers.Select(header => header.TrimStart('>'))], .. rows];
        int[] widths = [.. headers.Select((_, column) => lines.Max(line => line[column].Length))];
        foreach (IReadOnlyList<string> line in lines)
        {
            IEnumerable<string> cells = line.Select(
                (cell, column) => right[column] ? cell.PadLeft(widths[column]) : cell.PadRight(widths[column]));
            output.WriteLine(string.Join("  ", cells).TrimEnd());
        }
    }
}
