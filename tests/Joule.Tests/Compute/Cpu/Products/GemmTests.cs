using Joule.Compute;
using Xunit;

namespace Joule.Tests.Compute;

/// <summary>
/// Against float64. Every element is a sum of k products in float32; its error is at most (k + 2)·2⁻²⁴·(Σ|a·b| + |start|), the classical
/// bound.
/// </summary>
public sealed unsafe class GemmTests
{
    private static readonly int[] Sides = [1, 7, 15, 16, 17, 31, 32, 33, 50, 100];

    public static TheoryData<int> Widths => new(512, 256, 128, 0);

    [Theory]
    [MemberData(nameof(Widths))]
    public void Packed_products_with_bias_or_start_are_right_and_write_nothing_else(int bits)
    {
        foreach (int m in Sides)
            foreach (int n in Sides)
                foreach (int k in Sides)
                {
                    int mode = (m + 2 * n + 3 * k) % 3;
                    Check(bits, m, n, k, packed: true, transposedA: (m + k) % 2 == 0, withBias: mode == 1, accumulate: mode == 2);
                }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Plain_products_are_right_and_write_nothing_else(int bits)
    {
        foreach (int m in Sides)
            foreach (int n in Sides)
                foreach (int k in Sides)
                    Check(bits, m, n, k, packed: false, transposedA: (m + n) % 2 == 0, withBias: false, accumulate: (n + k) % 2 == 0);
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void A_row_does_not_depend_on_the_blocks(int bits)
    {
        const int m = 161, k = 37;
        foreach (int n in Sides)
        {
            Rows a = TestRows.Normal(m, k, 1), b = TestRows.Normal(k, n, 2), whole = TestRows.Empty(m, n), parts = TestRows.Empty(m, n);
            Rows packed = TestRows.Empty(1, Gemm.PackedLength(k, n));
            Gemm.Pack(b.Pointer, k, n, n, 1, packed.Pointer);
            Drive(bits, a.Pointer, k, 1, packed.Pointer, 0, k, null, whole.Pointer, n, m, n, k, false);
            int[] cuts = [1, 2, 3, 5, 8, 4, 7, 6, 16, 9];
            for (int i = 0, c = 0; i < m; i += cuts[c % cuts.Length], c++)
                Drive(bits, a.Pointer + i * k, k, 1, packed.Pointer, 0, k, null, parts.Pointer + i * n, n,
                    Math.Min(cuts[c % cuts.Length], m - i), n, k, false);
            Assert.True(TestRows.SameBits(whole.Span, parts.Span), $"{n} columns");
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Long_sums_and_wide_products_are_right(int bits)
    {
        int[][] shapes = [[70, 64, 500], [130, 300, 450], [7, 257, 225], [9, 20, 4200], [200, 290, 230], [140, 70, 1500], [6, 130, 2100]];
        foreach (int[] s in shapes)
        {
            Check(bits, s[0], s[1], s[2], packed: true, transposedA: false, withBias: true, accumulate: false);
            Check(bits, s[0], s[1], s[2], packed: true, transposedA: true, withBias: false, accumulate: true);
            Check(bits, s[0], s[1], s[2], packed: false, transposedA: false, withBias: false, accumulate: true);
        }
    }

    private static void Check(int bits, int m, int n, int k, bool packed, bool transposedA, bool withBias, bool accumulate)
    {
        const int guard = 40;
        const float mark = 12345;
        Rows a = TestRows.Normal(transposedA ? k : m, transposedA ? m : k, (ulong)(m * 7 + k)),
            b = TestRows.Normal(k, n, (ulong)(n * 5 + k));
        Rows bias = TestRows.Normal(1, n, 9), start = TestRows.Normal(m, n, 10);
        int stride = n + guard;
        Rows c = TestRows.Empty(m + 2, stride);
        c.Span.Fill(mark);
        for (int i = 0; i < m; i++)
            start[i].CopyTo(c[i + 1]);
        nint ar = transposedA ? 1 : k, ak = transposedA ? m : 1;
        Rows panels = TestRows.Empty(1, Gemm.PackedLength(k, n));
        Gemm.Pack(b.Pointer, k, n, n, 1, panels.Pointer);
        float* target = c.Pointer + stride, biasOrNone = withBias ? bias.Pointer : null;
        if (bits == 0 && packed)
            Gemm.MultiplyPacked(a.Pointer, ar, ak, panels.Pointer, biasOrNone, target, stride, m, n, k, accumulate);
        else if (bits == 0)
            Gemm.Multiply(a.Pointer, ar, ak, b.Pointer, n, target, stride, m, n, k, accumulate);
        else
            Drive(bits, a.Pointer, ar, ak, packed ? panels.Pointer : b.Pointer, packed ? 0 : n, packed ? k : 1, biasOrNone, target, stride,
                m, n, k, accumulate);

        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < n; j++)
            {
                double expected = accumulate ? start[i][j] : withBias ? bias[0][j] : 0, size = Math.Abs(expected);
                for (int p = 0; p < k; p++)
                {
                    double product = (double)a.Pointer[i * ar + p * ak] * b.Pointer[p * n + j];
                    expected += product;
                    size += Math.Abs(product);
                }
                double error = Math.Abs(c[i + 1][j] - expected);
                if (!(error <= (k + 2) * size / 16777216))
                    Assert.Fail($"{m}×{n}×{k}, element ({i}, {j}): {c[i + 1][j]} instead of {expected}");
            }
            if (c[i + 1][n..].ContainsAnyExcept(mark))
                Assert.Fail($"{m}×{n}×{k} wrote past row {i}");
        }
        Assert.False(c[0].ContainsAnyExcept(mark) || c[m + 1].ContainsAnyExcept(mark), $"{m}×{n}×{k} wrote before or after C");
    }

    private static void Drive(
        int bits, float* a, nint ar, nint ak, float* b, nint bk, nint panelStep, float* bias, float* c, nint cr, int m, int n, int k,
        bool accumulate)
    {
        TileCall call = Gemm.Row(ak, k, bk, accumulate);
        RowOffsets rowsOfA = RowOffsets.Every(ar), rowsOfC = RowOffsets.Every(cr);
        if (bits is 512 or 0)
            Gemm.Run<GemmTiles512>(&call, a, rowsOfA, b, panelStep, bias, c, rowsOfC, m, n, default);
        else if (bits == 256)
            Gemm.Run<GemmTiles256>(&call, a, rowsOfA, b, panelStep, bias, c, rowsOfC, m, n, default);
        else
            Gemm.Run<GemmTiles128>(&call, a, rowsOfA, b, panelStep, bias, c, rowsOfC, m, n, default);
    }
}
