using Joule.Data;

namespace Joule.Tables;

/// <summary>How the rows of a table were read and split.</summary>
[Named("table", "how the rows of a table were read and split")]
public sealed record TableDataReport : DataReport
{
    /// <summary>The number of columns of the table, including the label.</summary>
    public int Columns { get; init; }

    /// <summary>The number of columns in the energy.</summary>
    public int Used { get; init; }

    /// <summary>The number of values in a state.</summary>
    public int Width { get; init; }

    /// <summary>The column with the rows' labels, or null.</summary>
    public string? Label { get; init; }

    /// <summary>The columns left out, each with the reason.</summary>
    public IReadOnlyList<string> LeftOut { get; init; } = [];

    /// <summary>What the test and validation rows contain that no training row did.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Warnings => Notes;

    /// <inheritdoc/>
    public override string Describe() =>
        $"{MessageText.Printable(Name)}: {Counted.Of(Rows, "row")} of {Counted.Of(Columns, "column")}, {Used:N0} "
            + $"in the energy as {Counted.Of(Width, "number")}; {Shares("row")}"
            + (Label is null ? "" : $"; label {MessageText.Of(Label)}")
            + (LeftOut.Count > 0 ? $"; left out: {MessageText.List(LeftOut)}" : "");

    internal static TableDataReport Of(TableDataOptions options, TableTransform transform, int train, TableStateSet test,
        TableStateSet? validation) => new()
        {
            Name = options.Source,
            Train = train,
            Test = test.Count,
            Validation = validation?.Count ?? 0,
            Columns = transform.Fitted.Count,
            Used = transform.Fitted.Count(c => c.Width > 0),
            Width = transform.Space.Width,
            Label = transform.Label,
            LeftOut =
            [
                .. transform.Fitted
                    .Where(column => column is LeftOutColumn and not LabelColumn)
                    .Select(column => $"{MessageText.Of(column.Name)} ({column.Kind}: {column.Why})"),
            ],
            Notes =
            [
                .. test.Notes.Select(note => $"the test rows: {note}"),
                .. (validation?.Notes ?? []).Select(note => $"the validation rows: {note}"),
            ],
        };
}
