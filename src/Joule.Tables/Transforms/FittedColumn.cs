namespace Joule.Tables;

/// <summary>
/// A column of the training table: its detected kind, the reason, and the transform of its cells into numbers of a state and back. Saved
/// in the model.
/// </summary>
public abstract record FittedColumn
{
    /// <summary>The column's name.</summary>
    public required string Name { get; init; }

    /// <summary>The reason for its kind.</summary>
    public string Why { get; init; } = "";

    /// <summary>The number of training rows without a value.</summary>
    public int Missing { get; init; }

    /// <summary>The number of distinct values in the training rows.</summary>
    public int Distinct { get; init; }

    /// <summary>Its detected kind.</summary>
    public string Kind => Catalogue.NameOf(GetType())!;

    /// <summary>How many numbers of a state it takes; 0 if it is left out of the energy.</summary>
    public abstract int Width { get; }

    /// <summary>The names of these numbers.</summary>
    public abstract IReadOnlyList<string> StateNames { get; }

    /// <summary>Which of these numbers says that a value is missing; −1 where none does.</summary>
    public virtual int MissingNumber => -1;

    /// <summary>The required type of its cells; <see cref="CellType.Automatic"/> for any.</summary>
    public abstract CellType Type { get; }

    /// <summary>Its range or levels, as text.</summary>
    public abstract string Values { get; }

    /// <summary>A description of its transform.</summary>
    public abstract string Transform { get; }

    /// <summary>Writes a cell's numbers.</summary>
    /// <param name="column">The column of a table.</param>
    /// <param name="row">The row.</param>
    /// <param name="state">Receives <see cref="Width"/> numbers.</param>
    /// <returns>What to report about the cell.</returns>
    public abstract CellNote Write(TableColumn column, int row, Span<float> state);

    /// <summary>Marks the numbers of a missing value as missing; the number that says so then says that none is.</summary>
    internal void Mark(Span<float> state, Span<bool> isMissing)
    {
        isMissing[..Width].Fill(true);
        if (MissingNumber is int number and >= 0)
            (state[number], isMissing[number]) = (0, false);
    }

    /// <summary>The cell that a state's numbers represent; empty for a missing value.</summary>
    /// <param name="state"><see cref="Width"/> numbers.</param>
    public abstract string Cell(ReadOnlySpan<float> state);

    /// <summary>Adds every problem with a column that was read to a list.</summary>
    public virtual void Validate(ICollection<string> problems, string path)
    {
        ArgumentNullException.ThrowIfNull(problems);
        if (Name.Length == 0)
            problems.Add($"{path}name is empty; a column must have a name");
        if (Missing < 0 || Distinct < 0)
            problems.Add($"{path}missing is {Missing} and {path}distinct {Distinct}; both must be at least 0");
    }
}

/// <summary>What to report about a cell that was read.</summary>
public enum CellNote
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It has no value, though every training row of its column had one.</summary>
    UnexpectedMissing,

    /// <summary>It has a level that no training row had, and no training row had a rare level that was not kept.</summary>
    UnknownLevel,
}
