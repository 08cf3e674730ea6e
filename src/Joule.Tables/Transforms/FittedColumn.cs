namespace Joule.Tables;

/// <summary>
/// A column of the training table: what it was recognised as, why, and how its cells become numbers of a state and come back. A model keeps
/// it.
/// </summary>
public abstract record FittedColumn
{
    /// <summary>The column's name.</summary>
    public required string Name { get; init; }

    /// <summary>Why it was recognised so.</summary>
    public string Why { get; init; } = "";

    /// <summary>Training rows without a value.</summary>
    public int Missing { get; init; }

    /// <summary>Different values in the training rows.</summary>
    public int Distinct { get; init; }

    /// <summary>What it was recognised as.</summary>
    public string Kind => Catalogue.Of(GetType()).First().Named.Name;

    /// <summary>Numbers of a state that come of it; 0 where it is left out of the energy.</summary>
    public abstract int Width { get; }

    /// <summary>Names of these numbers.</summary>
    public abstract IReadOnlyList<string> StateNames { get; }

    /// <summary>What its cells must be; <see cref="CellType.Automatic"/> where nothing is asked of them.</summary>
    public abstract CellType Type { get; }

    /// <summary>Range or levels in words.</summary>
    public abstract string Values { get; }

    /// <summary>What is done with it, in words.</summary>
    public abstract string Transform { get; }

    /// <summary>Writes a cell's numbers.</summary>
    /// <param name="column">The column of a table.</param>
    /// <param name="row">The row.</param>
    /// <param name="state">Receives <see cref="Width"/> numbers.</param>
    /// <returns>What is to be said of the cell.</returns>
    public abstract CellNote Write(TableColumn column, int row, Span<float> state);

    /// <summary>The cell that a state's numbers stand for; empty for none.</summary>
    /// <param name="state"><see cref="Width"/> numbers.</param>
    public abstract string Cell(ReadOnlySpan<float> state);

    /// <summary>Adds to a list what is wrong with a column that was read.</summary>
    public virtual void Validate(ICollection<string> problems, string path)
    {
        ArgumentNullException.ThrowIfNull(problems);
        if (Name.Length == 0)
            problems.Add($"{path}name is empty; a column must have a name");
        if (Missing < 0 || Distinct < 0)
            problems.Add($"{path}missing is {Missing} and {path}distinct {Distinct}; both must be at least 0");
    }
}

/// <summary>What is to be said of a cell that was scored.</summary>
public enum CellNote
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It has no value, and no training row of its column was without one.</summary>
    UnexpectedMissing,

    /// <summary>It has a level that no training row had, or one of the rare ones that were not kept.</summary>
    UnknownLevel,
}
