using System.Text.Json.Nodes;
using Joule.Compute;
using Joule.Data;

namespace Joule.Tables;

/// <summary>Tables: CSV, TSV, Parquet and NumPy files. Column kinds are detected and transforms fitted on the training rows.</summary>
[Named("table", "a table: .csv, .tsv, .parquet, .npy with two dimensions, or .npz with X and y")]
public sealed record TableDataOptions : DataOptions, IOptionRules
{
    /// <summary>A table with the test rows. Null: the seed draws a share of the rows.</summary>
    [NotEmpty("the path of a table")]
    public string? Test { get; init; }

    /// <summary>The share of the rows drawn for testing if <see cref="Test"/> is null.</summary>
    [Above(0), Below(1)]
    public double TestShare { get; init; } = 0.2;

    /// <summary>
    /// The column with the rows' labels, kept out of the energy and used in evaluation. Null: <c>y</c> of an .npz file, otherwise none.
    /// </summary>
    public string? Label { get; init; }

    /// <summary>
    /// Column kinds by name: <c>numeric</c>, a scaling (<c>standard</c>, <c>linear</c>, <c>robust</c>, <c>quantile</c>),
    /// <c>categorical</c> or <c>ignore</c>. The kinds of other columns are detected.
    /// </summary>
    public IReadOnlyDictionary<string, string> Columns { get; init; } = new SortedDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>
    /// The scaling of number columns that <see cref="Columns"/> does not name: <c>standard</c>, <c>linear</c>, <c>robust</c> or
    /// <c>quantile</c>. Null: <c>quantile</c> for columns with heavy tails, otherwise <c>standard</c>.
    /// </summary>
    public string? Scaling { get; init; }

    /// <summary>
    /// The separator of the cells in a text file: one character, or <c>tab</c>. Null: a comma for .csv, a tab for .tsv.
    /// </summary>
    public string? Separator { get; init; }

    /// <summary>Whether the first line of a text file names the columns. If not, they are called c0, c1, ….</summary>
    public bool Header { get; init; } = true;

    /// <summary>Whether double quotes in a text file enclose a cell. If not, they are text.</summary>
    public bool Quotes { get; init; } = true;

    /// <summary>The decimal separator of numbers in a text file: <c>.</c> or <c>,</c>.</summary>
    public string Decimal { get; init; } = ".";

    /// <summary>Texts that mean a missing value, in any letter case.</summary>
    public IReadOnlyList<string> Missing { get; init; } = TableReading.MissingTexts;

    /// <summary>The options for reading files.</summary>
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
            throw new ArgumentException("The transform is not a table transform.", nameof(request));
        TableFitting fitting = new() { Columns = Columns, Label = Label, Scaling = Scaling };
        TableReading reading = ToReading();
        Table table = TableFile.Read(Source, model?.Reading(reading) ?? fitting.Reading(reading));
        int[] train = [.. Enumerable.Range(0, table.RowCount)], test = [], validation = [];
        if (Test is null)
            (train, test) = Draw(table, train, TestShare, "test", 2, request.Seed);
        if (ValidationShare > 0)
            (train, validation) = Draw(table, train, ValidationShare, "validation", 3, request.Seed);
        int[] kept = [];
        if (CalibrationShare > 0)
        {
            (int[] left, int[] drawn) = CalibrationRows.Draw(train.Length, CalibrationShare, request.Seed, table.Name, "row");
            (train, kept) = ([.. left.Select(i => train[i])], [.. drawn.Select(i => train[i])]);
        }
        TableTransform transform = (model?.Profiled(table, train) ?? TableTransform.Fit(table, train, fitting)).With(reading);
        TableStateSet tested = Test is null ? transform.Apply(table, test, "test")
            : transform.Apply(TableFile.Read(Test, transform.Reading(reading)), null, "test");
        TableStateSet? validated = validation.Length > 0 ? transform.Apply(table, validation, "validation") : null;
        TableDataReport report = TableDataReport.Of(this, transform, train.Length, tested, validated) with
        {
            TestSeed = Test is null ? request.Seed : null,
            ValidationSeed = validated is null ? null : request.Seed,
            Calibration = kept.Length,
            CalibrationSeed = kept.Length > 0 ? request.Seed : null,
        };
        return new DataSets(transform.Apply(table, train, "train"), tested, validated, transform, report)
        {
            Calibration = kept.Length > 0 ? transform.Apply(table, kept, "calibration") : null,
            Counts = model?.Count(table, train) ?? [],
        }.CalibratedBy(this, request);
    }

    /// <inheritdoc/>
    public override DataTransform Restore(JsonObject fitted, string source) => TableTransform.FromJson(fitted, source).With(ToReading());

    /// <inheritdoc/>
    public override DataOptions FromAnyFolder() =>
        (TableDataOptions)base.FromAnyFolder() with
        {
            Test = string.IsNullOrEmpty(Test) || !Path.Exists(Test) ? Test : Path.GetFullPath(Test),
        };

    /// <inheritdoc/>
    public void Validate(ICollection<string> problems, string path)
    {
        ArgumentNullException.ThrowIfNull(problems);
        if (Separator is not null && Separator != "tab"
            && (Separator.Length != 1 || Separator[0] is '"' or '\n' or '\r' or '\0' || char.IsSurrogate(Separator[0])))
        {
            problems.Add($"{path}separator is \"{MessageText.Of(Separator)}\"; it must be one character other than a quote or a line "
                + "end, or tab, or null");
        }
        if (Decimal is not ("." or ","))
            problems.Add($"{path}decimal is \"{MessageText.Of(Decimal)}\"; it must be . or ,");
        else if (Decimal == Separator)
            problems.Add($"{path}decimal and {path}separator are both ,; they must differ");
        new TableFitting { Columns = Columns, Label = Label, Scaling = Scaling }.Validate(problems, path);
    }

    private static (int[] Left, int[] Drawn) Draw(Table table, int[] rows, double share, string what, ulong step, ulong seed)
    {
        int count = Math.Max(1, (int)Math.Round(share * rows.Length));
        if (count > rows.Length - 2)
        {
            throw new InvalidInputException($"{MessageText.Printable(table.Name)}: {count} of {Counted.Of(rows.Length, "row")} would be "
                + $"drawn as {what} rows, leaving fewer than 2 to learn from. Add rows, or make data.{what}_share smaller.");
        }
        (int[] left, int[] drawn) = DrawnRows.Of(new RandomStream(seed, RandomPurpose.DataSplit, step), rows.Length, count);
        return ([.. left.Select(i => rows[i])], [.. drawn.Select(i => rows[i])]);
    }
}
