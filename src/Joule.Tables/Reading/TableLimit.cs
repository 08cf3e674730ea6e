namespace Joule.Tables;

/// <summary>
/// The rules for the size of a table. A cell takes eight bytes in memory, whatever its text, so a table takes at most sixteen times its
/// file and 63 MiB.
/// </summary>
internal static class TableLimit
{
    /// <summary>Most columns of a table.</summary>
    public const int Columns = 10_000;

    /// <summary>Most characters of a cell of a text file.</summary>
    public const int CellCharacters = 100_000;

    /// <summary>Most different texts that are kept of all columns together; what comes later counts as one more of its column.</summary>
    public const int Levels = 1 << 18;

    /// <summary>Bytes of a cell in memory.</summary>
    public const int CellBytes = sizeof(double);

    /// <summary>Most bytes of cells that a file of some bytes may hold.</summary>
    public static long Bytes(long fileLength) => (16 * fileLength) + (63L << 20);

    /// <summary>Most bytes that a packed text may unpack to: no real table is packed to less than a hundredth.</summary>
    public static long UnpackedText(long fileLength) => (100 * fileLength) + (16L << 20);

    /// <summary>Refuses a table that is too large.</summary>
    /// <param name="file">The file, for the error.</param>
    /// <param name="fileLength">Its size.</param>
    /// <param name="rows">Rows that it claims.</param>
    /// <param name="columns">Columns that it claims.</param>
    /// <param name="offset">Where it claims them.</param>
    /// <exception cref="InvalidInputException">There are too many.</exception>
    public static void Check(string file, long fileLength, UInt128 rows, long columns, long offset)
    {
        if (columns > Columns)
        {
            throw InvalidInputException.At(file, offset,
                $"the table has {columns:N0} columns; at most {Columns:N0} can be used. Choose the columns that matter, and save those.");
        }
        UInt128 bytes = rows * (ulong)columns * CellBytes;
        long most = Bytes(fileLength);
        if (rows > (ulong)Array.MaxLength || bytes > (ulong)most)
        {
            throw InvalidInputException.At(file, offset,
                $"{rows:N0} rows of {columns:N0} columns take {bytes:N0} bytes of memory, and a file of {fileLength:N0} bytes may take "
                + $"{most:N0}. "
                + "Save it without compression, or split it.");
        }
    }
}
