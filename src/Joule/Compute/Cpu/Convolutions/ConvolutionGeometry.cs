using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Joule.Compute;

/// <summary>Offsets in floats, in fixed memory that lives as long as the object.</summary>
internal sealed unsafe class OffsetTable
{
    private readonly nint[] _offsets;

    private OffsetTable(int length)
    {
        _offsets = GC.AllocateArray<nint>(Math.Max(1, length), pinned: true);
    }

    public int Length => _offsets.Length;

    public nint* Pointer => (nint*)Unsafe.AsPointer(ref _offsets[0]);

    /// <summary>The offsets of samples × rows × columns, in that order.</summary>
    public static OffsetTable Of(int samples, int rows, int columns, Func<int, int, int, nint> offset)
    {
        OffsetTable table = new(samples * rows * columns);
        int i = 0;
        for (int n = 0; n < samples; n++)
            for (int y = 0; y < rows; y++)
                for (int x = 0; x < columns; x++)
                    table._offsets[i++] = offset(n, y, x);
        return table;
    }
}

/// <summary>
/// Rows × columns of positions, cut into bands of whole rows or of pieces of one row, so that one small table of offsets serves all bands:
/// tables do not grow with the image.
/// </summary>
internal readonly struct Bands
{
    private readonly int _rows;
    private readonly int _columns;
    private readonly int _inRow;

    /// <summary>Bands of about the largest number of positions of a table; several samples stay together.</summary>
    public Bands(int samples, int rows, int columns, int most)
    {
        (_rows, _columns) = (rows, columns);
        if (samples > 1 || rows == 0 || columns == 0 || (long)rows * columns <= most)
            (Rows, Columns) = (rows, columns);
        else if (columns <= most)
            (Rows, Columns) = (Math.Min(rows, most / columns), columns);
        else
            (Rows, Columns) = (1, most);
        _inRow = Columns == 0 ? 0 : (columns + Columns - 1) / Columns;
        Count = Rows == 0 ? 0 : (rows + Rows - 1) / Rows * _inRow;
    }

    /// <summary>Rows of a band; the last one may have fewer.</summary>
    public int Rows { get; }

    /// <summary>Columns of a band; the last one of a row may have fewer.</summary>
    public int Columns { get; }

    /// <summary>Number of bands.</summary>
    public int Count { get; }

    /// <summary>The start of a band, and its number of positions: its entries are the first ones of the table.</summary>
    public Band this[int band]
    {
        get
        {
            int row = band / _inRow * Rows, column = band % _inRow * Columns;
            return new Band(row, column, Math.Min(Rows, _rows - row) * Math.Min(Columns, _columns - column));
        }
    }
}

/// <summary>The start of a band and its number of positions.</summary>
internal readonly record struct Band(int Row, int Column, int Positions);

/// <summary>Images [height, width, channels] with a border of zeros.</summary>
internal readonly unsafe struct PaddedImage
{
    private const int MostChannelsOfState = 4;

    private readonly int _height;
    private readonly int _line;
    private readonly int _before;
    private readonly int _left;
    private readonly int _right;
    private readonly int _after;
    private readonly bool _isState;

    public PaddedImage(int height, int width, int channels, int before, int afterRows, int afterColumns)
    {
        Width = before + width + afterColumns;
        RowLength = (nint)Width * channels;
        Length = (before + height + afterRows) * RowLength;
        (_height, _line) = (height, width * channels);
        (_before, _after) = ((int)(before * RowLength), (int)(afterRows * RowLength));
        (_left, _right) = (before * channels, afterColumns * channels);
        _isState = channels <= MostChannelsOfState;
    }

    /// <summary>Whether there is a border.</summary>
    public bool HasBorder => Length != (nint)_height * _line;

    /// <summary>Pixels of a row.</summary>
    public int Width { get; }

    /// <summary>Floats of a row.</summary>
    public nint RowLength { get; }

    /// <summary>Floats of an image.</summary>
    public nint Length { get; }

    /// <summary>
    /// Images with their border, in the given memory; without a border, the images themselves. Up to fifteen floats past the last image are
    /// written.
    /// </summary>
    public float* Of(float* images, int count, float* memory)
    {
        if (!HasBorder)
            return images;
        float* to = memory;
        for (int n = 0; n < count; n++)
        {
            to = Clear(to, _before + _left);
            for (int y = 1; y <= _height; y++, images += _line)
            {
                if (_isState)
                    Fetch(images + _height * _line, _line);
                Copy(images, to, _line);
                // The right border and the next row's left border.
                to = Clear(to + _line, y < _height ? _right + _left : _right + _after);
            }
        }
        return memory;
    }

    // States lie in large memory that may not be in a cache: the next image is prefetched while one is copied.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fetch(float* next, int length)
    {
        for (int i = 0; i < length; i += Vector512<float>.Count)
            Cache.Fetch(next + i);
    }

    // Whole vectors: what they write past the end is overwritten by what follows.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float* Clear(float* to, int length)
    {
        for (int i = 0; i < length; i += Vector512<float>.Count)
            Vector512<float>.Zero.Store(to + i);
        return to + length;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Copy(float* from, float* to, int length)
    {
        int i = 0;
        for (; i + Vector512<float>.Count <= length; i += Vector512<float>.Count)
            Vector512.Load(from + i).Store(to + i);
        for (; i < length; i++)
            to[i] = from[i];
    }
}

/// <summary>
/// Seen from the input, a convolution of stride s falls into s² phases: pixel s·m + p − padding is reached by the taps p, p + s, p + 2s, …
/// of the kernel, tap p + s·j from output m − j; the same for rows and columns.
/// </summary>
internal sealed class PhaseGrid
{
    public PhaseGrid(ConvolutionShape s)
    {
        Phases = new PhaseOfKernel[s.Stride * s.Stride];
        for (int p = 0; p < Phases.Length; p++)
        {
            PhaseOfKernel phase = Phases[p] = new PhaseOfKernel(s, p / s.Stride, p % s.Stride);
            AfterRows = Math.Max(AfterRows, phase.FirstRow + phase.Rows - s.OutputHeight);
            AfterColumns = Math.Max(AfterColumns, phase.FirstColumn + phase.Columns - s.OutputWidth);
        }
        Before = (s.Kernel - 1) / s.Stride;
    }

    public PhaseOfKernel[] Phases { get; }

    /// <summary>Outputs before the first one that taps reach, in rows and in columns.</summary>
    public int Before { get; }

    /// <summary>Rows after the last output.</summary>
    public int AfterRows { get; }

    /// <summary>Columns after the last output.</summary>
    public int AfterColumns { get; }
}

/// <summary>One phase: its taps, and the pixels that it covers.</summary>
internal sealed class PhaseOfKernel
{
    private readonly ConvolutionShape _s;
    private readonly int _row;
    private readonly int _column;

    public PhaseOfKernel(ConvolutionShape s, int row, int column)
    {
        (_s, _row, _column) = (s, row, column);
        TapRows = Taps(row);
        TapColumns = TapRows == 0 ? 0 : Taps(column);
        if (TapColumns == 0)
            TapRows = 0;
        FirstRow = First(row);
        FirstColumn = First(column);
        Rows = Math.Max(0, Last(s.Height, row) - FirstRow + 1);
        Columns = Math.Max(0, Last(s.Width, column) - FirstColumn + 1);
        RowSpans = TapSpan.OfPhase(FirstRow, Rows, TapRows, s.OutputHeight);
        ColumnSpans = TapSpan.OfPhase(FirstColumn, Columns, TapColumns, s.OutputWidth);
    }

    /// <summary>Rows of pixels that see the same taps.</summary>
    public TapSpan[] RowSpans { get; }

    /// <summary>Columns of pixels that see the same taps.</summary>
    public TapSpan[] ColumnSpans { get; }

    public int TapRows { get; }

    public int TapColumns { get; }

    /// <summary>The first m whose pixel is inside the image.</summary>
    public int FirstRow { get; }

    public int FirstColumn { get; }

    public int Rows { get; }

    public int Columns { get; }

    public int KernelRow(int tap) => _row + _s.Stride * tap;

    public int KernelColumn(int tap) => _column + _s.Stride * tap;

    public int PixelRow(int m) => _s.Stride * m + _row - _s.Padding;

    public int PixelColumn(int m) => _s.Stride * m + _column - _s.Padding;

    private int Taps(int phase) => (_s.Kernel - phase + _s.Stride - 1) / _s.Stride is var taps and > 0 ? taps : 0;

    private int First(int phase) => phase >= _s.Padding ? 0 : (_s.Padding - phase + _s.Stride - 1) / _s.Stride;

    // The last m whose pixel is inside the image, or −1.
    private int Last(int side, int phase) => side - 1 + _s.Padding - phase is var room and >= 0 ? room / _s.Stride : -1;
}
