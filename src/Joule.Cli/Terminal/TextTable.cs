namespace Joule.Cli.Terminal;

/// <summary>A table of plain text: columns aligned by spaces, so that it reads well and is easy to cut.</summary>
internal static class TextTable
{
    /// <summary>Writes the table.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="headers">The columns. A name that begins with '&gt;' is aligned right (for numbers) and written without it.</param>
    /// <param name="rows">The rows, each with a cell for every column.</param>
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
