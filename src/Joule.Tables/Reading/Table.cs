namespace Joule.Tables;

/// <summary>A table as read from a file: columns of numbers or text, with missing values.</summary>
public sealed class Table
{
    private readonly int[]? _lines;

    /// <summary>Wraps columns.</summary>
    /// <param name="name">Its name in messages: the path of the file.</param>
    /// <param name="rowCount">The number of rows; at least 1.</param>
    /// <param name="columns">The columns, each with one cell per row.</param>
    /// <param name="lines">The line of each row in the file, from 1; null if the file has no lines.</param>
    /// <exception cref="InvalidInputException">
    /// There are no rows, two columns have the same name, or a column has another length.
    /// </exception>
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
            {
                throw InvalidInputException.At(name, 0, $"two columns are called \"{MessageText.Of(column.Name)}\"; names must differ. "
                    + "Rename one of them.");
            }
            if (column.Count != rowCount)
            {
                throw InvalidInputException.At(name, 0, $"column \"{MessageText.Of(column.Name)}\" has {column.Count} cells, but the "
                    + $"table has {rowCount} rows.");
            }
        }
    }

    /// <summary>Its name in messages: the path of the file.</summary>
    public string Name { get; }

    /// <summary>The number of rows.</summary>
    public int RowCount { get; }

    /// <summary>The columns read, in file order.</summary>
    public IReadOnlyList<TableColumn> Columns { get; }

    /// <summary>The column that the file itself marks as labels, such as <c>y</c> of an <c>.npz</c> file, or null.</summary>
    public string? LabelName { get; init; }

    /// <summary>The columns of the file that were not read.</summary>
    public IReadOnlyList<string> Skipped { get; init; } = [];

    /// <summary>Finds a column by name, or returns null.</summary>
    public TableColumn? Find(string name) => Columns.FirstOrDefault(column => column.Name == name);

    /// <summary>The place of a row in the file, for messages: <c>line 7</c>, or <c>row 5</c> if the file has no lines.</summary>
    public string Place(int row) => _lines is null ? $"row {row}" : $"line {_lines[row]}";

    /// <summary>Creates the error for a cell.</summary>
    /// <param name="row">Its row.</param>
    /// <param name="column">Its column's name.</param>
    /// <param name="problem">The problem, and what to do about it.</param>
    public InvalidInputException Bad(int row, string column, string problem) =>
        InvalidInputException.At(Name, $"{Place(row)}, column \"{MessageText.Of(column)}\"", 0, problem);
}
