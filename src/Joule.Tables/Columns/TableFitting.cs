namespace Joule.Tables;

/// <summary>The user's choices for the columns of a training table.</summary>
public sealed record TableFitting
{
    /// <summary>
    /// Column kinds by name: <c>numeric</c>, the name of a scaling (<c>standard</c>, <c>linear</c>, <c>robust</c>,
    /// <c>quantile</c>), <c>categorical</c> or <c>ignore</c>. The kinds of other columns are detected.
    /// </summary>
    public IReadOnlyDictionary<string, string> Columns { get; init; } = new Dictionary<string, string>();

    /// <summary>The column with the rows' labels. Null: the one that the file itself names, if any.</summary>
    public string? Label { get; init; }

    /// <summary>The scaling of number columns without a choice of their own. Null: the rule for tails picks it.</summary>
    public string? Scaling { get; init; }

    /// <summary>Options that read each column as the type the user chose.</summary>
    /// <param name="reading">All other options.</param>
    public TableReading Reading(TableReading reading)
    {
        ArgumentNullException.ThrowIfNull(reading);
        return reading with { TypeOf = name => name == Label ? CellType.Text : ColumnRules.TypeOf(Columns.GetValueOrDefault(name)) };
    }

    /// <summary>Adds every problem with the choices to a list.</summary>
    /// <param name="problems">The list.</param>
    /// <param name="path">The prefix of a key in a message.</param>
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
        string[] scalings = [.. Catalogue.Of(typeof(Joule.Tables.Scaling)).Select(s => s.Named.Name)];
        if (Scaling is not null && !scalings.Contains(Scaling))
            problems.Add($"{path}scaling is \"{MessageText.Of(Scaling)}\"; it must be one of {string.Join(", ", scalings)}, or null");
        if (Label is not null && Columns.ContainsKey(Label))
            problems.Add($"{path}columns.{MessageText.Of(Label)} is given, but the column is the label; a label is not part of the energy");
    }

    /// <summary>Throws if the choices name a column that the table does not have.</summary>
    internal void CheckNames(string file, string[] names)
    {
        List<string> problems = [];
        Validate(problems, "data.");
        foreach (string name in Label is null ? Columns.Keys : Columns.Keys.Append(Label))
        {
            if (names.Contains(name))
                continue;
            string hint = NearestName.Find(name, names) is { } near ? $" (did you mean \"{MessageText.Of(near)}\"?)" : "";
            problems.Add($"there is no column \"{MessageText.Of(name)}\"{hint}");
        }
        if (problems.Count > 0)
        {
            throw new InvalidInputException($"{MessageText.Printable(file)}: {MessageText.List(problems)}. The columns are "
                + $"{MessageText.List([.. names.Select(n => $"\"{MessageText.Of(n)}\"")])}.");
        }
    }
}
