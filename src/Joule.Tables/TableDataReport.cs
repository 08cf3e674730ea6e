using Joule.Data;

namespace Joule.Tables;

/// <summary>How the rows of a table were read and shared out.</summary>
[Named("table", "how the rows of a table were read and shared out")]
public sealed record TableDataReport : DataReport
{
    /// <summary>Columns of the table, the label too.</summary>
    public int Columns { get; init; }

    /// <summary>Columns that are part of the energy.</summary>
    public int Used { get; init; }

    /// <summary>Numbers of a state.</summary>
    public int Width { get; init; }

    /// <summary>The column that labels rows, or null.</summary>
    public string? Label { get; init; }

    /// <summary>Columns that are left out, each with the reason.</summary>
    public IReadOnlyList<string> LeftOut { get; init; } = [];

    /// <summary>What the test and validation rows have that no training row had.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Warnings => Notes;

    /// <inheritdoc/>
    public override string Describe() =>
        $"{MessageText.Printable(Name)}: {Counted.Of(Train + Test + Validation, "row")} of {Counted.Of(Columns, "column")}, {Used:N0} "
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
        LeftOut = [.. transform.Fitted.Where(c => c is LeftOutColumn and not LabelColumn).Select(c => $"{MessageText.Of(c.Name)} "
            + $"({c.Kind}: {c.Why})")],
        Notes = [.. test.Notes.Select(note => $"the test rows: {note}"),
            .. (validation?.Notes ?? []).Select(note => $"the validation rows: {note}")],
    };
}
