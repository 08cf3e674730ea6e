using System.Buffers;
using System.Text;

namespace Joule.Tables;

/// <summary>
/// Writes delimited text files according to RFC 4180, in UTF-8, with line feeds, and with quotes only where needed.
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
                // Leading and trailing spaces count only within quotes.
                bool needsQuotes = cell.AsSpan().ContainsAny(special) || cell.StartsWith(' ') || cell.EndsWith(' ');
                writer.Write(needsQuotes ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : cell);
            }
            writer.WriteLine();
        }
    }
}
