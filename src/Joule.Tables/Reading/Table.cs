namespace Joule.Tables;

/// <summary>A table as it was read: columns of numbers or of text, with missing values.</summary>
public sealed class Table
{
    private readonly int[]? _lines;

    /// <summary>Wraps columns.</summary>
    /// <param name="name">What messages call it: the file's path.</param>
    /// <param name="rowCount">Rows.</param>
    /// <param name="columns">The columns, each with as many cells as there are rows.</param>
    /// <param name="lines">For every row the line of the file, from 1; null where the file has no lines.</param>
    /// <exception cref="InvalidInputException">There are no rows or columns, two columns of one name, or a column of another
    /// length.</exception>
    public Table(string name, int rowCount, IReadOnlyList<TableColumn> columns, int[]? lines = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(columns);
        Name = name;
        RowCount = rowCount;
        Columns = columns;
        _lines = lines;
        if (rowCount < 1)
            throw InvalidInputException.At(name, 0, "the table has no rows. Give a table with at least one row.");
        HashSet<string> names = [];
        foreach (TableColumn column in columns)
        {
            if (!names.Add(column.Name))
                throw InvalidInputException.At(name, 0, $"two columns are called \"{MessageText.Of(column.Name)}\"; names must differ. "
                    + $"Rename one of them.");
            if (column.Count != rowCount)
                throw InvalidInputException.At(name, 0, $"column \"{MessageText.Of(column.Name)}\" has {column.Count} cells, and the "
                    + $"table has {rowCount} rows.");
        }
    }

    /// <summary>What messages call it: the file's path.</summary>
    public string Name { get; }

    /// <summary>Rows.</summary>
    public int RowCount { get; }

    /// <summary>The columns that were read, in the file's order.</summary>
    public IReadOnlyList<TableColumn> Columns { get; }

    /// <summary>The column that the file itself says is a label, as <c>y</c> of an <c>.npz</c> file; null where it says none.</summary>
    public string? LabelName { get; init; }

    /// <summary>Columns of the file that were not read because nobody asked for them.</summary>
    public IReadOnlyList<string> Skipped { get; init; } = [];

    /// <summary>The column of a name, or null.</summary>
    public TableColumn? Find(string name) => Columns.FirstOrDefault(column => column.Name == name);

    /// <summary>Where a row stands in its file, for messages: <c>line 7</c>, or <c>row 5</c> where the file has no lines.</summary>
    public string Place(int row) => _lines is null ? $"row {row}" : $"line {_lines[row]}";

    /// <summary>Makes the error of a cell.</summary>
    /// <param name="row">Its row.</param>
    /// <param name="column">Its column's name.</param>
    /// <param name="problem">What is wrong, and what to do.</param>
    public InvalidInputException Bad(int row, string column, string problem) =>
        InvalidInputException.At(Name, $"{Place(row)}, column \"{MessageText.Of(column)}\"", 0, problem);
}
