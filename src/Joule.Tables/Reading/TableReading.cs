namespace Joule.Tables;

/// <summary>What the cells of a column are to be read as.</summary>
public enum CellType
{
    /// <summary>Numbers where the first cell that is not missing is a number, else text.</summary>
    Automatic,

    /// <summary>Numbers; a cell of text is an error.</summary>
    Number,

    /// <summary>Text, numbers too.</summary>
    Text,

    /// <summary>Not read.</summary>
    Skipped,
}

/// <summary>How a table file is read. Nothing of it is guessed from the values.</summary>
public sealed record TableReading
{
    /// <summary>The texts that stand for a missing value, in any letter case.</summary>
    public static IReadOnlyList<string> MissingTexts { get; } = ["", "NA", "N/A", "#N/A", "NaN", "null", "?"];

    /// <summary>The separator of a text file. Null: by the file's name, a comma for <c>.csv</c>, a tab for <c>.tsv</c>.</summary>
    public char? Separator { get; init; }

    /// <summary>Whether the first line of a text file names the columns. False: they are called c0, c1, ….</summary>
    public bool Header { get; init; } = true;

    /// <summary>Whether double quotes in a text file enclose a cell, as RFC 4180 says. False: they are text.</summary>
    public bool Quotes { get; init; } = true;

    /// <summary>What stands before the fraction of a number in a text file: a point or a comma.</summary>
    public char Decimal { get; init; } = '.';

    /// <summary>The texts that stand for a missing value, in any letter case.</summary>
    public IReadOnlyList<string> Missing { get; init; } = MissingTexts;

    /// <summary>What the cells of a column are, by its name.</summary>
    public Func<string, CellType> TypeOf { get; init; } = _ => CellType.Automatic;

    /// <summary>The name of a column that has none.</summary>
    /// <param name="index">The column, from 0.</param>
    public static string NameOf(int index) => $"c{index}";
}
