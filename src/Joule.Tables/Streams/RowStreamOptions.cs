namespace Joule.Tables;

/// <summary>How a stream of rows is read.</summary>
public sealed record RowStreamOptions
{
    /// <summary>The form of the rows; null: by the file's name, and <see cref="RowFormat.Csv"/> for a stream without one.</summary>
    public RowFormat? Format { get; init; }

    /// <summary>
    /// Whether unknown columns are ignored, and levels that no training row had count as none of the known ones. By default they are
    /// errors.
    /// </summary>
    public bool AcceptUnknown { get; init; }

    /// <summary>Whether missing values are integrated over later, so that they need no warning.</summary>
    public bool IntegratesMissing { get; init; }

    /// <summary>The first row to give, from 0. Rows before it count, but are not examined.</summary>
    public long First { get; init; }

    /// <summary>The row before which to end.</summary>
    public long End { get; init; } = long.MaxValue;
}
