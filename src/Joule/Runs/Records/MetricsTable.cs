using System.Globalization;
using System.Text;
using Joule.Data;

namespace Joule.Runs;

/// <summary>The text format of <c>metrics.csv</c>: one header line, then one <see cref="MetricsRow"/> a line, invariant culture.</summary>
public static class MetricsTable
{
    private const int LargestFile = 8 << 20; // some 50,000 epochs

    /// <summary>The columns in the order of the file.</summary>
    public static IReadOnlyList<string> Columns { get; } =
    [
        "epoch", "step", "seconds", "loss", "cd", "regularization", "energy_data", "energy_negative",
        "val_cd", "val_energy_data", "val_energy_noise", "gradient_norm",
    ];

    /// <summary>The header line, without a line end.</summary>
    public static string Header { get; } = string.Join(',', Columns);

    /// <summary>Formats one row so that <see cref="Parse"/> gives back the same numbers bit for bit. No line end.</summary>
    /// <param name="row">The row.</param>
    /// <returns>The line.</returns>
    public static string Format(MetricsRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        double[] values =
        [
            row.Seconds, row.Loss, row.Cd, row.Regularization, row.EnergyData, row.EnergyNegative,
            row.ValCd, row.ValEnergyData, row.ValEnergyNoise, row.GradientNorm,
        ];
        var line = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{row.Epoch},{row.Step}");
        foreach (double value in values) line.Append(',').Append(value.ToString("R", CultureInfo.InvariantCulture));
        return line.ToString();
    }

    /// <summary>Formats a whole file: the header and every row, each line ended by a line feed.</summary>
    /// <param name="rows">The rows in order of their epochs.</param>
    /// <returns>The text of the file.</returns>
    public static string Format(IEnumerable<MetricsRow> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var text = new StringBuilder(Header).Append('\n');
        foreach (MetricsRow row in rows) text.Append(Format(row)).Append('\n');
        return text.ToString();
    }

    /// <summary>Reads a <c>metrics.csv</c>.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Its rows in order.</returns>
    /// <exception cref="InvalidInputException">The file is missing or unreadable, or its content is not of this format.</exception>
    public static IReadOnlyList<MetricsRow> Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return ParseAll(InputFile.ReadAll(path, LargestFile, "a table of metrics"), path);
    }

    /// <summary>Parses the bytes of a whole file.</summary>
    internal static IReadOnlyList<MetricsRow> ParseAll(ReadOnlySpan<byte> bytes, string file) => ParseAll(Encoding.UTF8.GetString(InputFile.WithoutMark(bytes)), file);

    /// <summary>Parses the text of a whole file.</summary>
    /// <param name="text">The text, its header included.</param>
    /// <param name="file">The file's name, for errors.</param>
    /// <returns>Its rows in order.</returns>
    /// <exception cref="InvalidInputException">The header differs, a line does not parse, or epochs do not increase.</exception>
    public static IReadOnlyList<MetricsRow> ParseAll(string text, string file)
    {
        ArgumentNullException.ThrowIfNull(text);
        ReadOnlySpan<char> rest = text;
        ReadOnlySpan<char> header = Line(ref rest);
        if (!header.SequenceEqual(Header))
            throw Error(file, 1, 0, $"expected the header '{Header}', given '{Shorten(header)}'");

        var rows = new List<MetricsRow>();
        for (int i = 2; rest.Length > 0; i++)
        {
            long offset = text.Length - rest.Length;
            MetricsRow row = ParseFields(Line(ref rest), file, i, offset);
            if (rows.Count > 0 && row.Epoch <= rows[^1].Epoch)
                throw Error(file, i, offset, "epoch", row.Epoch.ToString(CultureInfo.InvariantCulture), $"an epoch after {rows[^1].Epoch}");
            rows.Add(row);
        }

        return rows;
    }

    /// <summary>Parses one line.</summary>
    /// <param name="line">The line without its end.</param>
    /// <param name="file">The file's name, for errors.</param>
    /// <param name="lineNumber">The line's number counted from 1, for errors.</param>
    /// <returns>The row.</returns>
    /// <exception cref="InvalidInputException">A field is missing, too many, or not the number that was expected.</exception>
    public static MetricsRow Parse(string line, string file, int lineNumber)
    {
        ArgumentNullException.ThrowIfNull(line);
        return ParseFields(line, file, lineNumber, 0);
    }

    private static MetricsRow ParseFields(ReadOnlySpan<char> line, string file, int lineNumber, long offset)
    {
        Span<Range> fields = stackalloc Range[Columns.Count];
        int count = line.Count(',') + 1;
        if (count != fields.Length)
            throw Error(file, lineNumber, offset, $"expected {Columns.Count} fields, given {count}: '{Shorten(line)}'");
        line.Split(fields, ',');
        Span<double> reals = stackalloc double[fields.Length];
        for (int column = 2; column < fields.Length; column++)
        {
            ReadOnlySpan<char> field = line[fields[column]];
            if (!double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out reals[column]) || double.IsInfinity(reals[column]))
                throw Error(file, lineNumber, offset + fields[column].Start.Value, Columns[column], field, "a finite number, or NaN where nothing was measured");
        }
        return new MetricsRow(
            (int)Whole(line[fields[0]], 0, int.MaxValue, file, lineNumber, offset), Whole(line[fields[1]], 1, long.MaxValue, file, lineNumber, offset + fields[1].Start.Value),
            reals[2], reals[3], reals[4], reals[5], reals[6], reals[7], reals[8], reals[9], reals[10], reals[11]);
    }

    private static long Whole(ReadOnlySpan<char> field, int column, long maximum, string file, int line, long offset) =>
        long.TryParse(field, NumberStyles.None, CultureInfo.InvariantCulture, out long value) && value <= maximum
            ? value
            : throw Error(file, line, offset, Columns[column], field, $"a whole number from 0 to {maximum}");

    /// <summary>Takes the next line, without its end.</summary>
    private static ReadOnlySpan<char> Line(ref ReadOnlySpan<char> rest)
    {
        int end = rest.IndexOf('\n');
        ReadOnlySpan<char> line = end < 0 ? rest : rest[..end];
        rest = end < 0 ? [] : rest[(end + 1)..];
        return line.TrimEnd('\r');
    }

    private static InvalidInputException Error(string file, int line, long offset, string problem) => InvalidInputException.At(file, $"line {line}", offset, problem + ".");

    private static InvalidInputException Error(string file, int line, long offset, string column, ReadOnlySpan<char> given, string expected) =>
        InvalidInputException.At(file, $"line {line}, column '{column}'", offset, $"expected {expected}, given '{Shorten(given)}'.");

    private static string Shorten(ReadOnlySpan<char> text) => MessageText.Printable(text.Length <= 120 ? text.ToString() : $"{text[..117]}...");
}
