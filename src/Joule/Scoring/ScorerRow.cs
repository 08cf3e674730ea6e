using Joule.Data;

namespace Joule.Scoring;

/// <summary>Orders the named values of a row.</summary>
internal sealed class ScorerRow
{
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);
    private readonly IReadOnlyList<string> _columns;

    /// <summary>Prepares the columns of a model.</summary>
    public ScorerRow(IReadOnlyList<string> columns)
    {
        _columns = columns;
        for (int i = 0; i < columns.Count; i++)
            _places.Add(columns[i], i);
    }

    /// <summary>Puts the values in the order of the model's columns.</summary>
    /// <param name="row">The values by column.</param>
    /// <param name="ignored">Columns of the training table that the energy does not use; they may be given.</param>
    /// <param name="cells">Receives one cell for each column.</param>
    /// <exception cref="InvalidInputException">A column is unknown or not given.</exception>
    public void Order(IReadOnlyDictionary<string, object?> row, IReadOnlySet<string> ignored, Span<RowCell> cells)
    {
        int found = 0;
        foreach ((string name, object? value) in row)
        {
            if (_places.TryGetValue(name, out int place))
            {
                cells[place] = RowCell.Of(value, name);
                found++;
            }
            else if (!ignored.Contains(name))
            {
                string near = NearestName.Find(name, _columns.Where(c => !row.ContainsKey(c))) is { } other
                    ? $" Did you mean \"{MessageText.Of(other)}\"?"
                    : "";
                throw new InvalidInputException($"The model has no column \"{MessageText.Of(name)}\".{near} Its columns are {Names}.");
            }
        }
        if (found == _columns.Count)
            return;
        string[] missing = [.. _columns.Where(c => !row.ContainsKey(c)).Select(c => $"\"{MessageText.Of(c)}\"")];
        throw new InvalidInputException($"The row has no value for {MessageText.List(missing)}. The model's columns are {Names}; give null "
            + "for a missing value.");
    }

    private string Names => MessageText.List([.. _columns.Select(c => $"\"{MessageText.Of(c)}\"")]);
}
