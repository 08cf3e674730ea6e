namespace Joule.Tables;

/// <summary>The type that the cells of a column are read as.</summary>
public enum CellType
{
    /// <summary>Numbers if the first non-missing cell is a number, otherwise text.</summary>
    Automatic,

    /// <summary>Numbers; a cell of text is an error.</summary>
    Number,

    /// <summary>Text; numbers are read as text.</summary>
    Text,

    /// <summary>Not read.</summary>
    Skipped,
}

/// <summary>Options for reading table files. Nothing is guessed from the values.</summary>
public sealed record TableReading
{
    /// <summary>The default texts of a missing value.</summary>
    public static IReadOnlyList<string> MissingTexts { get; } = ["", "NA", "N/A", "#N/A", "NaN", "null", "?"];

    /// <summary>The cell separator of a text file. Null: a comma for <c>.csv</c>, a tab for <c>.tsv</c>.</summary>
    public char? Separator { get; init; }

    /// <summary>Whether the first line of a text file names the columns. If not, they are called c0, c1, ….</summary>
    public bool Header { get; init; } = true;

    /// <summary>Whether double quotes in a text file enclose a cell, as in RFC 4180. If not, they are text.</summary>
    public bool Quotes { get; init; } = true;

    /// <summary>The decimal separator of numbers in a text file: a point or a comma.</summary>
    public char Decimal { get; init; } = '.';

    /// <summary>Texts that mean a missing value, in any letter case.</summary>
    public IReadOnlyList<string> Missing { get; init; } = MissingTexts;

    /// <summary>The type of a column's cells, by its name.</summary>
    public Func<string, CellType> TypeOf { get; init; } = _ => CellType.Automatic;

    /// <summary>The name given to a column without one.</summary>
    /// <param name="index">The column, from 0.</param>
    public static string NameOf(int index) => $"c{index}";
}
