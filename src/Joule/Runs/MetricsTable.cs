using System.Globalization;
using System.Text;

namespace Joule.Runs;

/// <summary>The text format of <c>metrics.csv</c>: one header line, then one <see cref="MetricsRow"/> a line, invariant culture.</summary>
public static class MetricsTable
{
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
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"The metrics file '{path}' cannot be read: {e.Message}", e);
        }

        return ParseAll(text, path);
    }

    /// <summary>Parses the text of a whole file.</summary>
    /// <param name="text">The text, its header included.</param>
    /// <param name="file">The file's name, for errors.</param>
    /// <returns>Its rows in order.</returns>
    /// <exception cref="InvalidInputException">The header differs, a line does not parse, or epochs do not increase.</exception>
    public static IReadOnlyList<MetricsRow> ParseAll(string text, string file)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] lines = text.Split('\n');
        string header = lines[0].TrimEnd('\r');
        if (header != Header)
            throw new InvalidInputException($"{file}, line 1: expected the header '{Header}', given '{Shorten(header)}'.");

        var rows = new List<MetricsRow>();
        for (int i = 1; i < lines.Length; i++)
        {
            string line = lines[i].TrimEnd('\r');
            if (line.Length == 0 && i == lines.Length - 1) break;
            MetricsRow row = Parse(line, file, i + 1);
            if (rows.Count > 0 && row.Epoch <= rows[^1].Epoch)
                throw Error(file, i + 1, "epoch", row.Epoch.ToString(CultureInfo.InvariantCulture), $"an epoch after {rows[^1].Epoch}");
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
        string[] fields = line.Split(',');
        if (fields.Length != Columns.Count)
        {
            throw new InvalidInputException(
                $"{file}, line {lineNumber}: expected {Columns.Count} fields, given {fields.Length}: '{Shorten(line)}'.");
        }

        long Whole(int column, long maximum) =>
            long.TryParse(fields[column], NumberStyles.None, CultureInfo.InvariantCulture, out long value) && value <= maximum
                ? value
                : throw Error(file, lineNumber, Columns[column], fields[column], $"a whole number from 0 to {maximum}");
        double Real(int column) =>
            double.TryParse(fields[column], NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && !double.IsInfinity(value)
                ? value
                : throw Error(file, lineNumber, Columns[column], fields[column], "a finite number, or NaN where nothing was measured");

        return new MetricsRow(
            (int)Whole(0, int.MaxValue), Whole(1, long.MaxValue), Real(2), Real(3), Real(4), Real(5),
            Real(6), Real(7), Real(8), Real(9), Real(10), Real(11));
    }

    private static InvalidInputException Error(string file, int line, string column, string given, string expected) =>
        new($"{file}, line {line}, column '{column}': expected {expected}, given '{Shorten(given)}'.");

    private static string Shorten(string text) => text.Length <= 120 ? text : text[..117] + "...";
}
