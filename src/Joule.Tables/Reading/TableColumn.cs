using System.Globalization;

namespace Joule.Tables;

/// <summary>The format of a column of numbers.</summary>
public enum NumberFormat
{
    /// <summary>Real numbers.</summary>
    Real,

    /// <summary>Whole numbers.</summary>
    Whole,

    /// <summary>Days since 1970-01-01, written as a date.</summary>
    Date,

    /// <summary>Seconds since 1970-01-01 00:00 UTC, written as a date and a time.</summary>
    Time,
}

/// <summary>A column of a table as read from a file.</summary>
public abstract class TableColumn
{
    private protected TableColumn(string name, int missing)
    {
        Name = name;
        MissingCount = missing;
    }

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>The number of cells.</summary>
    public abstract int Count { get; }

    /// <summary>The number of cells without a value.</summary>
    public int MissingCount { get; }

    /// <summary>The kind of its cells, for messages: <c>numbers</c> or <c>text</c>.</summary>
    public abstract string TypeName { get; }

    /// <summary>Whether a cell has no value.</summary>
    public abstract bool IsMissing(int row);

    /// <summary>A cell as text; empty if it has no value.</summary>
    public abstract string Text(int row);
}

/// <summary>A column of numbers.</summary>
public sealed class NumberColumn : TableColumn
{
    private readonly double[] _values;

    /// <summary>Wraps numbers; NaN marks a missing value.</summary>
    /// <param name="name">The column's name.</param>
    /// <param name="values">The numbers. The array is kept, not copied.</param>
    /// <param name="format">
    /// Their format. Null: <see cref="NumberFormat.Whole"/> if all are whole, otherwise <see cref="NumberFormat.Real"/>.
    /// </param>
    public NumberColumn(string name, double[] values, NumberFormat? format = null)
        : base(name, values.Count(double.IsNaN))
    {
        _values = values;
        Format = format ?? (Array.TrueForAll(values, v => double.IsNaN(v) || (v == Math.Floor(v) && Math.Abs(v) <= 1L << 53))
            ? NumberFormat.Whole : NumberFormat.Real);
    }

    /// <summary>The numbers; NaN marks a missing value.</summary>
    public ReadOnlySpan<double> Values => _values;

    /// <summary>The format of the numbers.</summary>
    public NumberFormat Format { get; }

    /// <inheritdoc/>
    public override int Count => _values.Length;

    /// <inheritdoc/>
    public override string TypeName => "numbers";

    /// <inheritdoc/>
    public override bool IsMissing(int row) => double.IsNaN(_values[row]);

    /// <inheritdoc/>
    public override string Text(int row) => TextOf(_values[row], Format);

    /// <summary>Converts the column to text.</summary>
    public TextColumn AsText()
    {
        Dictionary<double, int> seen = [];
        List<string> levels = [];
        int[] codes = new int[_values.Length];
        for (int i = 0; i < codes.Length; i++)
        {
            double value = _values[i];
            if (double.IsNaN(value))
                codes[i] = -1;
            else if (seen.TryGetValue(value, out int code))
                codes[i] = code;
            else
            {
                seen.Add(value, codes[i] = levels.Count);
                levels.Add(TextOf(value, Format));
            }
        }
        return new TextColumn(Name, codes, levels);
    }

    /// <summary>Formats a number as the shortest text that parses back to the same number; empty for NaN.</summary>
    public static string TextOf(double value, NumberFormat format)
    {
        if (double.IsNaN(value))
            return "";
        double seconds = value * (format == NumberFormat.Date ? 86_400 : 1);
        if (format is NumberFormat.Date or NumberFormat.Time && Math.Abs(seconds) < 6e10)
        {
            DateTime time = DateTime.UnixEpoch.AddTicks((long)Math.Round(seconds * TimeSpan.TicksPerSecond));
            return time.ToString(format == NumberFormat.Date ? "yyyy-MM-dd" : "yyyy-MM-ddTHH:mm:ss.FFFFFFFK", CultureInfo.InvariantCulture);
        }
        return value.ToString("R", CultureInfo.InvariantCulture);
    }
}

/// <summary>A column of text that stores each distinct text once.</summary>
public sealed class TextColumn : TableColumn
{
    private readonly int[] _codes;

    /// <summary>Wraps texts.</summary>
    /// <param name="name">The column's name.</param>
    /// <param name="codes">One index into the levels per cell, or −1 for a missing value. The array is kept, not copied.</param>
    /// <param name="levels">The distinct texts.</param>
    public TextColumn(string name, int[] codes, IReadOnlyList<string> levels)
        : base(name, codes.AsSpan().Count(-1))
    {
        _codes = codes;
        Levels = levels;
    }

    /// <summary>One index into the levels per cell, or −1 for a missing value.</summary>
    public ReadOnlySpan<int> Codes => _codes;

    /// <summary>The distinct texts, in order of appearance.</summary>
    public IReadOnlyList<string> Levels { get; }

    /// <summary>Whether there were too many texts to keep, so that one level represents all later ones.</summary>
    public bool Overflows { get; init; }

    /// <inheritdoc/>
    public override int Count => _codes.Length;

    /// <inheritdoc/>
    public override string TypeName => "text";

    /// <inheritdoc/>
    public override bool IsMissing(int row) => _codes[row] < 0;

    /// <inheritdoc/>
    public override string Text(int row) => _codes[row] < 0 ? "" : Levels[_codes[row]];
}
