using System.Globalization;
using System.Text;
using Joule.Data;

namespace Joule.Runs;

/// <summary>
/// The text format of <c>metrics.csv</c>: a header line with the column names, then one line per <see cref="MetricsRow"/>, in the invariant
/// culture.
/// </summary>
public static class MetricsTable
{
    private const int LargestFile = 8 << 20; // about 50,000 epochs

    /// <summary>Formats one row, exactly, without a line end.</summary>
    /// <param name="row">The row.</param>
    /// <returns>The line.</returns>
    public static string Format(MetricsRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        StringBuilder line = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{row.Epoch},{row.Step},{row.Seconds:R}");
        foreach (double value in row.Values)
            line.Append(',').Append(value.ToString("R", CultureInfo.InvariantCulture));
        return line.ToString();
    }

    /// <summary>Formats a whole file: the header and every row, each line ended by a line feed.</summary>
    /// <param name="columns">The columns.</param>
    /// <param name="rows">The rows in order of their epochs, with these columns.</param>
    /// <returns>The text of the file.</returns>
    public static string Format(MetricsColumns columns, IEnumerable<MetricsRow> rows)
    {
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(rows);
        StringBuilder text = new StringBuilder(columns.Header).Append('\n');
        foreach (MetricsRow row in rows)
        {
            if (!row.Columns.Equals(columns))
                throw new ArgumentException($"The table has the columns {columns.Header}; a row has {row.Columns.Header}.", nameof(rows));
            text.Append(Format(row)).Append('\n');
        }
        return text.ToString();
    }

    /// <summary>Reads a <c>metrics.csv</c> of any objective.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Its rows in order, with its columns.</returns>
    /// <exception cref="InvalidInputException">The file is missing or unreadable, or not in this format.</exception>
    public static IReadOnlyList<MetricsRow> Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return ParseAll(InputFile.ReadAll(path, LargestFile, "a table of metrics"), path);
    }

    /// <summary>Parses the bytes of a whole file.</summary>
    internal static IReadOnlyList<MetricsRow> ParseAll(ReadOnlySpan<byte> bytes, string file) =>
        ParseAll(Encoding.UTF8.GetString(InputFile.WithoutMark(bytes)), file);

    /// <summary>Parses the text of a whole file.</summary>
    /// <param name="text">The text, its header included.</param>
    /// <param name="file">The file's name, for errors.</param>
    /// <returns>Its rows in order.</returns>
    /// <exception cref="InvalidInputException">The header names no columns, a line does not parse, or epochs do not increase.</exception>
    public static IReadOnlyList<MetricsRow> ParseAll(string text, string file) => ParseAll(text, file, out _);

    /// <summary>Parses the text of a whole file, and gives its columns.</summary>
    internal static IReadOnlyList<MetricsRow> ParseAll(string text, string file, out MetricsColumns columns)
    {
        ArgumentNullException.ThrowIfNull(text);
        ReadOnlySpan<char> rest = text;
        ReadOnlySpan<char> header = Line(ref rest);
        if (MetricsColumns.Problem(header) is { } problem)
        {
            throw Error(file, 1, 0, "expected a header with the column names of a table of metrics, as in 'epoch,step,seconds,loss', "
                + $"given '{Shorten(header)}': {problem}");
        }
        columns = MetricsColumns.Of(header.ToString());
        List<MetricsRow> rows = [];
        for (int i = 2; rest.Length > 0; i++)
        {
            long offset = text.Length - rest.Length;
            MetricsRow row = ParseFields(columns, Line(ref rest), file, i, offset);
            if (rows.Count > 0 && row.Epoch <= rows[^1].Epoch)
                throw Error(file, i, offset, "epoch", row.Epoch.ToString(CultureInfo.InvariantCulture), $"an epoch after {rows[^1].Epoch}");
            rows.Add(row);
        }
        return rows;
    }

    /// <summary>Parses one line.</summary>
    /// <param name="columns">The columns.</param>
    /// <param name="line">The line without its end.</param>
    /// <param name="file">The file's name, for errors.</param>
    /// <param name="lineNumber">The line's number counted from 1, for errors.</param>
    /// <returns>The row.</returns>
    /// <exception cref="InvalidInputException">The number of fields is wrong, or a field is not the expected number.</exception>
    public static MetricsRow Parse(MetricsColumns columns, string line, string file, int lineNumber)
    {
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(line);
        return ParseFields(columns, line, file, lineNumber, 0);
    }

    private static MetricsRow ParseFields(MetricsColumns columns, ReadOnlySpan<char> line, string file, int lineNumber, long offset)
    {
        Span<Range> fields = stackalloc Range[MetricsColumns.Fixed.Length + columns.Names.Count];
        int count = line.Count(',') + 1;
        if (count != fields.Length)
            throw Error(file, lineNumber, offset, $"expected {fields.Length} fields, given {count}: '{Shorten(line)}'");
        line.Split(fields, ',');
        double[] reals = new double[fields.Length - 2];
        for (int column = 2; column < fields.Length; column++)
        {
            ReadOnlySpan<char> field = line[fields[column]];
            if (!double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out reals[column - 2])
                || double.IsInfinity(reals[column - 2]))
            {
                string name = column == 2 ? MetricsColumns.Fixed[2] : columns.Names[column - MetricsColumns.Fixed.Length];
                long at = offset + fields[column].Start.Value;
                throw Error(file, lineNumber, at, name, field, "a finite number, or NaN where nothing was measured");
            }
        }
        long epoch = Whole(line[fields[0]], 0, int.MaxValue, file, lineNumber, offset);
        long step = Whole(line[fields[1]], 1, long.MaxValue, file, lineNumber, offset + fields[1].Start.Value);
        return new MetricsRow(columns, (int)epoch, step, reals[0], reals[1..]);
    }

    private static long Whole(ReadOnlySpan<char> field, int column, long maximum, string file, int line, long offset) =>
        long.TryParse(field, NumberStyles.None, CultureInfo.InvariantCulture, out long value) && value <= maximum
            ? value
            : throw Error(file, line, offset, MetricsColumns.Fixed[column], field, $"a whole number from 0 to {maximum}");

    /// <summary>Takes the next line, without its end.</summary>
    private static ReadOnlySpan<char> Line(ref ReadOnlySpan<char> rest)
    {
        int end = rest.IndexOf('\n');
        ReadOnlySpan<char> line = end < 0 ? rest : rest[..end];
        rest = end < 0 ? [] : rest[(end + 1)..];
        return line.TrimEnd('\r');
    }

    private static InvalidInputException Error(string file, int line, long offset, string problem) =>
        InvalidInputException.At(file, $"line {line}", offset, problem + ".");

    private static InvalidInputException Error(
        string file, int line, long offset, string column, ReadOnlySpan<char> given, string expected) =>
        InvalidInputException.At(file, $"line {line}, column '{column}'", offset, $"expected {expected}, given '{Shorten(given)}'.");

    private static string Shorten(ReadOnlySpan<char> text) =>
        MessageText.Printable(text.Length <= 120 ? text.ToString() : $"{text[..117]}...");
}
