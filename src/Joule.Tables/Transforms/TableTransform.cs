using System.Text.Json.Nodes;
using Joule.Data;
using Joule.States;

namespace Joule.Tables;

/// <summary>
/// What turns rows of a table into states and back, fitted on the training rows. A model keeps it, so that a scorer takes the raw file,
/// puts its columns in order by
/// name, and refuses one whose columns are missing, renamed or of another type.
/// </summary>
public sealed class TableTransform : DataTransform
{
    private const int PartsOfColumn = 32;
    private const int MostParts = 45_000;
    private readonly string[] _stateNames;
    private readonly TableReading _reading;

    private TableTransform(IReadOnlyList<FittedColumn> columns, TableReading? reading = null)
    {
        Fitted = columns;
        _reading = reading ?? new TableReading();
        _stateNames = [.. columns.SelectMany(c => c.StateNames)];
        Space = StateSpace.Real(Shape.Vector(_stateNames.Length));
    }

    /// <summary>The columns of the training table, in its order, those left out too.</summary>
    public IReadOnlyList<FittedColumn> Fitted { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<TransformColumn> Columns => field ??= [.. Described()];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Extensions => [".csv", ".tsv"];

    /// <inheritdoc/>
    public override StateSpace Space { get; }

    /// <summary>Names of a state's numbers.</summary>
    public IReadOnlyList<string> StateNames => _stateNames;

    /// <summary>The name of the column that labels rows, or null.</summary>
    public string? Label => Fitted.OfType<LabelColumn>().FirstOrDefault()?.Name;

    /// <summary>Recognises the columns of a table and fits their transforms.</summary>
    /// <param name="table">The table; read with <see cref="TableFitting.Reading"/>.</param>
    /// <param name="rows">The training rows.</param>
    /// <param name="fitting">What the user says of the columns.</param>
    /// <exception cref="InvalidInputException">A column that is named is not there or cannot be what it is said to be, or no column is
    /// left.</exception>
    public static TableTransform Fit(Table table, int[] rows, TableFitting fitting)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(fitting);
        string[] names = [.. table.Columns.Select(c => c.Name), .. table.Skipped];
        fitting.CheckNames(table.Name, names);
        string? label = fitting.Label ?? table.LabelName;
        List<FittedColumn> columns = [];
        foreach (TableColumn column in table.Columns)
        {
            ColumnFacts facts = ColumnFacts.Of(column, rows);
            columns.Add(column.Name == label
                ? new LabelColumn { Name = label, Why = fitting.Label is null ? "the file's labels" : "you said so",
                    Missing = facts.Missing, Distinct = facts.Distinct }
                : ColumnRules.Fit(facts, fitting.Columns.GetValueOrDefault(column.Name)));
        }
        columns.AddRange(table.Skipped.Select(name => new IgnoredColumn { Name = name, Why = "you said so" }));
        if (columns.All(c => c.Width == 0))
        {
            throw new InvalidInputException($"{MessageText.Printable(table.Name)}: no column is left for the energy: "
                + $"{MessageText.List([.. columns.Select(c => $"\"{MessageText.Of(c.Name)}\" is {c.Kind} ({c.Why})")])}. Say of one "
                    + $"what it is, for example --set data.columns.NAME=numeric.");
        }
        // A model keeps every column and every level; its description may have so many values.
        int parts = columns.Sum(c => PartsOfColumn + (c is CategoricalColumn levels ? levels.Levels.Count : 0));
        if (parts > MostParts)
        {
            throw new InvalidInputException($"{MessageText.Printable(table.Name)}: {columns.Count:N0} columns are too many for a model "
                + $"to keep. "
                + $"Of columns without levels {MostParts / PartsOfColumn:N0} are the most. Choose the columns that matter, and save "
                    + $"those.");
        }
        return new TableTransform(columns);
    }

    /// <summary>How a file is read for this transform: columns of the model as their type, all others not at all.</summary>
    /// <param name="reading">How it is read otherwise.</param>
    public TableReading Reading(TableReading reading)
    {
        ArgumentNullException.ThrowIfNull(reading);
        Dictionary<string, CellType> types = Fitted.ToDictionary(c => c.Name, c => c is IdentifierColumn ? CellType.Text : c.Width > 0
            || c is LabelColumn ? c.Type : CellType.Skipped);
        return reading with { TypeOf = name => types.GetValueOrDefault(name, CellType.Skipped) };
    }

    /// <summary>Rows of a table as states.</summary>
    /// <param name="table">A table with the columns of the energy, in any order; others do not matter.</param>
    /// <param name="rows">Which rows; null: all.</param>
    /// <param name="name">What messages call the set; null: as the table.</param>
    /// <exception cref="InvalidInputException">A column is missing or of another type.</exception>
    public TableStateSet Apply(Table table, int[]? rows = null, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(table);
        return TableStateSet.Make(this, table, Match(table), rows ?? [.. Enumerable.Range(0, table.RowCount)], name ?? table.Name);
    }

    /// <summary>The rows of a table that states stand for, cell by cell, in the order of <see cref="Fitted"/>.</summary>
    /// <param name="state">A state.</param>
    public IReadOnlyList<string> Row(ReadOnlySpan<float> state)
    {
        string[] cells = new string[Fitted.Count];
        int at = 0;
        for (int i = 0; i < cells.Length; i++)
        {
            cells[i] = Fitted[i].Cell(state.Slice(at, Fitted[i].Width));
            at += Fitted[i].Width;
        }
        return cells;
    }

    /// <summary>The same transform for files that are read in a way of their own.</summary>
    /// <param name="reading">How files are read.</param>
    public TableTransform With(TableReading reading) => new(Fitted, reading);

    /// <inheritdoc/>
    public override StateSet Open(string source, DataRequest request) => Apply(TableFile.Read(source, Reading(_reading)));

    /// <inheritdoc/>
    /// <remarks>All rows are test rows; as the file is none of the training, they stand for training rows too.</remarks>
    public override DataSets OpenSets(string source, double validationShare, DataRequest request)
    {
        TableStateSet all = Apply(TableFile.Read(source, Reading(_reading)));
        return new DataSets(all, all, null, this, TableDataReport.Of(new TableDataOptions { Source = source }, this, 0, all, null));
    }

    /// <inheritdoc/>
    public override string? Write(string path, ReadOnlySpan<float> states, int count)
    {
        char separator = TableFile.SeparatorOf(path)
            ?? throw new InvalidInputException($"{path}: rows are written as .csv or .tsv. Give the file such a name.");
        List<IReadOnlyList<string>> rows = [[.. Fitted.Select(c => c.Name)]];
        for (int i = 0; i < count; i++)
            rows.Add(Row(states.Slice(i * Space.Width, Space.Width)));
        AtomicFile.Write(path, stream => DelimitedText.Write(stream, separator, rows));
        return null;
    }

    /// <inheritdoc/>
    public override JsonObject ToJson() => new() { ["columns"] = new JsonArray([.. Fitted.Select(OptionsJson.Write)]) };

    /// <summary>Restores what was fitted.</summary>
    /// <param name="json">What <see cref="ToJson"/> gave.</param>
    /// <param name="source">What messages call it.</param>
    /// <exception cref="InvalidInputException">It is no such thing; every problem is listed.</exception>
    public static TableTransform FromJson(JsonNode? json, string source)
    {
        FittedTable fitted = OptionsJson.Read<FittedTable>(json, source);
        List<string> problems = [];
        for (int i = 0; i < fitted.Columns.Count; i++)
            fitted.Columns[i].Validate(problems, $"columns.{i}.");
        if (fitted.Columns.DistinctBy(c => c.Name).Count() < fitted.Columns.Count)
            problems.Add("columns has two of one name");
        long width = fitted.Columns.Sum(c => (long)c.Width);
        if (width is < 1 or > int.MaxValue)
            problems.Add($"columns give states of {width} numbers; at least 1 is needed");
        if (problems.Count > 0)
            throw InvalidInputException.Options(source, problems);
        return new TableTransform(fitted.Columns);
    }

    private IEnumerable<TransformColumn> Described()
    {
        int first = 0;
        foreach (FittedColumn column in Fitted)
        {
            yield return new TransformColumn(column.Name, column.Kind, column.Why, column.Missing, column.Values, column.Transform, first,
                column.Width);
            first += column.Width;
        }
    }

    // The table's column for each of the model's; null for what is left out and is not there.
    private TableColumn?[] Match(Table table)
    {
        string[] unused = [.. table.Columns.Select(c => c.Name).Concat(table.Skipped).Except(Fitted.Select(c => c.Name))];
        List<string> problems = [];
        TableColumn?[] matched = new TableColumn?[Fitted.Count];
        for (int i = 0; i < matched.Length; i++)
        {
            FittedColumn column = Fitted[i];
            matched[i] = table.Find(column.Name);
            if (column.Width == 0)
                continue;
            string shown = MessageText.Of(column.Name);
            if (matched[i] is null)
                problems.Add($"column \"{shown}\" is missing{(NearestName.Find(column.Name, unused) is { } near ? $" (did you mean "
                    + $"\"{MessageText.Of(near)}\", which the file has?)" : "")}");
            else if (column.Type == CellType.Number != matched[i] is NumberColumn)
                problems.Add($"column \"{shown}\" holds {matched[i]!.TypeName}, and the model's holds "
                    + $"{(column.Type == CellType.Number ? "numbers" : "text")}");
        }
        if (problems.Count == 0)
            return matched;
        string[] has = [.. table.Columns.Select(c => c.Name).Concat(table.Skipped).Select(name => $"\"{MessageText.Of(name)}\"")];
        throw InvalidInputException.At(table.Name, 0, $"the columns are not those of the model: {MessageText.List(problems)}. "
            + $"The file has {MessageText.List(has)}. Rename or add the columns.");
    }

    /// <summary>What a model keeps.</summary>
    internal sealed record FittedTable
    {
        /// <summary>The columns.</summary>
        public required IReadOnlyList<FittedColumn> Columns { get; init; }
    }
}
