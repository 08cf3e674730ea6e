namespace Joule.Tables;

/// <summary>
/// Limits on the size of a table. A cell takes eight bytes in memory, whatever its text, and a table may take at most sixteen times the
/// size of its file plus 63 MiB.
/// </summary>
internal static class TableLimit
{
    /// <summary>The most columns of a table.</summary>
    public const int Columns = 10_000;

    /// <summary>The most characters in a cell of a text file.</summary>
    public const int CellCharacters = 100_000;

    /// <summary>The most distinct texts kept in all columns together; all further texts of a column share one level.</summary>
    public const int Levels = 1 << 18;

    /// <summary>The bytes per cell in memory.</summary>
    public const int CellBytes = sizeof(double);

    /// <summary>The most bytes of cells that a file of a given size may hold.</summary>
    public static long Bytes(long fileLength) => (16 * fileLength) + (63L << 20);

    /// <summary>The most bytes that compressed text may expand to: 100 times its size plus 16 MiB, more than real tables need.</summary>
    public static long UnpackedText(long fileLength) => (100 * fileLength) + (16L << 20);

    /// <summary>Throws if a table is too large.</summary>
    /// <param name="file">The file, for the error.</param>
    /// <param name="fileLength">Its size.</param>
    /// <param name="rows">The number of rows it claims.</param>
    /// <param name="columns">The number of columns it claims.</param>
    /// <param name="offset">The byte offset of the claim.</param>
    /// <exception cref="InvalidInputException">There are too many rows or columns.</exception>
    public static void Check(string file, long fileLength, UInt128 rows, long columns, long offset)
    {
        if (columns > Columns)
        {
            throw InvalidInputException.At(file, offset,
                $"the table has {columns:N0} columns; at most {Columns:N0} can be used. Save a table with only the columns that matter.");
        }
        UInt128 bytes = rows * (ulong)columns * CellBytes;
        long most = Bytes(fileLength);
        if (rows > (ulong)Array.MaxLength || bytes > (ulong)most)
        {
            throw InvalidInputException.At(file, offset,
                $"{rows:N0} rows of {columns:N0} columns take {bytes:N0} bytes of memory, but a file of {fileLength:N0} bytes may take "
                + $"only {most:N0}. Save it without compression, or split it.");
        }
    }
}
