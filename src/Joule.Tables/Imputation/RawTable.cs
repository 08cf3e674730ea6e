using System.Text;
using Joule.Data;

namespace Joule.Tables;

/// <summary>The text of a delimited file, cut into lines and cells without changing a character.</summary>
internal sealed class RawTable
{
    private RawTable(List<string[]> rows, string[] header, List<string> ends, bool hasMark)
    {
        (Rows, Header, Ends, HasMark) = (rows, header, ends, hasMark);
    }

    /// <summary>The raw cells of all lines, quotes included; a blank line is one empty cell.</summary>
    public List<string[]> Rows { get; }

    /// <summary>The names of the columns.</summary>
    public string[] Header { get; }

    /// <summary>What ends each line; empty for a last line without an end.</summary>
    public List<string> Ends { get; }

    /// <summary>Whether the file begins with a byte order mark of UTF-8.</summary>
    public bool HasMark { get; }

    /// <summary>Reads a file that <see cref="DelimitedFile"/> accepts.</summary>
    /// <param name="path">The file.</param>
    /// <param name="separator">The cell separator.</param>
    /// <param name="reading">The options.</param>
    public static RawTable Read(string path, char separator, TableReading reading) => InputFile.Read(path, stream =>
    {
        Span<byte> mark = stackalloc byte[3];
        bool hasMark = stream.ReadAtLeast(mark, 3, throwOnEndOfStream: false) == 3 && mark.SequenceEqual(Encoding.UTF8.Preamble);
        stream.Position = 0;
        using PackedText source = new(stream, path);
        using CheckedText text = new(source, path, separator, reading.Quotes);
        return Cut(text.ReadToEnd(), separator, reading, hasMark);
    });

    /// <summary>Whether a line is blank, and so no row of the table.</summary>
    public bool IsBlank(string[] cells) => cells.Length == 1 && cells[0].Trim(' ').Length == 0 && Header.Length != 1;

    private static RawTable Cut(string text, char separator, TableReading reading, bool hasMark)
    {
        List<string[]> rows = [];
        List<string> ends = [], cells = [];
        bool isQuoted = false;
        int start = 0, at = 0;
        for (; at < text.Length; at++)
        {
            char c = text[at];
            if (c == '"' && reading.Quotes)
                isQuoted = !isQuoted;
            if (isQuoted || (c != separator && c is not ('\n' or '\r')))
                continue;
            cells.Add(text[start..at]);
            start = at + 1;
            if (c == separator)
                continue;
            bool isPair = c == '\r' && start < text.Length && text[start] == '\n';
            at += isPair ? 1 : 0;
            start = at + 1;
            End(isPair ? "\r\n" : c.ToString());
        }
        if (start < text.Length || cells.Count > 0)
        {
            cells.Add(text[start..]);
            End("");
        }
        string[] first = rows.Find(r => r.Length > 1 || r[0].Trim(' ').Length > 0) ?? [];
        string[] header = [.. first.Select((cell, i) => reading.Header ? ValueOf(cell, reading.Quotes) : TableReading.NameOf(i))];
        return new RawTable(rows, header, ends, hasMark);

        void End(string end)
        {
            rows.Add([.. cells]);
            ends.Add(end);
            cells.Clear();
        }
    }

    /// <summary>The value of a raw cell, without its quotes and outer spaces.</summary>
    public static string ValueOf(string cell, bool quotes)
    {
        cell = cell.Trim(' ');
        return quotes && cell is ['"', .., '"'] ? cell[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal) : cell;
    }
}
