using System.Buffers;
using System.Text;

namespace Joule.Tables;

/// <summary>
/// Writes text files of cells, as RFC 4180 says: in UTF-8, lines end with a line feed, and a cell stands in quotes where it must.
/// </summary>
internal static class DelimitedText
{
    /// <summary>Writes rows.</summary>
    public static void Write(Stream stream, char separator, IEnumerable<IReadOnlyList<string>> rows)
    {
        SearchValues<char> special = SearchValues.Create([separator, '"', '\n', '\r']);
        using StreamWriter writer = new(stream, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
        foreach (IReadOnlyList<string> row in rows)
        {
            for (int i = 0; i < row.Count; i++)
            {
                if (i > 0)
                    writer.Write(separator);
                string cell = row[i];
                // Spaces at the ends of a cell count only within quotes.
                bool needsQuotes = cell.AsSpan().ContainsAny(special) || cell.StartsWith(' ') || cell.EndsWith(' ');
                writer.Write(needsQuotes ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : cell);
            }
            writer.WriteLine();
        }
    }
}
