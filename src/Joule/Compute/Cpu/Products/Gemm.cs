using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Joule.Compute;

/// <summary>
/// How a tile walks over A and B along k: groups of segments of steps. Both a convolution's taps and a matrix row are such walks, so
/// neither is copied.
/// </summary>
internal unsafe struct TileCall
{
    /// <summary>Floats of A from one k to the next within a segment.</summary>
    public nint Step;

    /// <summary>Steps per segment.</summary>
    public int Length;

    /// <summary>Floats of A from one segment to the next.</summary>
    public nint SegmentStep;

    /// <summary>Segments per group.</summary>
    public int Segments;

    /// <summary>Floats of A from one group to the next.</summary>
    public nint GroupStep;

    /// <summary>Groups.</summary>
    public int Groups;

    /// <summary>Floats of B from one k to the next; 0 if B is packed.</summary>
    public nint BStep;

    /// <summary>Steps of B that are left out before the walk, after each segment, and then after each group.</summary>
    public int Skip, SegmentSkip, GroupSkip;

    /// <summary>Whether the sums start from C.</summary>
    public bool Accumulate;

    /// <summary>Floats of A from one tile to the one below, and entries of its row table.</summary>
    public nint ANext, ARowsNext;

    /// <summary>The same for C.</summary>
    public nint CNext, CRowsNext;

    /// <summary>
    /// The part of B that is read next. Tiles that can prefetch it while they compute, and store their progress here.
    /// </summary>
    public float* Ahead;

    /// <summary>Floats of <see cref="Ahead"/> to fetch every <see cref="Gemm.AheadSteps"/> steps.</summary>
    public nint AheadStep;
}

/// <summary>A set of register tiles of one vector width.</summary>
internal unsafe interface IGemmTiles
{
    /// <summary>The width of the tile for a number of remaining columns.</summary>
    static abstract int Width(int columns);

    /// <summary>The height of the largest tile of that width with at most this many rows.</summary>
    static abstract int Height(int width, int rows);

    /// <summary>
    /// c[cr[i] + j] = start + Σₖ a[ar[i] + walk(k)] · b[k·BStep + j], for a tile or for several of the largest height below each other.
    /// The start is C, bias[j] or 0. With a slope, the sum is multiplied by slope[cr[i] + j].
    /// </summary>
    static abstract void Run(
        int height, int width, int count, TileCall* t, float* a, nint* ar, float* b, float* c, nint* cr, float* bias, float* slope);
}

/// <summary>The starts of a matrix's rows: from a table of offsets, or evenly spaced.</summary>
/// <param name="table">Offsets in floats, or null.</param>
/// <param name="stride">Floats from one row to the next if there is no table.</param>
internal readonly unsafe struct RowOffsets(nint* table, nint stride)
{
    public readonly nint* Table = table;
    public readonly nint Stride = stride;

    /// <summary>Evenly spaced rows.</summary>
    public static RowOffsets Every(nint stride) => new(null, stride);
}

/// <summary>
/// Matrix products on float32. The order of the sum over k of an element depends on its column and on the shape of B, never on the row or
/// the number of rows, so results do not depend on how rows are cut into blocks.
/// </summary>
internal static unsafe class Gemm
{
    /// <summary>Columns of a packed panel; the last one may be narrower.</summary>
    public const int Panel = 64;

    private const int PanelUnit = 16;
    private const int MostRowsOfTile = 8;

    // A piece of a panel this deep, 256 KB, stays in the second-level cache while a block of rows passes; a tile of six rows needs no more
    // bandwidth than that cache has. Pieces for the first-level cache would have to be an eighth as deep, and sums would be written and
    // read again after each. Narrower panels may be deeper.
    private const int Depth = 1024;

    // Steps between prefetches of a tile, and the most floats: two cache lines.
    public const int AheadSteps = 4;
    private const int MostAhead = 32;

    // Rows that share a panel before the next one is read: a multiple of six.
    private const int MostRowsOfBlock = 132;

    /// <summary>Vector width in bits, chosen at start.</summary>
    public static readonly int Bits = Avx512F.IsSupported ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;

    /// <summary>Floats of a packed k×n matrix.</summary>
    public static int PackedLength(int k, int n) => (n + PanelUnit - 1) / PanelUnit * PanelUnit * k;

    /// <summary>Columns of the panel when <paramref name="columns"/> remain.</summary>
    public static int PanelWidth(int columns) => Math.Min(Panel, (columns + PanelUnit - 1) / PanelUnit * PanelUnit);

    /// <summary>
    /// Packs a k×n matrix, element (p, j) at source[p·rowStride + j·columnStride], into panels of 64 columns; the last one is padded with
    /// zeros to a whole vector.
    /// </summary>
    public static void Pack(float* source, int k, int n, nint rowStride, nint columnStride, float* packed)
    {
        for (int j = 0; j < n; j += Panel, packed += (nint)Panel * k)
        {
            int columns = Math.Min(Panel, n - j), width = PanelWidth(n - j);
            float* s = source + j * columnStride;
            if (columns < width)
                new Span<float>(packed, width * k).Clear();
            if (rowStride == 1)
            {
                TransposeKernels.Transpose(s, columnStride, packed, width, columns, k);
                continue;
            }
            for (int p = 0; p < k; p++)
            {
                float* from = s + p * rowStride, to = packed + (nint)p * width;
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
    public static void MultiplyPacked(
        float* a, nint ar, nint ak, float* packed, float* bias, float* c, nint cr, int m, int n, int k, bool accumulate,
        Epilogue epilogue = default)
    {
        TileCall call = Row(ak, k, 0, accumulate);
        Run(&call, a, RowOffsets.Every(ar), packed, k, bias, c, RowOffsets.Every(cr), m, n, epilogue);
    }

    /// <summary>
    /// C[m, n] = A·B (+ C), with A's element (i, k) at a[i·ar + k·ak] and B[k, n] row by row, <paramref name="br"/> floats apart.
    /// </summary>
    /// <remarks>B may be read up to 64 floats past the end of a row.</remarks>
    public static void Multiply(float* a, nint ar, nint ak, float* b, nint br, float* c, nint cr, int m, int n, int k, bool accumulate)
    {
        TileCall call = Row(ak, k, br, accumulate);
        Run(&call, a, RowOffsets.Every(ar), b, 1, null, c, RowOffsets.Every(cr), m, n, default);
    }

    /// <summary>The walk of an ordinary matrix product.</summary>
    public static TileCall Row(nint step, int k, nint bStep, bool accumulate) =>
        new() { Step = step, Length = k, Segments = 1, Groups = 1, BStep = bStep, Accumulate = accumulate };

    /// <summary>
    /// C = A·B with the widest tiles, A walked as <paramref name="t"/> says, and an epilogue on the result.
    /// </summary>
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
    /// <param name="epilogue">Applied to each row of C at the end.</param>
    public static void Run(
        TileCall* t, float* a, RowOffsets ar, float* b, nint panelStep, float* bias, float* c, RowOffsets cr, int m, int n,
        Epilogue epilogue)
    {
        if (Bits == 512)
            Run<GemmTiles512>(t, a, ar, b, panelStep, bias, c, cr, m, n, epilogue);
        else if (Bits == 256)
            Run<GemmTiles256>(t, a, ar, b, panelStep, bias, c, cr, m, n, epilogue);
        else
            Run<GemmTiles128>(t, a, ar, b, panelStep, bias, c, cr, m, n, epilogue);
    }

    [SkipLocalsInit]
    internal static void Run<TTiles>(
        TileCall* t, float* a, RowOffsets ar, float* b, nint panelStep, float* bias, float* c, RowOffsets cr, int m, int n,
        Epilogue epilogue)
        where TTiles : struct, IGemmTiles
    {
        nint* even = stackalloc nint[3 * MostRowsOfTile];
        float* edge = stackalloc float[MostRowsOfTile * Panel];
        for (int i = 0; i < MostRowsOfTile; i++)
        {
            even[i] = i * ar.Stride;
            even[MostRowsOfTile + i] = i * cr.Stride;
            even[2 * MostRowsOfTile + i] = i * Panel;
        }
        bool tableA = ar.Table != null, tableC = cr.Table != null;
        TileCall piece = *t;
        float* factor = epilogue.Factor;
        int wholeTile = TTiles.Height(TTiles.Width(Math.Min(Panel, n)), int.MaxValue),
            blocks = Math.Max(1, (m + MostRowsOfBlock - 1) / MostRowsOfBlock);
        int rowsOfBlock = (m + blocks * wholeTile - 1) / (blocks * wholeTile) * wholeTile; // About equal blocks of whole tiles.
        for (int first = 0; first < m; first += rowsOfBlock)
        {
            int rows = Math.Min(rowsOfBlock, m - first);
            nint at = tableC ? 0 : first * cr.Stride;
            nint* rowsOfA = tableA ? ar.Table + first : even, rowsOfC = tableC ? cr.Table + first : even + MostRowsOfTile;
            for (int j = 0; j < n; j += Panel)
            {
                piece.BStep = t->BStep == 0 ? PanelWidth(n - j) : t->BStep;
                float* panel = b + j * panelStep + t->Skip * piece.BStep, from = tableA ? a : a + first * ar.Stride;
                Pieces pieces = new(t, Depth * Panel / Math.Min(Panel, n - j));
                for (int left = pieces.Count; left > 0; left--)
                {
                    bool begins = left == pieces.Count;
                    nint step = pieces.Next(&piece, out nint length);
                    piece.Accumulate = t->Accumulate || !begins;
                    if (t->BStep == 0)
                    {
                        float* follows = j + Panel < n ? b + (j + Panel) * panelStep : b;
                        piece.Ahead = left > 1 ? panel + length : follows;
                        nint rounds = (nint)(rows / wholeTile) * piece.Groups * piece.Segments * (piece.Length / AheadSteps);
                        piece.AheadStep = rounds == 0 ? 0 : Math.Min(MostAhead, (length + rounds - 1) / rounds);
                    }
                    Strip<TTiles>(&piece, from, ar.Stride, rowsOfA, panel, bias == null ? null : bias + j, c + at + j, cr.Stride, rowsOfC,
                        factor == null || left > 1 ? null : factor + at + j, rows, Math.Min(Panel, n - j), edge, even + 2 * MostRowsOfTile);
                    from += step;
                    panel += length;
                }
            }
            epilogue.Apply(c, cr, first, rows, n);
        }
    }

    // Cuts a walk into pieces of about equal depth.
    private struct Pieces
    {
        private readonly TileCall _whole;
        private readonly int _units;
        private int _done;
        private int _index;

        public Pieces(TileCall* t, int most)
        {
            _whole = *t;
            _units = t->Groups > 1 ? t->Groups : t->Segments > 1 ? t->Segments : t->Length;
            int depth = t->Groups * t->Segments * t->Length;
            Count = Math.Clamp((depth + most - 1) / most, 1, Math.Max(1, _units));
        }

        public readonly int Count { get; }

        // The next piece, its extent in A, and that in B.
        public nint Next(TileCall* piece, out nint extent)
        {
            int units = (int)((long)_units * ++_index / Count) - _done;
            _done += units;
            extent = units * piece->BStep;
            if (_whole.Groups > 1)
            {
                piece->Groups = units;
                extent *= _whole.Segments * ((nint)_whole.Length + _whole.SegmentSkip) + _whole.GroupSkip;
                return units * _whole.GroupStep;
            }
            if (_whole.Segments > 1)
            {
                piece->Segments = units;
                extent *= (nint)_whole.Length + _whole.SegmentSkip;
                return units * _whole.SegmentStep;
            }
            piece->Length = units;
            return units * _whole.Step;
        }
    }

    // A block of rows against a panel of B.
    private static void Strip<TTiles>(
        TileCall* t, float* a, nint aStride, nint* ar, float* b, float* bias, float* c, nint cStride, nint* cr, float* slope,
        int rows, int columns, float* edge, nint* edgeRows) where TTiles : struct, IGemmTiles
    {
        bool tableA = aStride == 0, tableC = cStride == 0;
        for (int j = 0, width; j < columns; j += width)
        {
            int left = columns - j;
            width = TTiles.Width(left);
            int height, most = TTiles.Height(width, int.MaxValue);
            (t->ANext, t->ARowsNext) = tableA ? (0, most) : (most * aStride, 0);
            (t->CNext, t->CRowsNext) = tableC ? (0, most) : (most * cStride, 0);
            for (int i = 0; i < rows; i += height)
            {
                height = TTiles.Height(width, rows - i);
                float* tileA = tableA ? a : a + i * aStride, columnBias = bias == null ? null : bias + j;
                nint* tileRowsA = tableA ? ar + i : ar, tileRowsC = tableC ? cr + i : cr;
                nint at = (tableC ? 0 : i * cStride) + j;
                if (left >= width)
                {
                    int count = height == most ? (rows - i) / most : 1;
                    if (count > 1 && TTiles.Height(width, rows - i - (count - 1) * most) != most)
                        count--; // The rest then makes two tiles of good height instead of a low one.
                    TTiles.Run(
                        height, width, count, t, tileA, tileRowsA, b + j, c + at, tileRowsC, columnBias, slope == null ? null : slope + at);
                    height *= count;
                    continue;
                }
                for (int r = 0; r < height && t->Accumulate; r++)
                    Buffer.MemoryCopy(c + at + tileRowsC[r], edge + edgeRows[r], width * sizeof(float), left * sizeof(float));
                TTiles.Run(height, width, 1, t, tileA, tileRowsA, b + j, edge, edgeRows, columnBias, null);
                for (int r = 0; r < height; r++)
                {
                    if (slope != null)
                        PointwiseKernels.Multiply(edge + edgeRows[r], slope + at + tileRowsC[r], edge + edgeRows[r], left, false);
                    Buffer.MemoryCopy(edge + edgeRows[r], c + at + tileRowsC[r], left * sizeof(float), left * sizeof(float));
                }
            }
        }
    }
}
