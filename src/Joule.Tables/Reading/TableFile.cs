using Joule.Data;

namespace Joule.Tables;

/// <summary>
/// Reads tables: <c>.csv</c>, <c>.tsv</c> and, with a given separator, <c>.txt</c> (each also gzipped, as in <c>.csv.gz</c>),
/// <c>.parquet</c>, two-dimensional <c>.npy</c>, and <c>.npz</c> with the arrays <c>X</c> and <c>y</c>. The file name determines the
/// format.
/// </summary>
public static class TableFile
{
    private const string Known = ".csv, .tsv, .txt (each also with .gz), .parquet, .npy and .npz";

    /// <summary>Reads a table.</summary>
    /// <param name="path">The file.</param>
    /// <param name="reading">The options; null for the defaults.</param>
    /// <exception cref="InvalidInputException">
    /// The file does not exist, has another format, or cannot be read. The message names the line and the column.
    /// </exception>
    public static Table Read(string path, TableReading? reading = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return InputFile.Read(path, stream => Read(stream, path, path, reading ?? new TableReading()));
    }

    /// <summary>Whether a path has an extension that only a table can have: .csv, .tsv or .parquet, unlike .npy and .npz.</summary>
    public static bool IsTableName(string path) => Kind(path, out _) is ".csv" or ".tsv" or ".parquet";

    /// <summary>The cell separator implied by a file name, or null.</summary>
    public static char? SeparatorOf(string path) => Kind(path, out bool isPacked) switch
    {
        _ when isPacked => null,
        ".csv" => ',',
        ".tsv" => '\t',
        _ => null,
    };

    /// <summary>The cell separator of a file of delimited text, gzipped or not; null for other files.</summary>
    internal static char? TextSeparator(string path, TableReading reading) => Kind(path, out _) switch
    {
        ".csv" => reading.Separator ?? ',',
        ".tsv" => reading.Separator ?? '\t',
        ".txt" => reading.Separator,
        _ => null,
    };

    /// <summary>Whether a file name does not imply a separator, though it is one of a text file.</summary>
    internal static bool NeedsSeparator(string path) => Kind(path, out _) == ".txt";

    /// <summary>Reads a table from a seekable stream.</summary>
    internal static Table Read(Stream stream, string path, string file, TableReading reading)
    {
        string kind = Kind(path, out bool isPacked);
        switch (kind)
        {
            case ".csv" or ".tsv" or ".txt":
                char? separator = reading.Separator ?? kind switch { ".csv" => ',', ".tsv" => '\t', _ => null };
                if (separator is null)
                {
                    throw InvalidInputException.At(file, 0, "the name of a .txt file does not imply a separator. Give one: "
                        + "--set data.separator=, (or ; or tab).");
                }
                return DelimitedFile.Read(stream, file, separator.Value, isPacked, reading);
            case ".parquet":
                return ParquetTable.Read(stream, file, reading);
            case ".npy":
                return NumpyTable.ReadArray(stream, file, reading);
            case ".npz":
                return NumpyTable.ReadArchive(stream, file, reading);
            case ".ndjson" or ".jsonl":
                throw InvalidInputException.At(file, 0, "rows of JSON are read one by one, by 'joule score' and 'joule watch'. Here a "
                    + $"whole table is needed: {Known} can be read. Save the rows as one of these.");
            default:
                FileKind? found = FileKind.Of(stream, out _);
                throw InvalidInputException.At(file, 0, "the file name does not have the extension of a table"
                    + $"{(found is null ? "" : $" (the file is {found.Name})")}; {Known} can be read. Give the file its proper extension.");
        }
    }

    private static string Kind(string path, out bool isPacked)
    {
        string name = Path.GetFileName(path).ToLowerInvariant();
        isPacked = name.EndsWith(".gz", StringComparison.Ordinal);
        string kind = Path.GetExtension(isPacked ? name[..^3] : name);
        return isPacked && kind is not (".csv" or ".tsv" or ".txt") ? ".gz" : kind;
    }
}
