using Joule.Data;

namespace Joule.Tables;

/// <summary>Reads the cells of one column of a stream, and says what is wrong with those that do not fit.</summary>
internal sealed class CellReader
{
    private const int Shown = 8;

    private readonly FittedColumn _column;
    private readonly CategoricalColumn? _levels;
    private readonly Dictionary<string, string> _known = new(StringComparer.Ordinal);
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _missing;
    private readonly int _longestMissing;
    private readonly char _point;
    private readonly bool _acceptsUnknown;
    private readonly bool _reportsMissing;
    private int _missingCount;
    private int _unknownCount;

    /// <summary>Prepares a column.</summary>
    /// <param name="column">A column with a place in the state.</param>
    /// <param name="reading">How text files are read.</param>
    /// <param name="options">Whether unknown levels are accepted, and missing values reported.</param>
    public CellReader(FittedColumn column, TableReading reading, RowStreamOptions options)
    {
        (_column, _levels, _acceptsUnknown) = (column, column as CategoricalColumn, options.AcceptUnknown);
        _reportsMissing = column.Missing == 0 && !options.IntegratesMissing;
        foreach (string level in _levels?.Levels ?? [])
            _known.TryAdd(level, level);
        _missing = new HashSet<string>(reading.Missing, StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();
        _longestMissing = reading.Missing.Count == 0 ? -1 : reading.Missing.Max(text => text.Length);
        _point = reading.Decimal;
    }

    /// <summary>Warnings about accepted cells; empty if there is nothing to say.</summary>
    public IEnumerable<string> Notes
    {
        get
        {
            if (_missingCount > 0)
                yield return TableNotes.Missing(_column, _missingCount);
            if (_unknownCount > 0)
                yield return TableNotes.Unknown(_column, _unknownCount);
        }
    }

    /// <summary>Reads a cell of a text file.</summary>
    /// <returns>What is wrong with it; null if it fits.</returns>
    public string? Read(ReadOnlySpan<char> text, out RowCell cell)
    {
        if (IsMissing(text))
            return Missing(out cell);
        if (_levels is not null)
            return Level(text, out cell);
        cell = default;
        if (CellNumber.TryParse(text, _point, out double value))
            return Number(value, text, out cell);
        string shown = MessageText.Of(text.ToString());
        return _point == '.' && CellNumber.HasComma(text)
            ? $"\"{shown}\" is a number with a comma. Write numbers with a decimal point (3.5) and without thousands separators"
            : $"\"{shown}\" is not a number, but the model's column holds numbers. Correct the cell; or, if it means a missing value, "
                + "leave it empty";
    }

    /// <summary>Whether a cell of a text file means a missing value.</summary>
    public bool IsMissing(ReadOnlySpan<char> text)
    {
        // Spaces around a cell were cut; those within quotes count, but not here.
        text = text.Trim(' ');
        return text.Length <= _longestMissing && _missing.Contains(text);
    }

    /// <summary>Reads a number.</summary>
    /// <param name="value">The number.</param>
    /// <param name="text">Its text, for the error.</param>
    /// <param name="cell">Receives the cell.</param>
    /// <inheritdoc cref="Read"/>
    public string? Number(double value, ReadOnlySpan<char> text, out RowCell cell)
    {
        cell = value;
        if (!double.IsFinite(value))
        {
            return $"the value {MessageText.Of(text.ToString())} is not finite; an energy needs finite numbers. Correct it, or give no "
                + "value";
        }
        return _levels is null ? null : Level(NumberColumn.TextOf(value, NumberFormat.Real), out cell);
    }

    /// <summary>Reads a text that is not a cell of a text file, so that no text means a number or a missing value.</summary>
    /// <inheritdoc cref="Read"/>
    public string? Text(ReadOnlySpan<char> text, out RowCell cell)
    {
        if (_levels is not null)
            return Level(text, out cell);
        cell = default;
        return $"\"{MessageText.Of(text.ToString())}\" is a text, but the model's column holds numbers. Give a number, or null for a "
            + "missing value";
    }

    /// <summary>Counts a missing value.</summary>
    /// <inheritdoc cref="Read"/>
    public string? Missing(out RowCell cell)
    {
        cell = RowCell.Missing;
        _missingCount += _reportsMissing ? 1 : 0;
        return null;
    }

    private string? Level(ReadOnlySpan<char> text, out RowCell cell)
    {
        bool isKnown = _known.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text, out string? level);
        cell = level ?? text.ToString();
        if (isKnown || _levels!.HasOtherLevels)
            return null;
        if (_acceptsUnknown)
        {
            _unknownCount++;
            return null;
        }
        return $"\"{MessageText.Of(text.ToString())}\" is a level that the model does not know. It knows {Levels()}. Give one of these, or "
            + "accept unknown levels: --accept-unknown";
    }

    private string Levels() => string.Join(", ", _levels!.Levels.Take(Shown).Select(l => $"\"{MessageText.Of(l)}\""))
        + (_levels.Levels.Count > Shown ? $" and {_levels.Levels.Count - Shown} more" : "");
}
