using System.Text.Json.Nodes;
using Joule.Data;
using Joule.States;

namespace Joule.Tables;

/// <summary>
/// Converts rows of a table to states and back, fitted on the training rows. It is saved in the model, so that scoring takes a raw file,
/// matches its columns by name, and rejects a file whose columns are missing, renamed or of another type.
/// </summary>
public sealed class TableTransform : DataTransform, IRowTransform
{
    private const int PartsOfColumn = 32;
    private const int MostParts = 45_000;
    private const int MostText = 6 << 20; // characters: a file's description has at most twice as many
    private readonly string[] _stateNames;
    private readonly TableReading _reading;

    private TableTransform(IReadOnlyList<FittedColumn> columns, TableProfile? profile, TableReading? reading = null)
    {
        Fitted = columns;
        Profile = profile;
        _reading = reading ?? new TableReading();
        _stateNames = [.. columns.SelectMany(c => c.StateNames)];
        Space = StateSpace.Real(Shape.Vector(_stateNames.Length));
    }

    /// <summary>The columns of the training table, in its order, including those left out.</summary>
    public IReadOnlyList<FittedColumn> Fitted { get; }

    /// <summary>The distribution of the columns of the energy in the training rows; null: the model is of an earlier version.</summary>
    public TableProfile? Profile { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<ColumnProfile> Profiles => field ??= Profile?.Read(Used(Fitted)) ?? [];

    /// <inheritdoc/>
    public override IReadOnlyList<TransformColumn> Columns => field ??= [.. Described()];

    /// <inheritdoc/>
    public override IReadOnlyList<StateColumn> StateColumns => field ??= [.. Columns.Where(c => c.Width > 0).Select(c =>
        new StateColumn(c.First, c.Width, Find(c.Name) is CategoricalColumn levels ? levels.Levels.Count : 0, c.Name))];

    /// <inheritdoc/>
    /// <remarks>Unlike the cell of a sample, a number may lie outside the range of the training rows.</remarks>
    public override string ValueOf(StateColumn column, ReadOnlySpan<float> state)
    {
        ReadOnlySpan<float> numbers = state.Slice(column.First, column.Width);
        FittedColumn fitted = Find(column.Name);
        if (fitted.MissingNumber >= 0 && numbers[fitted.MissingNumber] > 0.5f)
            return "missing";
        if (fitted is NumericColumn numeric)
            return (numeric with { Low = double.NegativeInfinity, High = double.PositiveInfinity }).Cell(numbers);
        return column.LevelOf(state) < column.Levels ? fitted.Cell(numbers) : "none of the known levels";
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> RowColumns => field ??= [.. Fitted.Where(c => c.Width > 0).Select(c => c.Name)];

    /// <inheritdoc/>
    public override IReadOnlyList<string> Extensions => [".csv", ".tsv"];

    /// <inheritdoc/>
    public override StateSpace Space { get; }

    /// <summary>The names of a state's numbers.</summary>
    public IReadOnlyList<string> StateNames => _stateNames;

    /// <summary>The name of the label column, or null.</summary>
    public string? Label => Fitted.OfType<LabelColumn>().FirstOrDefault()?.Name;

    /// <summary>Detects the kinds of a table's columns and fits their transforms.</summary>
    /// <param name="table">The table, read with the options of <see cref="TableFitting.Reading"/>.</param>
    /// <param name="rows">The training rows.</param>
    /// <param name="fitting">The user's choices for the columns.</param>
    /// <exception cref="InvalidInputException">
    /// A column named by the user is missing or does not fit the choice, or no column is left for the energy.
    /// </exception>
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
                ? new LabelColumn
                {
                    Name = label,
                    Why = fitting.Label is null ? "the file's labels" : "you said so",
                    Missing = facts.Missing,
                    Distinct = facts.Distinct
                }
                : ColumnRules.Fit(facts, fitting.Columns.GetValueOrDefault(column.Name), fitting.Scaling));
        }
        columns.AddRange(table.Skipped.Select(name => new IgnoredColumn { Name = name, Why = "you said so" }));
        if (columns.All(c => c.Width == 0))
        {
            throw new InvalidInputException($"{MessageText.Printable(table.Name)}: no column is left for the energy: "
                + $"{MessageText.List([.. columns.Select(c => $"\"{MessageText.Of(c.Name)}\" is {c.Kind} ({c.Why})")])}. Set the kind of "
                + "one, for example --set data.columns.NAME=numeric.");
        }
        // A model's description keeps every column and level, and its size is limited.
        int parts = columns.Sum(c => PartsOfColumn + (c is CategoricalColumn levels ? levels.Levels.Count : 0));
        if (parts > MostParts)
        {
            throw new InvalidInputException($"{MessageText.Printable(table.Name)}: {columns.Count:N0} columns are too many for a model; "
                + $"the limit is {MostParts / PartsOfColumn:N0} columns without levels, and fewer with levels. "
                + "Save a table with only the columns that matter.");
        }
        TableProfile profile = TableProfile.Of(Used(columns), [.. Used(columns).Select(c => table.Find(c.Name)!)], rows);
        TableTransform transform = new(columns, profile);
        int length = transform.ToJson().ToJsonString().Length;
        if (length > MostText)
        {
            throw new InvalidInputException($"{MessageText.Printable(table.Name)}: the description of {columns.Count:N0} columns takes "
                + $"{length:N0} characters; a model keeps at most {MostText:N0}. Columns with heavy tails and long levels take most: set "
                + "another scaling, for example --set data.scaling=robust, or leave columns out.");
        }
        return transform;
    }

    /// <summary>Options that read the columns of the model as their types, and skip all others.</summary>
    /// <param name="reading">All other options.</param>
    public TableReading Reading(TableReading reading)
    {
        ArgumentNullException.ThrowIfNull(reading);
        Dictionary<string, CellType> types = Fitted.ToDictionary(
            column => column.Name,
            column => column is IdentifierColumn ? CellType.Text
                : column.Width > 0 || column is LabelColumn ? column.Type
                : CellType.Skipped);
        return reading with { TypeOf = name => types.GetValueOrDefault(name, CellType.Skipped) };
    }

    /// <summary>How the training data were read.</summary>
    internal TableReading Reading() => _reading;

    /// <summary>Converts rows of a table to states.</summary>
    /// <param name="table">A table with the columns of the energy, in any order. Other columns are ignored.</param>
    /// <param name="rows">The rows to convert; null for all.</param>
    /// <param name="name">The name of the set in messages; null for the table's name.</param>
    /// <param name="integratesMissing">Whether missing values are integrated over later, so that they need no warning.</param>
    /// <exception cref="InvalidInputException">A column is missing or of another type.</exception>
    public TableStateSet Apply(Table table, int[]? rows = null, string? name = null, bool integratesMissing = false)
    {
        ArgumentNullException.ThrowIfNull(table);
        return TableStateSet.Make(
            this, table, Match(table), rows ?? [.. Enumerable.Range(0, table.RowCount)], name ?? table.Name, integratesMissing);
    }

    /// <inheritdoc/>
    public void Read(ReadOnlySpan<RowCell> cells, Span<float> state, bool acceptsUnknown) => Read(cells, state, [], acceptsUnknown);

    /// <inheritdoc/>
    public bool ReadKnown(ReadOnlySpan<RowCell> cells, Span<float> state, Span<bool> isMissing, bool acceptsUnknown)
    {
        isMissing = isMissing[..Space.Width];
        isMissing.Clear();
        Read(cells, state, isMissing, acceptsUnknown);
        return isMissing.Contains(true);
    }

    private void Read(ReadOnlySpan<RowCell> cells, Span<float> state, Span<bool> isMissing, bool acceptsUnknown)
    {
        if (cells.Length != RowColumns.Count)
        {
            throw new InvalidInputException($"The row has {Counted.Of(cells.Length, "cell")}, but the model has "
                + $"{Counted.Of(RowColumns.Count, "column")}: {MessageText.List([.. RowColumns.Select(n => $"\"{MessageText.Of(n)}\"")])}. "
                + "Give one value for each.");
        }
        int at = 0, cell = 0;
        for (int c = 0; c < Fitted.Count; c++)
        {
            FittedColumn column = Fitted[c];
            if (column.Width == 0)
                continue;
            bool marks = isMissing.Length > 0 && cells[cell].IsMissing;
            RowColumnReader.Read(column, cells[cell++], state.Slice(at, column.Width), acceptsUnknown || marks);
            if (marks)
                column.Mark(state[at..], isMissing[at..]);
            at += column.Width;
        }
    }

    /// <summary>Converts a state to the cells of a table row, in the order of <see cref="Fitted"/>.</summary>
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

    /// <summary>The same transform with other options for reading files.</summary>
    /// <param name="reading">The options.</param>
    public TableTransform With(TableReading reading) => new(Fitted, Profile, reading);

    /// <summary>The same transform with the profile of other training rows.</summary>
    /// <param name="table">A table with the columns of the energy.</param>
    /// <param name="rows">The training rows.</param>
    /// <exception cref="InvalidInputException">A column is missing or of another type.</exception>
    internal TableTransform Profiled(Table table, int[] rows) =>
        new(Fitted, TableProfile.Of(Used(Fitted), UsedOf(table), rows), _reading);

    /// <summary>Counts rows of a table by the profiles; empty without profiles.</summary>
    /// <inheritdoc cref="Profiled"/>
    internal IReadOnlyList<ColumnCounts> Count(Table table, int[] rows)
    {
        if (Profiles.Count == 0)
            return [];
        TableColumn[] columns = UsedOf(table);
        ColumnCounts[] counts = [.. Profiles.Select(p => new ColumnCounts(p))];
        for (int c = 0; c < counts.Length; c++)
        {
            foreach (int row in rows)
            {
                counts[c].Add(columns[c].IsMissing(row) ? RowCell.Missing
                    : columns[c] is NumberColumn numbers ? numbers.Values[row] : columns[c].Text(row));
            }
        }
        return counts;
    }

    /// <inheritdoc/>
    public override StateSet Open(string source, DataRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        TableStateSet states = Apply(ReadLater(source), integratesMissing: request.IntegratesMissing);
        return request.RefusesUnknown && states.Unknown is { } unknown ? throw unknown : states;
    }

    /// <inheritdoc/>
    /// <remarks>All rows serve as both training and test rows, because none of them was used in training.</remarks>
    public override DataSets OpenSets(string source, double validationShare, DataRequest request)
    {
        TableStateSet all = Apply(ReadLater(source));
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
    public override JsonObject ToJson()
    {
        JsonObject json = new() { ["columns"] = new JsonArray([.. Fitted.Select(OptionsJson.Write)]) };
        if (Profile is not null)
            json["profile"] = OptionsJson.Write(Profile);
        return json;
    }

    /// <summary>Restores a fitted transform.</summary>
    /// <param name="json">The result of <see cref="ToJson"/>.</param>
    /// <param name="source">Its name in messages.</param>
    /// <exception cref="InvalidInputException">The JSON is not valid; the message lists every problem.</exception>
    public static TableTransform FromJson(JsonNode? json, string source)
    {
        FittedTable fitted = OptionsJson.Read<FittedTable>(json, source);
        List<string> problems = [];
        for (int i = 0; i < fitted.Columns.Count; i++)
            fitted.Columns[i].Validate(problems, $"columns.{i}.");
        if (fitted.Columns.DistinctBy(c => c.Name).Count() < fitted.Columns.Count)
            problems.Add("columns has two with the same name");
        long width = fitted.Columns.Sum(c => (long)c.Width);
        if (width is < 1 or > int.MaxValue)
            problems.Add($"columns give states of {width} numbers; at least 1 is needed");
        fitted.Profile?.Validate(problems, Used(fitted.Columns));
        if (problems.Count > 0)
            throw InvalidInputException.Options(source, problems);
        return new TableTransform(fitted.Columns, fitted.Profile);
    }

    /// <summary>The options that its files are read with.</summary>
    internal TableReading FileReading => _reading;

    // Advice about the options of a training would mislead: a later file is read as the training data were.
    private Table ReadLater(string source)
    {
        try
        {
            return TableFile.Read(source, Reading(_reading));
        }
        catch (InvalidInputException e) when (e.Message.Contains("--set data.", StringComparison.Ordinal))
        {
            throw new InvalidInputException($"{e.Message} But --set belongs to 'joule train': with a model, a file is read as the training "
                + "data were. Change the file.", e);
        }
    }

    private static FittedColumn[] Used(IReadOnlyList<FittedColumn> columns) => [.. columns.Where(c => c.Width > 0)];

    private TableColumn[] UsedOf(Table table) => [.. Match(table).Where((_, i) => Fitted[i].Width > 0).Select(c => c!)];

    private FittedColumn Find(string name) => Fitted.First(c => c.Name == name);

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

    // The table's column for each of the model's; null for one that is left out and missing.
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
            {
                string hint = NearestName.Find(column.Name, unused) is { } near
                    ? $" (did you mean \"{MessageText.Of(near)}\", which the file has?)"
                    : "";
                problems.Add($"column \"{shown}\" is missing{hint}");
            }
            else if (column.Type == CellType.Number != matched[i] is NumberColumn)
            {
                problems.Add($"column \"{shown}\" holds {matched[i]!.TypeName}, but the model's holds "
                    + (column.Type == CellType.Number ? "numbers" : "text"));
            }
        }
        if (problems.Count == 0)
            return matched;
        string[] has = [.. table.Columns.Select(c => c.Name).Concat(table.Skipped).Select(name => $"\"{MessageText.Of(name)}\"")];
        throw InvalidInputException.At(table.Name, 0, $"the columns do not match the model: {MessageText.List(problems)}. "
            + $"The file has {MessageText.List(has)}. Rename or add the columns.");
    }

    /// <summary>The part of the transform that a model saves.</summary>
    internal sealed record FittedTable
    {
        /// <summary>The columns.</summary>
        public required IReadOnlyList<FittedColumn> Columns { get; init; }

        /// <summary>The distribution of the columns; null in models of earlier versions.</summary>
        public TableProfile? Profile { get; init; }
    }
}
