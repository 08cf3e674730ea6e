using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Joule.Compute;

/// <summary>How a tile walks over A and B along k: groups of segments of steps. A convolution's taps and a matrix's row are both such a walk, so neither is copied.</summary>
internal struct TileCall
{
    /// <summary>Floats of A from one k to the next inside a segment.</summary>
    public nint Step;

    /// <summary>Steps of a segment.</summary>
    public int Length;

    /// <summary>Floats of A from one segment's start to the next one's.</summary>
    public nint SegmentStep;

    /// <summary>Segments of a group.</summary>
    public int Segments;

    /// <summary>Floats of A from one group's start to the next one's.</summary>
    public nint GroupStep;

    /// <summary>Groups.</summary>
    public int Groups;

    /// <summary>Floats of B from one k to the next.</summary>
    public nint BStep;

    /// <summary>Whether the sums start from what C holds.</summary>
    public bool Accumulate;
}

/// <summary>A set of register tiles of one vector width.</summary>
internal unsafe interface IGemmTiles
{
    /// <summary>Rows of the largest tile.</summary>
    static abstract int Rows { get; }

    /// <summary>Columns of the wide tile.</summary>
    static abstract int Columns { get; }

    /// <summary>Columns of the narrow tile; equal to <see cref="Columns"/> where there is none.</summary>
    static abstract int NarrowColumns { get; }

    /// <summary>
    /// c[cr[i] + j] = start + Σₖ a[ar[i] + walk(k)] · b[k·BStep + j] for the largest tile with at most <paramref name="rows"/> rows; returns its rows.
    /// The start is C itself, or bias[j], or 0. Where there is a slope, the sum is multiplied by slope[cr[i] + j].
    /// </summary>
    static abstract int Run(int rows, bool narrow, TileCall* t, float* a, nint* ar, float* b, float* c, nint* cr, float* bias, float* slope);
}

/// <summary>Where the rows of a matrix start: at offsets of a table, or evenly apart.</summary>
/// <param name="table">Offsets in floats, or null.</param>
/// <param name="stride">Floats from one row to the next where there is no table.</param>
internal readonly unsafe struct RowOffsets(nint* table, nint stride)
{
    public readonly nint* Table = table;
    public readonly nint Stride = stride;

    /// <summary>Rows evenly apart.</summary>
    public static RowOffsets Every(nint stride) => new(null, stride);
}

/// <summary>
/// Matrix products on float32. Every element is one sum over k in ascending order, whatever the tile that it falls into: so a result does not
/// depend on how rows were cut into blocks.
/// </summary>
internal static unsafe class Gemm
{
    /// <summary>Columns of a packed panel.</summary>
    public const int Panel = 32;

    // Rows that an epilogue takes at a time: enough to be worth the call, few enough to be in the nearest cache.
    private const int RowsOfEpilogue = 32;

    // A matrix B up to this size stays in the second cache while rows of A go by, one tile after the other; of a larger one a panel does.
    private const int CachedFloats = 256 * 1024;
    private const int RowsOfBlock = 128;

    /// <summary>Vector width in bits, chosen at start.</summary>
    public static readonly int Bits = Avx512F.IsSupported ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;

    /// <summary>Floats that a packed k×n matrix takes.</summary>
    public static int PackedLength(int k, int n) => (n + Panel - 1) / Panel * Panel * k;

    /// <summary>Packs a k×n matrix, element (p, j) at source[p·rowStride + j·columnStride], into panels of 32 columns, zeros past the last one.</summary>
    public static void Pack(float* source, int k, int n, nint rowStride, nint columnStride, float* packed)
    {
        for (int j = 0; j < n; j += Panel, packed += (nint)Panel * k)
        {
            int columns = Math.Min(Panel, n - j);
            float* s = source + j * columnStride;
            if (columns < Panel)
                new Span<float>(packed, Panel * k).Clear();
            if (rowStride == 1)
            {
                TransposeKernels.Transpose(s, columnStride, packed, Panel, columns, k);
                continue;
            }
            for (int p = 0; p < k; p++)
            {
                float* from = s + p * rowStride, to = packed + (nint)p * Panel;
                if (columnStride == 1)
                {
                    Buffer.MemoryCopy(from, to, columns * sizeof(float), columns * sizeof(float));
                    continue;
                }
                for (int c = 0; c < columns; c++)
                    to[c] = from[c * columnStride];
            }
        }
    }

    /// <summary>
    /// C[m, n] = A·B (+ bias per column, or + C), with A's element (i, k) at a[i·ar + k·ak] and B packed by <see cref="Pack"/>.
    /// </summary>
    public static void MultiplyPacked(float* a, nint ar, nint ak, float* packed, float* bias, float* c, nint cr, int m, int n, int k, bool accumulate, Epilogue epilogue = default)
    {
        TileCall call = Row(ak, k, Panel, accumulate);
        Run(&call, a, RowOffsets.Every(ar), packed, k, bias, c, RowOffsets.Every(cr), m, n, epilogue);
    }

    /// <summary>C[m, n] = A·B (+ C), with A's element (i, k) at a[i·ar + k·ak] and B[k, n] row by row, <paramref name="br"/> floats apart.</summary>
    /// <remarks>B may be read up to 32 floats past the end of a row.</remarks>
    public static void Multiply(float* a, nint ar, nint ak, float* b, nint br, float* c, nint cr, int m, int n, int k, bool accumulate)
    {
        TileCall call = Row(ak, k, br, accumulate);
        Run(&call, a, RowOffsets.Every(ar), b, 1, null, c, RowOffsets.Every(cr), m, n, default);
    }

    /// <summary>The walk of an ordinary matrix product.</summary>
    public static TileCall Row(nint step, int k, nint bStep, bool accumulate) =>
        new() { Step = step, Length = k, Segments = 1, Groups = 1, BStep = bStep, Accumulate = accumulate };

    /// <summary>C = A·B with the widest tiles, where A is walked over as <paramref name="t"/> says, and an epilogue over what was written.</summary>
    /// <param name="t">The walk over k.</param>
    /// <param name="a">A.</param>
    /// <param name="ar">A's rows.</param>
    /// <param name="b">B.</param>
    /// <param name="panelStep">Floats from one column of B to the next at a panel's start: k in packed panels, 1 in plain rows.</param>
    /// <param name="bias">n numbers to start from, or null.</param>
    /// <param name="c">C.</param>
    /// <param name="cr">C's rows.</param>
    /// <param name="m">Rows of A and C.</param>
    /// <param name="n">Columns of B and C.</param>
    /// <param name="epilogue">What is done to every row of C at last.</param>
    public static void Run(TileCall* t, float* a, RowOffsets ar, float* b, nint panelStep, float* bias, float* c, RowOffsets cr, int m, int n, Epilogue epilogue)
    {
        if (Bits == 512)
            Run<GemmTiles512>(t, a, ar, b, panelStep, bias, c, cr, m, n, epilogue);
        else if (Bits == 256)
            Run<GemmTiles256>(t, a, ar, b, panelStep, bias, c, cr, m, n, epilogue);
        else
            Run<GemmTiles128>(t, a, ar, b, panelStep, bias, c, cr, m, n, epilogue);
    }

    internal static void Run<TTiles>(TileCall* t, float* a, RowOffsets ar, float* b, nint panelStep, float* bias, float* c, RowOffsets cr, int m, int n, Epilogue epilogue)
        where TTiles : struct, IGemmTiles
    {
        nint* even = stackalloc nint[3 * TTiles.Rows];
        float* edge = stackalloc float[TTiles.Rows * TTiles.Columns];
        Tiles<TTiles> tiles = new(t, b, panelStep, bias, epilogue.Factor, even, edge, ar.Stride, cr.Stride);
        bool cached = (long)t->Groups * t->Segments * t->Length * n <= CachedFloats;
        for (int first = 0; first < m; first += RowsOfBlock)
        {
            int end = Math.Min(m, first + RowsOfBlock);
            if (!cached)
            {
                for (int j = 0; j < n; j += Panel)
                    for (int i = first; i < end;)
                        i += tiles.Run(At(a, ar, i), ar.Table == null ? even : ar.Table + i, At(c, cr, i), cr.Table == null ? even + TTiles.Rows : cr.Table + i, i, end - i, j, Math.Min(n, j + Panel));
                epilogue.Apply(c, cr, first, end - first, n);
                continue;
            }
            for (int i = first, ready = first; i < end;)
            {
                i += tiles.Run(At(a, ar, i), ar.Table == null ? even : ar.Table + i, At(c, cr, i), cr.Table == null ? even + TTiles.Rows : cr.Table + i, i, end - i, 0, n);
                if (i - ready >= RowsOfEpilogue || i == end)
                {
                    epilogue.Apply(c, cr, ready, i - ready, n);
                    ready = i;
                }
            }
        }
    }

    private static float* At(float* matrix, RowOffsets rows, int i) => rows.Table == null ? matrix + i * rows.Stride : matrix;

    // A tile's height of rows against columns [from, to) of B.
    private readonly struct Tiles<TTiles> where TTiles : struct, IGemmTiles
    {
        private readonly TileCall* _call;
        private readonly float* _b;
        private readonly nint _panelStep;
        private readonly float* _bias;
        private readonly float* _slope;
        private readonly nint _rowStep;
        private readonly float* _edge;
        private readonly nint* _edgeRows;

        public Tiles(TileCall* call, float* b, nint panelStep, float* bias, float* slope, nint* even, float* edge, nint aStride, nint cStride)
        {
            _slope = slope;
            _rowStep = cStride;
            _call = call;
            _b = b;
            _panelStep = panelStep;
            _bias = bias;
            _edge = edge;
            _edgeRows = even + 2 * TTiles.Rows;
            for (int i = 0; i < TTiles.Rows; i++)
                (even[i], even[TTiles.Rows + i], _edgeRows[i]) = (i * aStride, i * cStride, i * TTiles.Columns);
        }

        public int Run(float* a, nint* ar, float* c, nint* cr, int row, int rows, int from, int to)
        {
            float* slope = _slope == null ? null : _slope + row * _rowStep;
            int done = 0, width;
            for (int j = from; j < to; j += width)
            {
                int left = to - j;
                bool narrow = left <= TTiles.NarrowColumns;
                width = narrow ? TTiles.NarrowColumns : TTiles.Columns;
                float* panel = _b + (j & ~(Panel - 1)) * _panelStep + (j & (Panel - 1)), bias = _bias == null ? null : _bias + j;
                if (left >= width)
                {
                    done = TTiles.Run(rows, narrow, _call, a, ar, panel, c + j, cr, bias, slope == null ? null : slope + j);
                    continue;
                }
                rows = Math.Min(rows, TTiles.Rows);
                if (_call->Accumulate)
                {
                    for (int r = 0; r < rows; r++)
                        Buffer.MemoryCopy(c + cr[r] + j, _edge + _edgeRows[r], width * sizeof(float), left * sizeof(float));
                }
                done = TTiles.Run(rows, narrow, _call, a, ar, panel, _edge, _edgeRows, bias, null);
                for (int r = 0; r < done; r++)
                {
                    if (slope != null)
                        PointwiseKernels.Multiply(_edge + _edgeRows[r], slope + cr[r] + j, _edge + _edgeRows[r], left, false);
                    Buffer.MemoryCopy(_edge + _edgeRows[r], c + cr[r] + j, left * sizeof(float), left * sizeof(float));
                }
            }
            return done;
        }
    }
}
