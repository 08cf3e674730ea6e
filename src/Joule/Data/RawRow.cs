namespace Joule.Data;

/// <summary>One row of a stream, before it becomes a state.</summary>
/// <param name="Source">The name of the stream in messages.</param>
/// <param name="Index">The row's index, from 0.</param>
/// <param name="Line">Its first line in the stream, from 1.</param>
public readonly record struct RawRow(string Source, long Index, long Line)
{
    /// <summary>The row's name; null if it has none.</summary>
    public string? Name { get; init; }

    /// <summary>
    /// One value for each of <see cref="IRowTransform.RowColumns"/>, valid until the next row is asked for; empty if there is a problem.
    /// </summary>
    public ReadOnlyMemory<RowCell> Cells { get; init; }

    /// <summary>Why the row cannot be used; null if it can.</summary>
    public InvalidInputException? Problem { get; init; }

    /// <summary>Where the row is, for messages: the stream and the line.</summary>
    public string Place => $"{MessageText.Printable(Source)}, line {Line}";
}
