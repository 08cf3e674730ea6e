using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Joule.Compute;

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
    /// c[i, j] = init[i, j] + Σₖ a[i·ar + k·ak] · b[k·bk + j] for the largest tile with at most <paramref name="rows"/> rows; returns its rows.
    /// </summary>
    static abstract int Run(int rows, bool narrow, float* a, nint ar, nint ak, float* b, nint bk, int k, float* c, nint cr, float* init, nint ir);
}

/// <summary>
/// Matrix products on float32. Every element is one sum over k in ascending order, whatever the tile that it falls into: so a result does not
/// depend on how rows were cut into blocks.
/// </summary>
internal static unsafe class Gemm
{
    /// <summary>Columns of a packed panel.</summary>
    public const int Panel = 32;

    /// <summary>Vector width in bits, chosen at start.</summary>
    public static readonly int Bits = Avx512F.IsSupported ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;

    /// <summary>Floats that a packed k×n matrix takes.</summary>
    public static int PackedLength(int k, int n) => (n + Panel - 1) / Panel * Panel * k;

    /// <summary>Packs a k×n matrix, element (p, j) at source[p·rowStride + j·columnStride], into panels of 32 columns, zeros past the last one.</summary>
    public static void Pack(float* source, int k, int n, nint rowStride, nint columnStride, float* packed)
    {
        for (int j = 0; j < n; j += Panel)
        {
            int columns = Math.Min(Panel, n - j);
            for (int p = 0; p < k; p++, packed += Panel)
            {
                float* s = source + p * rowStride + j * columnStride;
                for (int c = 0; c < columns; c++)
                    packed[c] = s[c * columnStride];
                for (int c = columns; c < Panel; c++)
                    packed[c] = 0;
            }
        }
    }

    /// <summary>
    /// C[m, n] = A·B (+ bias per column, or + C), with A's element (i, k) at a[i·ar + k·ak] and B packed by <see cref="Pack"/>.
    /// </summary>
    public static void MultiplyPacked(float* a, nint ar, nint ak, float* packed, float* bias, float* c, nint cr, int m, int n, int k, bool accumulate) =>
        Drive(a, ar, ak, packed, Panel, (nint)k, bias, c, cr, m, n, k, accumulate);

    /// <summary>C[m, n] = A·B (+ C), with A's element (i, k) at a[i·ar + k·ak] and B[k, n] row by row, <paramref name="br"/> floats apart.</summary>
    /// <remarks>B may be read up to 32 floats past the end of a row.</remarks>
    public static void Multiply(float* a, nint ar, nint ak, float* b, nint br, float* c, nint cr, int m, int n, int k, bool accumulate) =>
        Drive(a, ar, ak, b, br, 1, null, c, cr, m, n, k, accumulate);

    private static void Drive(float* a, nint ar, nint ak, float* b, nint bk, nint panelStep, float* bias, float* c, nint cr, int m, int n, int k, bool accumulate)
    {
        if (Bits == 512)
            Drive<GemmTiles512>(a, ar, ak, b, bk, panelStep, bias, c, cr, m, n, k, accumulate);
        else if (Bits == 256)
            Drive<GemmTiles256>(a, ar, ak, b, bk, panelStep, bias, c, cr, m, n, k, accumulate);
        else
            Drive<GemmTiles128>(a, ar, ak, b, bk, panelStep, bias, c, cr, m, n, k, accumulate);
    }

    // panelStep: floats from one column of B to the next at a panel's start (k in packed panels, 1 in plain rows).
    internal static void Drive<TTiles>(float* a, nint ar, nint ak, float* b, nint bk, nint panelStep, float* bias, float* c, nint cr, int m, int n, int k, bool accumulate)
        where TTiles : struct, IGemmTiles
    {
        float* edge = stackalloc float[TTiles.Rows * TTiles.Columns];
        int width;
        for (int j = 0; j < n; j += width)
        {
            int left = n - j;
            bool narrow = left <= TTiles.NarrowColumns;
            width = narrow ? TTiles.NarrowColumns : TTiles.Columns;
            float* panel = b + (j & ~(Panel - 1)) * panelStep + (j & (Panel - 1));
            float* columnBias = bias == null ? null : bias + j;
            int done;
            if (left >= width)
            {
                for (int i = 0; i < m; i += done)
                {
                    float* target = c + i * cr + j;
                    done = TTiles.Run(m - i, narrow, a + i * ar, ar, ak, panel, bk, k, target, cr, accumulate ? target : columnBias, accumulate ? cr : 0);
                }
                continue;
            }
            for (int i = 0; i < m; i += done)
            {
                int rows = Math.Min(TTiles.Rows, m - i);
                if (accumulate)
                {
                    for (int r = 0; r < rows; r++)
                        Buffer.MemoryCopy(c + (i + r) * cr + j, edge + r * width, width * sizeof(float), left * sizeof(float));
                }
                done = TTiles.Run(rows, narrow, a + i * ar, ar, ak, panel, bk, k, edge, width, accumulate ? edge : columnBias, accumulate ? width : 0);
                for (int r = 0; r < done; r++)
                    Buffer.MemoryCopy(edge + r * width, c + (i + r) * cr + j, left * sizeof(float), left * sizeof(float));
            }
        }
    }
}
