namespace Joule.Tables;

/// <summary>Where the columns of a stream go: into a state, into the row's name, or nowhere.</summary>
internal sealed class StreamColumns
{
    /// <summary>The place of a column that is not used.</summary>
    public const int Ignored = -1;

    /// <summary>The place of a column that the model does not know.</summary>
    public const int Unknown = -2;

    /// <summary>
    /// The place of the first column that identifies rows; those of further ones are lower. The highest that a row has names it.
    /// </summary>
    public const int RowName = -3;

    private const string Separators = ";\t,|";

    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);
    private readonly string[] _used;

    /// <summary>Takes the columns of a model.</summary>
    /// <param name="fitted">The columns of the training table.</param>
    public StreamColumns(IReadOnlyList<FittedColumn> fitted)
    {
        int names = 0;
        foreach (FittedColumn column in fitted)
            _places[column.Name] = column is IdentifierColumn ? RowName - names++ : Ignored;
        _used = [.. fitted.Where(c => c.Width > 0).Select(c => c.Name)];
        for (int i = 0; i < _used.Length; i++)
            _places[_used[i]] = i;
    }

    /// <summary>The columns of the energy, in order.</summary>
    public IReadOnlyList<string> Used => _used;

    /// <summary>The place of a column: of a cell, or one of the constants.</summary>
    public int PlaceOf(string name) => _places.GetValueOrDefault(name, Unknown);

    /// <summary>The names of columns that the model does not know.</summary>
    public IReadOnlyList<string> UnknownOf(IEnumerable<string> names) => [.. names.Where(name => PlaceOf(name) == Unknown)];

    /// <summary>What is wrong with the names of a stream's columns; null if they fit.</summary>
    /// <param name="names">The names.</param>
    /// <param name="acceptsUnknown">Whether unknown columns are ignored.</param>
    public string? Mismatch(IReadOnlyList<string> names, bool acceptsUnknown)
    {
        IReadOnlyList<string> unknown = UnknownOf(names);
        List<string> problems = [];
        foreach (string name in _used.Except(names))
        {
            string hint = NearestName.Find(name, unknown) is { } near
                ? $" (did you mean \"{MessageText.Of(near)}\", which the file has?)"
                : "";
            problems.Add($"column \"{MessageText.Of(name)}\" is missing{hint}");
        }
        if (problems.Count > 0 && names is [{ } only] && only.AsSpan().IndexOfAny(Separators) is var other and >= 0)
        {
            string shown = only[other] == '\t' ? "tabs" : $"'{only[other]}'";
            return $"the line is a single cell, \"{MessageText.Of(only)}\", and the model has {Counted.Of(_used.Length, "column")}. If "
                + $"{shown} separate the cells, give --format tsv for tabs, or write the file with the separator of the training data";
        }
        if (problems.Count > 0)
        {
            return $"the columns do not match the model: {MessageText.List(problems)}. The file has "
                + $"{MessageText.List([.. names.Select(n => $"\"{MessageText.Of(n)}\"")])}. Rename or add the columns";
        }
        return unknown.Count == 0 || acceptsUnknown ? null : UnknownProblem(unknown);
    }

    /// <summary>The error of unknown columns.</summary>
    public static string UnknownProblem(IReadOnlyList<string> unknown) =>
        $"the model has no {(unknown.Count == 1 ? "column" : "columns")} "
        + $"{MessageText.List([.. unknown.Select(n => $"\"{MessageText.Of(n)}\"")])}. Remove what it was not trained on, or ignore it: "
        + "--accept-unknown";
}
