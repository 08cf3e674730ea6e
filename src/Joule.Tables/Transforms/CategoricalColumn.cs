namespace Joule.Tables;

/// <summary>
/// A column of levels, one-hot encoded: one number of the state per level, one for "none of these", and, if a training row has a missing
/// value, one for that. A level not seen in training counts as "none of these", and so does a missing value if none was seen.
/// </summary>
[Named("categorical", "levels, one number each")]
public sealed record CategoricalColumn : FittedColumn
{
    private readonly IReadOnlyList<string> _levels = [];
    private readonly Dictionary<string, int> _index = [];

    /// <summary>The levels kept, most frequent first.</summary>
    public required IReadOnlyList<string> Levels
    {
        get => _levels;
        init
        {
            _levels = value;
            _index = new Dictionary<string, int>(StringComparer.Ordinal);
            // A JSON reader that finds a level of the wrong type leaves null, and rejects the whole afterwards.
            for (int i = 0; i < value.Count; i++)
            {
                if (value[i] is { } level)
                    _index.TryAdd(level, i);
            }
        }
    }

    /// <inheritdoc/>
    public override int Width => Levels.Count + (Missing > 0 ? 2 : 1);

    /// <inheritdoc/>
    public override IReadOnlyList<string> StateNames =>
        [.. Levels.Select(level => $"{Name}={level}"), $"{Name} (none of these)", .. Missing > 0 ? (string[])[$"{Name} (missing)"] : []];

    /// <summary>
    /// Whether training rows had rare levels that were not kept, so that the model has learnt what "none of these" means. A level that it
    /// does not know is then no surprise.
    /// </summary>
    internal bool HasOtherLevels => Distinct > Levels.Count;

    /// <inheritdoc/>
    public override int MissingNumber => Missing > 0 ? Width - 1 : -1;

    /// <inheritdoc/>
    public override CellType Type => CellType.Text;

    /// <inheritdoc/>
    public override string Values
    {
        get
        {
            string shown = string.Join(", ", Levels.Take(4).Select(MessageText.Of));
            return Distinct > 4 ? $"{shown} … ({Distinct:N0} levels)" : shown;
        }
    }

    /// <inheritdoc/>
    public override string Transform => Missing > 0 ? "one number per level, and whether it is missing" : "one number per level";

    /// <inheritdoc/>
    public override CellNote Write(TableColumn column, int row, Span<float> state)
    {
        ArgumentNullException.ThrowIfNull(column);
        return Write(column.IsMissing(row) ? null : column.Text(row), state);
    }

    /// <summary>Writes the numbers of a level; null is a missing value.</summary>
    internal CellNote Write(string? text, Span<float> state)
    {
        state[..Width].Clear();
        if (text is null)
        {
            state[Width - 1] = 1; // the number for missing values, or else for "none of these"
            return Missing > 0 ? CellNote.None : CellNote.UnexpectedMissing;
        }
        bool isKnown = _index.TryGetValue(text, out int level);
        state[isKnown ? level : Levels.Count] = 1;
        return isKnown || HasOtherLevels ? CellNote.None : CellNote.UnknownLevel;
    }

    /// <inheritdoc/>
    public override string Cell(ReadOnlySpan<float> state)
    {
        int best = 0;
        for (int i = 1; i < Width; i++)
        {
            if (state[i] > state[best])
                best = i;
        }
        return best < Levels.Count ? Levels[best] : "";
    }

    /// <inheritdoc/>
    public override void Validate(ICollection<string> problems, string path)
    {
        base.Validate(problems, path);
        if (Levels.Count == 0 || _index.Count < Levels.Count)
            problems.Add($"{path}levels must have at least one text, without duplicates");
    }

    /// <inheritdoc/>
    public bool Equals(CategoricalColumn? other) => base.Equals(other) && Levels.SequenceEqual(other.Levels);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(base.GetHashCode(), Levels.Count);

    internal static CategoricalColumn Fit(ColumnFacts facts, string why)
    {
        int left = facts.Levels.Count - ColumnRules.MostLevels;
        return new CategoricalColumn
        {
            Name = facts.Column.Name,
            Why = left > 0 ? $"{why}; the {ColumnRules.MostLevels} most frequent of {facts.Levels.Count:N0} levels are kept" : why,
            Missing = facts.Missing,
            Distinct = facts.Distinct,
            Levels = [.. facts.Levels.Take(ColumnRules.MostLevels).Select(l => l.Text)],
        };
    }
}
