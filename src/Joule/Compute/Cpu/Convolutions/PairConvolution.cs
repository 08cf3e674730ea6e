using System.Runtime.CompilerServices;

namespace Joule.Compute;

/// <summary>
/// The gradient of a convolution of stride 2 by an input of sixteen channels, on 512-bit registers. A single phase fills one register of
/// columns, and each number of the outputs' gradient would be loaded for a single multiply-add. So the two phases of a row of pixels are
/// computed together: a column of outputs that reaches both pixels of a pair is used twice, those at the ends, which reach one, once.
/// </summary>
internal sealed unsafe class PairConvolution : IDisposable
{
    private const int Lanes = PairTile.Lanes;
    private const int MostTable = 1024;

    private readonly RowOfPairs[] _rows;

    public PairConvolution(ConvolutionShape s, PhaseGrid grid, PaddedImage output, int samples) =>
        _rows = [new(s, grid, output, samples, 0), new(s, grid, output, samples, 1)];

    public int TableLength => _rows[0].TableLength + _rows[1].TableLength;

    /// <summary>Whether the processor has the registers, and each pixel has a partner and taps that reach it.</summary>
    public static bool Supports(ConvolutionShape s) =>
        Gemm.Bits == 512 && s is { Channels: Lanes, Stride: 2, Kernel: >= 2 } && s.Width % 2 == 0;

    /// <summary>Packs weights [outputs, channels, kernel, kernel].</summary>
    public void Pack(float* w)
    {
        foreach (RowOfPairs row in _rows)
            row.Pack(w);
    }

    /// <summary>dx (+)= the gradient of x ∗ W with respect to x, ⊙ slope if that is not null, for some samples.</summary>
    /// <param name="a">The outputs' gradient, with its border.</param>
    /// <param name="samples">Number of samples.</param>
    /// <param name="dx">The inputs' gradient.</param>
    /// <param name="slope">The factor, or null.</param>
    /// <param name="accumulate">Whether to add to dx.</param>
    public void Run(float* a, int samples, float* dx, float* slope, bool accumulate)
    {
        foreach (RowOfPairs row in _rows)
            row.Run(a, samples, dx, slope, accumulate);
    }

    public void Dispose()
    {
        foreach (RowOfPairs row in _rows)
            row.Dispose();
    }

    // All pairs of pixels whose rows have the same phase.
    private sealed class RowOfPairs : IDisposable
    {
        private readonly ConvolutionShape _s;
        private readonly PhaseOfKernel _left;
        private readonly PhaseOfKernel _right;
        private readonly Bands _bands;
        private readonly OffsetTable _from;
        private readonly OffsetTable _to;
        private readonly DeviceBuffer _packed;
        private readonly nint _width;
        private readonly PairWalk _walk;

        public RowOfPairs(ConvolutionShape s, PhaseGrid grid, PaddedImage output, int samples, int row)
        {
            (_s, _width) = (s, output.Width);
            // Pixels of even columns are the left ones. Pair j is seen from outputs m + j − tap, for each of the two phases with its own m.
            _left = grid.Phases[2 * row + s.Padding % 2];
            _right = grid.Phases[2 * row + 1 - s.Padding % 2];
            int left = s.Padding / 2, right = (s.Padding + 1) / 2, first = left - _left.TapColumns + 1;
            int head = right - _right.TapColumns + 1 - first, tail = right - left;
            _walk = new PairWalk
            {
                Head = head * s.Outputs,
                Both = (_left.TapColumns - head) * s.Outputs,
                Tail = tail * s.Outputs,
                Segments = _left.TapRows,
                SegmentStep = output.RowLength,
            };
            _packed = new((long)_walk.Segments * (_walk.Head + 2 * _walk.Both + _walk.Tail) * Lanes);
            _bands = new Bands(samples, _left.Rows, s.Width / 2, MostTable);
            nint sample = (nint)s.Height * s.Width * s.Channels;
            _from = OffsetTable.Of(samples, _bands.Rows, _bands.Columns, (n, y, j) => n * output.Length
                + ((nint)(grid.Before + _left.FirstRow + y - _left.TapRows + 1) * output.Width + grid.Before + first + j) * s.Outputs);
            _to = OffsetTable.Of(samples, _bands.Rows, _bands.Columns,
                (n, y, j) => n * sample + ((nint)_left.PixelRow(_left.FirstRow + y) * s.Width + 2 * j) * s.Channels);
        }

        public int TableLength => _from.Length + _to.Length;

        [SkipLocalsInit]
        public void Run(float* a, int samples, float* dx, float* slope, bool accumulate)
        {
            float* edge = stackalloc float[PairTile.Rows * 2 * Lanes];
            nint* tables = stackalloc nint[2 * PairTile.Rows];
            for (int b = 0; b < _bands.Count; b++)
            {
                Band band = _bands[b];
                nint at = ((nint)band.Row * _s.Width + band.Column) * 2 * _s.Channels;
                float* from = a + (band.Row * _width + band.Column) * _s.Outputs, to = dx + at, factor = slope == null ? null : slope + at;
                int count = samples * band.Positions, i = 0;
                for (; i + PairTile.Rows <= count; i += PairTile.Rows)
                    PairTile.Run(_walk, from, _from.Pointer + i, _packed.Pointer, to, _to.Pointer + i, factor, accumulate);
                if (i < count)
                    Rest(from, _from.Pointer + i, to, _to.Pointer + i, factor, accumulate, count - i, edge, tables);
            }
        }

        public void Pack(float* w)
        {
            int area = _s.Kernel * _s.Kernel, columns = (_walk.Head + _walk.Both + _walk.Tail) / _s.Outputs, head = _walk.Head / _s.Outputs;
            float* to = _packed.Pointer;
            for (int y = _left.TapRows - 1; y >= 0; y--)
            {
                for (int x = 0; x < columns; x++)
                {
                    int left = _left.TapColumns - 1 - x, right = _right.TapColumns - 1 - (x - head);
                    for (int o = 0; o < _s.Outputs; o++)
                    {
                        float* kernel = w + (nint)o * _s.Channels * area + _left.KernelRow(y) * _s.Kernel;
                        if (left >= 0)
                            to = Put(kernel + _left.KernelColumn(left), area, to);
                        if (x >= head)
                            to = Put(kernel + _right.KernelColumn(right), area, to);
                    }
                }
            }
        }

        public void Dispose() => _packed.Dispose();

        private static float* Put(float* tap, int area, float* to)
        {
            for (int c = 0; c < Lanes; c++)
                *to++ = tap[c * area];
            return to;
        }

        // Fewer rows than a tile has: the last one is repeated, into separate memory.
        private void Rest(
            float* from, nint* fromRows, float* to, nint* toRows, float* slope, bool accumulate, int count, float* edge, nint* tables)
        {
            for (int r = 0; r < PairTile.Rows; r++)
                (tables[r], tables[PairTile.Rows + r]) = (fromRows[Math.Min(r, count - 1)], r * 2 * Lanes);
            for (int r = 0; r < count && accumulate; r++)
                Buffer.MemoryCopy(to + toRows[r], edge + r * 2 * Lanes, 2 * Lanes * sizeof(float), 2 * Lanes * sizeof(float));
            PairTile.Run(_walk, from, tables, _packed.Pointer, edge, tables + PairTile.Rows, null, accumulate);
            for (int r = 0; r < count; r++)
            {
                if (slope != null)
                    PointwiseKernels.Multiply(edge + r * 2 * Lanes, slope + toRows[r], edge + r * 2 * Lanes, 2 * Lanes, false);
                Buffer.MemoryCopy(edge + r * 2 * Lanes, to + toRows[r], 2 * Lanes * sizeof(float), 2 * Lanes * sizeof(float));
            }
        }
    }
}
