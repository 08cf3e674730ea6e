namespace Joule.Tables;

/// <summary>The form of a stream of rows. Nothing is guessed from its content.</summary>
public enum RowFormat
{
    /// <summary>Comma-separated values; the first line names the columns unless the model's data have no header.</summary>
    Csv,

    /// <summary>The same with tabs.</summary>
    Tsv,

    /// <summary>One JSON object a line, with one member for each column.</summary>
    Ndjson,
}
