using Joule.Data;

namespace Joule.Tables;

/// <summary>Memory for some rows of a stream, used again and again.</summary>
public sealed class RowBlock
{
    private const int MostRows = 1024;
    private const int MostCells = 1 << 16;

    private readonly RowCell[] _cells;
    private readonly RawRow[] _rows;
    private readonly int _columns;

    /// <summary>Allocates memory for rows of a number of columns.</summary>
    public RowBlock(int columns)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
        _columns = columns;
        _rows = new RawRow[Math.Clamp(MostCells / columns, 1, MostRows)];
        _cells = new RowCell[_rows.Length * columns];
    }

    /// <summary>Number of rows in it.</summary>
    public int Count { get; private set; }

    /// <summary>Whether no further row fits.</summary>
    public bool IsFull => Count == _rows.Length;

    /// <summary>A row; its cells are valid until the block is filled again.</summary>
    public RawRow this[int index] => _rows[index];

    /// <summary>The cells of the next row, to be written before <see cref="Add"/>.</summary>
    internal Span<RowCell> Next => _cells.AsSpan(Count * _columns, _columns);

    internal void Clear() => Count = 0;

    /// <summary>Adds the row whose cells were written to <see cref="Next"/>, or a row with a problem.</summary>
    internal void Add(RawRow row)
    {
        _rows[Count] = row.Problem is null ? row with { Cells = _cells.AsMemory(Count * _columns, _columns) } : row;
        Count++;
    }
}
