namespace Joule.Tables;

/// <summary>A column left out of the energy.</summary>
public abstract record LeftOutColumn : FittedColumn
{
    /// <inheritdoc/>
    public override int Width => 0;

    /// <inheritdoc/>
    public override IReadOnlyList<string> StateNames => [];

    /// <inheritdoc/>
    public override CellType Type => CellType.Automatic;

    /// <inheritdoc/>
    public override string Values => Distinct > 0 ? $"{Distinct:N0} different" : "";

    /// <inheritdoc/>
    public override string Transform => "left out";

    /// <inheritdoc/>
    public override CellNote Write(TableColumn column, int row, Span<float> state) => CellNote.None;

    /// <inheritdoc/>
    public override string Cell(ReadOnlySpan<float> state) => "";
}

/// <summary>A column with at most one distinct value.</summary>
[Named("constant", "one value in all training rows, or none")]
public sealed record ConstantColumn : LeftOutColumn
{
    /// <summary>The value as text, also written to samples; empty if there is none.</summary>
    public string Value { get; init; } = "";

    /// <inheritdoc/>
    public override string Values => Value.Length == 0 ? "" : $"\"{MessageText.Of(Value)}\"";

    /// <inheritdoc/>
    public override string Cell(ReadOnlySpan<float> state) => Value;

    internal static ConstantColumn Of(ColumnFacts facts) => new()
    {
        Name = facts.Column.Name,
        Why = facts.Missing == 0 ? "one value in all training rows" : "one value in all training rows that have one",
        Missing = facts.Missing,
        Distinct = 1,
        Value = facts.Levels[0].Text,
    };
}

/// <summary>A column that identifies rows; its values become row names.</summary>
[Named("identifier", "names or numbers of rows")]
public sealed record IdentifierColumn : LeftOutColumn;

/// <summary>A column that the user chose to leave out.</summary>
[Named("ignored", "left out because you said so")]
public sealed record IgnoredColumn : LeftOutColumn
{
    /// <inheritdoc/>
    public override CellType Type => CellType.Skipped;
}

/// <summary>The column with the rows' labels: kept out of the energy, used to evaluate it.</summary>
[Named("label", "kept out of the energy and used to evaluate it")]
public sealed record LabelColumn : LeftOutColumn
{
    /// <inheritdoc/>
    public override CellType Type => CellType.Text;
}
