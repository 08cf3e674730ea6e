using Joule.Data;

namespace Joule.Tables;

/// <summary>
/// Raw rows from a file of any length or from a live stream, one after the other, checked against a model's columns. A row that does not
/// fit has a <see cref="RawRow.Problem"/>, which names line and column, and the stream goes on. The reader holds one row and a block of
/// text.
/// </summary>
public abstract class RowStream : IDisposable
{
    private readonly List<string> _notes = [];

    private protected RowStream(TableTransform transform, ByteFeed source, RowStreamOptions options)
    {
        (Transform, Source, Options) = (transform, source, options);
        Readers = [.. transform.Fitted.Where(c => c.Width > 0).Select(c => new CellReader(c, transform.Reading(), options))];
    }

    /// <summary>The name in messages.</summary>
    public string Name => Source.Name;

    /// <summary>Number of rows read so far, including those before <see cref="RowStreamOptions.First"/>.</summary>
    public long Count { get; private protected set; }

    /// <summary>Number of rows given so far.</summary>
    public long Given => Math.Max(0, Count - Options.First);

    /// <summary>Whether reading may wait for somebody to write.</summary>
    public bool IsLive => Source.IsLive;

    /// <summary>Warnings about what was read so far: columns that are not used, and accepted values that no training row had.</summary>
    public IReadOnlyList<string> Notes => [.. _notes, .. Readers.SelectMany(r => r.Notes)];

    private protected TableTransform Transform { get; }

    private protected ByteFeed Source { get; }

    private protected RowStreamOptions Options { get; }

    private protected CellReader[] Readers { get; }

    /// <summary>The form of a file by its name, which may end in .gz; null if it is not a stream of rows.</summary>
    public static RowFormat? FormatOf(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        string name = Path.GetFileName(path).ToLowerInvariant();
        return Path.GetExtension(name.EndsWith(".gz", StringComparison.Ordinal) ? name[..^3] : name) switch
        {
            ".csv" or ".txt" => RowFormat.Csv,
            ".tsv" => RowFormat.Tsv,
            ".ndjson" or ".jsonl" => RowFormat.Ndjson,
            _ => null,
        };
    }

    /// <summary>Counts the rows of a file, whether they fit or not.</summary>
    /// <inheritdoc cref="Open(TableTransform, string, RowStreamOptions?)"/>
    public static long CountRows(TableTransform transform, string path, RowStreamOptions? options = null)
    {
        using RowStream rows = Open(transform, path, (options ?? new RowStreamOptions()) with { First = long.MaxValue });
        rows.Fill(new RowBlock(1));
        return rows.Count;
    }

    /// <summary>Opens a file.</summary>
    /// <param name="transform">The model's columns.</param>
    /// <param name="path">The file; it may be gzipped.</param>
    /// <param name="options">How it is read; null for the defaults.</param>
    /// <exception cref="InvalidInputException">The file cannot be read, or its name does not tell its form.</exception>
    public static RowStream Open(TableTransform transform, string path, RowStreamOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(transform);
        options ??= new RowStreamOptions();
        RowFormat format = options.Format ?? FormatOf(path) ?? throw new InvalidInputException(
            $"{MessageText.Printable(path)}: the name does not tell the form of the rows (.csv, .tsv, .txt, .ndjson, .jsonl). Give it.");
        // A .txt file has no separator of its own.
        if (format == RowFormat.Csv && options.Format is null && transform.Reading().Separator is null
            && TableFile.NeedsSeparator(path))
        {
            throw InvalidInputException.At(path, 0, "the name of a .txt file does not imply a separator. Give its form: --format csv or "
                + "tsv.");
        }
        return Open(transform, new ByteFeed(path), format, options);
    }

    /// <summary>Reads a live stream.</summary>
    /// <param name="transform">The model's columns.</param>
    /// <param name="live">The stream; it is not disposed.</param>
    /// <param name="name">Its name in messages.</param>
    /// <param name="options">How it is read; null for the defaults.</param>
    public static RowStream Open(TableTransform transform, Stream live, string name, RowStreamOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(transform);
        ArgumentNullException.ThrowIfNull(live);
        options ??= new RowStreamOptions();
        return Open(transform, new ByteFeed(live, name), options.Format ?? RowFormat.Csv, options);
    }

    /// <summary>
    /// Fills a block with rows: as many as fit, or those that can be read without waiting, but at least one.
    /// </summary>
    /// <param name="block">The block; its rows are replaced.</param>
    /// <returns>Whether further rows may follow; if not, the block may have rows or be empty.</returns>
    /// <exception cref="InvalidInputException">
    /// The stream as a whole cannot be used: a column of the model is missing, or one is unknown.
    /// </exception>
    public bool Fill(RowBlock block)
    {
        ArgumentNullException.ThrowIfNull(block);
        block.Clear();
        while (!block.IsFull && Count < Options.End)
        {
            switch (Next(block, mayWait: !IsLive || block.Count == 0))
            {
                case RecordStep.Wait:
                    return true;
                case RecordStep.End:
                    if (Count == 0)
                        throw Empty();
                    return false;
            }
        }
        return Count < Options.End;
    }

    /// <summary>A block for rows of this stream.</summary>
    public RowBlock NewBlock() => new(Readers.Length);

    /// <inheritdoc/>
    public void Dispose()
    {
        Source.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Reads the next line: a row, which is added to the block, or something else.</summary>
    private protected abstract RecordStep Next(RowBlock block, bool mayWait);

    /// <summary>The error of a stream without rows.</summary>
    private protected abstract InvalidInputException Empty();

    private protected void Note(string note) => _notes.Add(note);

    /// <summary>The error of a row.</summary>
    /// <param name="line">Its line.</param>
    /// <param name="where">The column or character, or nothing.</param>
    /// <param name="text">What is wrong, without a full stop at the end.</param>
    private protected InvalidInputException Bad(long line, string where, string text) =>
        new($"{MessageText.Printable(Name)}, line {line}{(where.Length > 0 ? $", {where}" : "")}: {text}.");

    private static RowStream Open(TableTransform transform, ByteFeed source, RowFormat format, RowStreamOptions options)
    {
        try
        {
            return format == RowFormat.Ndjson ? new JsonRowStream(transform, source, options)
                : new DelimitedRowStream(transform, source, format, options);
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }
}
