namespace Joule.Tables;

/// <summary>What the user says of the columns of a training table.</summary>
public sealed record TableFitting
{
    /// <summary>
    /// What columns are, by name: <c>numeric</c>, the name of a scaling (<c>standard</c>, <c>robust</c>, <c>quantile</c>),
    /// <c>categorical</c> or <c>ignore</c>. Of others the rules decide.
    /// </summary>
    public IReadOnlyDictionary<string, string> Columns { get; init; } = new Dictionary<string, string>();

    /// <summary>The column that labels rows; null: the one that the file itself names, if it does.</summary>
    public string? Label { get; init; }

    /// <summary>How the table is read, so that columns come as what they are said to be.</summary>
    /// <param name="reading">How it is read otherwise.</param>
    public TableReading Reading(TableReading reading)
    {
        ArgumentNullException.ThrowIfNull(reading);
        return reading with { TypeOf = name => name == Label ? CellType.Text : ColumnRules.TypeOf(Columns.GetValueOrDefault(name)) };
    }

    /// <summary>Adds to a list whatever is out of range.</summary>
    /// <param name="problems">The list.</param>
    /// <param name="path">What comes before a key in a message.</param>
    public void Validate(ICollection<string> problems, string path)
    {
        ArgumentNullException.ThrowIfNull(problems);
        foreach ((string name, string choice) in Columns)
        {
            if (ColumnRules.Choices.Contains(choice))
                continue;
            string near = NearestName.Find(choice, ColumnRules.Choices) is { } found ? $" (did you mean \"{found}\"?)" : "";
            problems.Add($"{path}columns.{MessageText.Of(name)} is \"{MessageText.Of(choice)}\"; it must be one of "
                + $"{string.Join(", ", ColumnRules.Choices)}{near}");
        }
        if (Label is not null && Columns.ContainsKey(Label))
            problems.Add($"{path}columns.{MessageText.Of(Label)} is given, and the column is the label; a label is not part of the energy");
    }

    /// <summary>Refuses names of columns that the table does not have.</summary>
    internal void CheckNames(string file, string[] names)
    {
        List<string> problems = [];
        Validate(problems, "data.");
        foreach (string name in Label is null ? Columns.Keys : Columns.Keys.Append(Label))
        {
            if (!names.Contains(name))
                problems.Add($"there is no column \"{MessageText.Of(name)}\"{(NearestName.Find(name, names) is { } near ? $" (did you "
                    + $"mean \"{MessageText.Of(near)}\"?)" : "")}");
        }
        if (problems.Count > 0)
        {
            throw new InvalidInputException($"{MessageText.Printable(file)}: {MessageText.List(problems)}. The columns are "
                + $"{MessageText.List([.. names.Select(n => $"\"{MessageText.Of(n)}\"")])}.");
        }
    }
}
