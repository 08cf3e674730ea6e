namespace Joule.Compute;

/// <summary>
/// Neighbouring positions along one axis for which the same taps of the kernel lie inside the image: the others would meet zeros.
/// </summary>
/// <param name="First">The first position.</param>
/// <param name="Count">Number of positions.</param>
/// <param name="FirstTap">The first tap inside.</param>
/// <param name="Taps">Number of taps inside; they are neighbours.</param>
internal sealed record TapSpan(int First, int Count, int FirstTap, int Taps)
{
    /// <summary>Most spans of an axis for which products are cut by them; with more, the image gets a border instead.</summary>
    public const int Most = 5;

    /// <summary>All positions with all taps: for an image with a border.</summary>
    public static TapSpan[] Whole(int count, int taps) => [new(0, count, 0, taps)];

    /// <summary>The outputs of a convolution, whose taps are numbered from the start of the kernel.</summary>
    public static TapSpan[] OfOutputs(int outputs, int side, int kernel, int stride, int padding) =>
        Of(outputs, o => (padding - o * stride, side + padding - o * stride), kernel);

    /// <summary>
    /// The pixels of a phase (<see cref="PhaseGrid"/>), whose taps are numbered by rising output: tap t of T reaches pixel m from output
    /// m − T + 1 + t.
    /// </summary>
    public static TapSpan[] OfPhase(int first, int count, int taps, int outputs) =>
        Of(count, i => (taps - 1 - first - i, taps - 1 - first - i + outputs), taps);

    /// <summary>The taps of a kernel, by the outputs that meet the image through them: here outputs take the role of taps.</summary>
    public static TapSpan[] OfTaps(int outputs, int side, int kernel, int stride, int padding) =>
        Of(kernel, k => (Ceiling(padding - k, stride), Ceiling(side + padding - k, stride)), outputs);

    // Positions with equal ranges, of which the part inside [0, taps) counts.
    private static TapSpan[] Of(int count, Func<int, (int Start, int End)> range, int taps)
    {
        List<TapSpan> spans = [];
        for (int i = 0; i < count; i++)
        {
            (int start, int end) = range(i);
            start = Math.Max(0, start);
            int inside = Math.Max(0, Math.Min(taps, end) - start);
            start = inside == 0 ? 0 : start;
            if (spans is [.., TapSpan last] && last.FirstTap == start && last.Taps == inside)
                spans[^1] = last with { Count = last.Count + 1 };
            else
                spans.Add(new TapSpan(i, 1, start, inside));
        }
        return [.. spans];
    }

    private static int Ceiling(int a, int b) => a <= 0 ? 0 : (a + b - 1) / b;
}

/// <summary>Where the numbers of samples, rows and columns lie, in floats.</summary>
internal readonly record struct Lattice(nint Start, nint Sample, nint Row, nint Column)
{
    /// <summary>The place of a number relative to the start.</summary>
    public nint Of(int sample, int row, int column) => sample * Sample + row * Row + column * Column;
}

/// <summary>A rectangle of positions that see the same taps: one matrix product, with some of the kernel's taps.</summary>
internal sealed unsafe class ConvolutionPart
{
    private readonly Bands _bands;
    private readonly Lattice _from;
    private readonly Lattice _to;
    private readonly OffsetTable _fromRows;
    private readonly OffsetTable? _toRows;
    private readonly TileCall _call;

    /// <summary>Creates the tables.</summary>
    /// <param name="samples">Most samples of a product.</param>
    /// <param name="most">Most entries of a table for one sample, about.</param>
    /// <param name="rows">The rows of positions, and their rows of taps.</param>
    /// <param name="columns">The columns.</param>
    /// <param name="from">Where the first number that a position sees lies; its start is that of the first position.</param>
    /// <param name="to">Where the result of a position lies.</param>
    /// <param name="call">The walk over the taps of a position.</param>
    public ConvolutionPart(int samples, int most, TapSpan rows, TapSpan columns, Lattice from, Lattice to, TileCall call)
    {
        (_from, _to, _call) = (from, to, call);
        _bands = new Bands(samples, rows.Count, columns.Count, most);
        _fromRows = OffsetTable.Of(samples, _bands.Rows, _bands.Columns, from.Of);
        // Results without gaps need no table.
        if (to.Row != columns.Count * to.Column || to.Sample != rows.Count * to.Row)
            _toRows = OffsetTable.Of(samples, _bands.Rows, _bands.Columns, to.Of);
    }

    /// <summary>Numbers in the tables.</summary>
    public int TableLength => _fromRows.Length + (_toRows?.Length ?? 0);

    /// <summary>Computes c (+)= a·B + bias, and the epilogue, for some samples.</summary>
    /// <param name="a">The first sample of what positions see.</param>
    /// <param name="samples">Number of samples.</param>
    /// <param name="packed">B, of <paramref name="depth"/> rows for all taps and <paramref name="n"/> columns.</param>
    /// <param name="depth">Rows of B.</param>
    /// <param name="bias">n numbers, or null.</param>
    /// <param name="c">The first sample of the result.</param>
    /// <param name="n">Numbers of a position of the result.</param>
    /// <param name="epilogue">Applied to the result.</param>
    /// <param name="accumulate">Whether to add to c.</param>
    public void Run(float* a, int samples, float* packed, int depth, float* bias, float* c, int n, Epilogue epilogue, bool accumulate)
    {
        TileCall call = _call;
        call.Accumulate = accumulate;
        RowOffsets to = _toRows is null ? RowOffsets.Every(_to.Column) : new RowOffsets(_toRows.Pointer, 0);
        for (int b = 0; b < _bands.Count; b++)
        {
            Band band = _bands[b];
            nint at = _to.Start + _to.Of(0, band.Row, band.Column);
            Gemm.Run(
                &call, a + _from.Start + _from.Of(0, band.Row, band.Column), new RowOffsets(_fromRows.Pointer, 0), packed, depth, bias,
                c + at, to, samples * band.Positions, n, epilogue.Offset(at));
        }
    }
}
