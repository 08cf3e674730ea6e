using System.Text.Json.Nodes;
using Joule.Compute;
using Joule.Data;

namespace Joule.Tables;

/// <summary>Tables: CSV, TSV, Parquet and NumPy files, whose columns are recognised and fitted on the training rows.</summary>
[Named("table", "a table: .csv, .tsv, .parquet, .npy with two dimensions, or .npz with X and y")]
public sealed record TableDataOptions : DataOptions, IOptionRules
{
    /// <summary>A table with the test rows; null: a share of the rows is drawn by the seed.</summary>
    public string? Test { get; init; }

    /// <summary>The share of the rows that is drawn to test with where <see cref="Test"/> is null, above 0 and below 1.</summary>
    [Above(0), Below(1)]
    public double TestShare { get; init; } = 0.2;

    /// <summary>
    /// The column that labels rows: it is kept out of the energy and used in evaluation. Null: <c>y</c> of an .npz file, else none.
    /// </summary>
    public string? Label { get; init; }

    /// <summary>
    /// What columns are, by name: <c>numeric</c>, a scaling (<c>standard</c>, <c>robust</c>, <c>quantile</c>), <c>categorical</c> or
    /// <c>ignore</c>. Of others the rules decide.
    /// </summary>
    public IReadOnlyDictionary<string, string> Columns { get; init; } = new SortedDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>
    /// What separates the cells of a text file: one character, or <c>tab</c>. Null: by the file's name, a comma for .csv, a tab for .tsv.
    /// </summary>
    public string? Separator { get; init; }

    /// <summary>Whether the first line of a text file names the columns. False: they are called c0, c1, ….</summary>
    public bool Header { get; init; } = true;

    /// <summary>Whether double quotes in a text file enclose a cell. False: they are text.</summary>
    public bool Quotes { get; init; } = true;

    /// <summary>What stands before the fraction of a number in a text file: <c>.</c> or <c>,</c>.</summary>
    public string Decimal { get; init; } = ".";

    /// <summary>The texts that stand for a missing value, in any letter case.</summary>
    public IReadOnlyList<string> Missing { get; init; } = TableReading.MissingTexts;

    /// <summary>How files are read.</summary>
    public TableReading ToReading() => new()
    {
        Separator = Separator switch { null => null, "tab" => '\t', _ => Separator[0] },
        Header = Header,
        Quotes = Quotes,
        Decimal = Decimal[0],
        Missing = Missing,
    };

    /// <inheritdoc/>
    public override DataSets Open(DataRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        TableTransform? model = request.Transform as TableTransform;
        if (model is null && request.Transform is not null)
            throw new ArgumentException("The transform is not one of tables.", nameof(request));
        TableFitting fitting = new() { Columns = Columns, Label = Label };
        TableReading reading = ToReading();
        Table table = TableFile.Read(Source, model?.Reading(reading) ?? fitting.Reading(reading));
        int[] train = [.. Enumerable.Range(0, table.RowCount)], test = [], validation = [];
        if (Test is null)
            (train, test) = Draw(table, train, TestShare, "test", 2, request.Seed);
        if (ValidationShare > 0)
            (train, validation) = Draw(table, train, ValidationShare, "validation", 3, request.Seed);
        TableTransform transform = model ?? TableTransform.Fit(table, train, fitting).With(reading);
        TableStateSet tested = Test is null ? transform.Apply(table, test, "test")
            : transform.Apply(TableFile.Read(Test, transform.Reading(reading)), null, "test");
        TableStateSet? validated = validation.Length > 0 ? transform.Apply(table, validation, "validation") : null;
        TableDataReport report = TableDataReport.Of(this, transform, train.Length, tested, validated) with
        {
            TestSeed = Test is null ? request.Seed : null,
            ValidationSeed = validated is null ? null : request.Seed,
        };
        return new DataSets(transform.Apply(table, train, "train"), tested, validated, transform, report);
    }

    /// <inheritdoc/>
    public override DataTransform Restore(JsonObject fitted, string source) => TableTransform.FromJson(fitted, source).With(ToReading());

    /// <inheritdoc/>
    public override DataOptions FromAnyFolder() =>
        (TableDataOptions)base.FromAnyFolder() with { Test = string.IsNullOrEmpty(Test) || !Path.Exists(Test) ? Test
            : Path.GetFullPath(Test) };

    /// <inheritdoc/>
    public void Validate(ICollection<string> problems, string path)
    {
        ArgumentNullException.ThrowIfNull(problems);
        if (Separator is not null && Separator != "tab"
            && (Separator.Length != 1 || Separator[0] is '"' or '\n' or '\r' or '\0' || char.IsSurrogate(Separator[0])))
            problems.Add($"{path}separator is \"{MessageText.Of(Separator)}\"; it must be one character that is no quote and no line "
                + $"end, or tab, or null");
        if (Decimal is not ("." or ","))
            problems.Add($"{path}decimal is \"{MessageText.Of(Decimal)}\"; it must be . or ,");
        else if (Decimal == Separator)
            problems.Add($"{path}decimal and {path}separator are both ,; they must differ");
        if (Test is not null && string.IsNullOrWhiteSpace(Test))
            problems.Add($"{path}test is empty; it must name a table, or be null");
        new TableFitting { Columns = Columns, Label = Label }.Validate(problems, path);
    }

    // The first of a permutation; what is drawn and what is left keep their order.
    private static (int[] Left, int[] Drawn) Draw(Table table, int[] rows, double share, string what, ulong step, ulong seed)
    {
        int count = Math.Max(1, (int)Math.Round(share * rows.Length));
        if (count > rows.Length - 2)
        {
            throw new InvalidInputException($"{MessageText.Printable(table.Name)}: of {Counted.Of(rows.Length, "row")} {count} would be "
                + $"drawn as {what} rows, and fewer than 2 would be left to learn from. "
                + $"Add rows, or make data.{what}_share smaller.");
        }
        int[] order = new int[rows.Length];
        new RandomStream(seed, RandomPurpose.DataSplit, step).FillPermutation(order, 0);
        order.AsSpan(0, count).Sort();
        order.AsSpan(count).Sort();
        return ([.. order[count..].Select(i => rows[i])], [.. order[..count].Select(i => rows[i])]);
    }
}
