// Register tiles of the matrix product, written out so that every accumulator is a local the compiler keeps in a register: long, boring and alone.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Joule.Compute;

/// <summary>Tiles for 256-bit registers: up to 6 rows by 16 columns, 12 accumulators of 16 registers.</summary>
internal unsafe struct GemmTiles256 : IGemmTiles
{
    public static int Rows => 6;

    public static int Columns => 16;

    public static int NarrowColumns => 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Run(int rows, bool narrow, float* a, nint ar, nint ak, float* b, nint bk, int k, float* c, nint cr, float* init, nint ir)
    {
        if (rows >= 6)
        {
            Tile6x16(a, ar, ak, b, bk, k, c, cr, init, ir);
            return 6;
        }
        if (rows >= 4)
        {
            Tile4x16(a, ar, ak, b, bk, k, c, cr, init, ir);
            return 4;
        }
        if (rows >= 2)
        {
            Tile2x16(a, ar, ak, b, bk, k, c, cr, init, ir);
            return 2;
        }
        Tile1x16(a, ak, b, bk, k, c, init);
        return 1;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile6x16(float* a, nint ar, nint ak, float* b, nint bk, int k, float* c, nint cr, float* init, nint ir)
    {
        Vector256<float> c0a = default, c0b = default;
        Vector256<float> c1a = default, c1b = default;
        Vector256<float> c2a = default, c2b = default;
        Vector256<float> c3a = default, c3b = default;
        Vector256<float> c4a = default, c4b = default;
        Vector256<float> c5a = default, c5b = default;
        nint r2 = 2 * ar, r3 = 3 * ar, r4 = 4 * ar, r5 = 5 * ar;
        if (init != null)
        {
            c0a = Vector256.Load(init);
            c0b = Vector256.Load(init + 8);
            init += ir;
            c1a = Vector256.Load(init);
            c1b = Vector256.Load(init + 8);
            init += ir;
            c2a = Vector256.Load(init);
            c2b = Vector256.Load(init + 8);
            init += ir;
            c3a = Vector256.Load(init);
            c3b = Vector256.Load(init + 8);
            init += ir;
            c4a = Vector256.Load(init);
            c4b = Vector256.Load(init + 8);
            init += ir;
            c5a = Vector256.Load(init);
            c5b = Vector256.Load(init + 8);
        }
        for (; k > 0; k--)
        {
            Vector256<float> b0 = Vector256.Load(b);
            Vector256<float> b1 = Vector256.Load(b + 8);
            b += bk;
            Vector256<float> v0 = Vector256.Create(a[0]);
            c0a = Vector256.MultiplyAddEstimate(v0, b0, c0a);
            c0b = Vector256.MultiplyAddEstimate(v0, b1, c0b);
            Vector256<float> v1 = Vector256.Create(a[ar]);
            c1a = Vector256.MultiplyAddEstimate(v1, b0, c1a);
            c1b = Vector256.MultiplyAddEstimate(v1, b1, c1b);
            Vector256<float> v2 = Vector256.Create(a[r2]);
            c2a = Vector256.MultiplyAddEstimate(v2, b0, c2a);
            c2b = Vector256.MultiplyAddEstimate(v2, b1, c2b);
            Vector256<float> v3 = Vector256.Create(a[r3]);
            c3a = Vector256.MultiplyAddEstimate(v3, b0, c3a);
            c3b = Vector256.MultiplyAddEstimate(v3, b1, c3b);
            Vector256<float> v4 = Vector256.Create(a[r4]);
            c4a = Vector256.MultiplyAddEstimate(v4, b0, c4a);
            c4b = Vector256.MultiplyAddEstimate(v4, b1, c4b);
            Vector256<float> v5 = Vector256.Create(a[r5]);
            c5a = Vector256.MultiplyAddEstimate(v5, b0, c5a);
            c5b = Vector256.MultiplyAddEstimate(v5, b1, c5b);
            a += ak;
        }
        c0a.Store(c);
        c0b.Store(c + 8);
        c += cr;
        c1a.Store(c);
        c1b.Store(c + 8);
        c += cr;
        c2a.Store(c);
        c2b.Store(c + 8);
        c += cr;
        c3a.Store(c);
        c3b.Store(c + 8);
        c += cr;
        c4a.Store(c);
        c4b.Store(c + 8);
        c += cr;
        c5a.Store(c);
        c5b.Store(c + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile4x16(float* a, nint ar, nint ak, float* b, nint bk, int k, float* c, nint cr, float* init, nint ir)
    {
        Vector256<float> c0a = default, c0b = default;
        Vector256<float> c1a = default, c1b = default;
        Vector256<float> c2a = default, c2b = default;
        Vector256<float> c3a = default, c3b = default;
        nint r2 = 2 * ar, r3 = 3 * ar;
        if (init != null)
        {
            c0a = Vector256.Load(init);
            c0b = Vector256.Load(init + 8);
            init += ir;
            c1a = Vector256.Load(init);
            c1b = Vector256.Load(init + 8);
            init += ir;
            c2a = Vector256.Load(init);
            c2b = Vector256.Load(init + 8);
            init += ir;
            c3a = Vector256.Load(init);
            c3b = Vector256.Load(init + 8);
        }
        for (; k > 0; k--)
        {
            Vector256<float> b0 = Vector256.Load(b);
            Vector256<float> b1 = Vector256.Load(b + 8);
            b += bk;
            Vector256<float> v0 = Vector256.Create(a[0]);
            c0a = Vector256.MultiplyAddEstimate(v0, b0, c0a);
            c0b = Vector256.MultiplyAddEstimate(v0, b1, c0b);
            Vector256<float> v1 = Vector256.Create(a[ar]);
            c1a = Vector256.MultiplyAddEstimate(v1, b0, c1a);
            c1b = Vector256.MultiplyAddEstimate(v1, b1, c1b);
            Vector256<float> v2 = Vector256.Create(a[r2]);
            c2a = Vector256.MultiplyAddEstimate(v2, b0, c2a);
            c2b = Vector256.MultiplyAddEstimate(v2, b1, c2b);
            Vector256<float> v3 = Vector256.Create(a[r3]);
            c3a = Vector256.MultiplyAddEstimate(v3, b0, c3a);
            c3b = Vector256.MultiplyAddEstimate(v3, b1, c3b);
            a += ak;
        }
        c0a.Store(c);
        c0b.Store(c + 8);
        c += cr;
        c1a.Store(c);
        c1b.Store(c + 8);
        c += cr;
        c2a.Store(c);
        c2b.Store(c + 8);
        c += cr;
        c3a.Store(c);
        c3b.Store(c + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile2x16(float* a, nint ar, nint ak, float* b, nint bk, int k, float* c, nint cr, float* init, nint ir)
    {
        Vector256<float> c0a = default, c0b = default;
        Vector256<float> c1a = default, c1b = default;
        if (init != null)
        {
            c0a = Vector256.Load(init);
            c0b = Vector256.Load(init + 8);
            init += ir;
            c1a = Vector256.Load(init);
            c1b = Vector256.Load(init + 8);
        }
        for (; k > 0; k--)
        {
            Vector256<float> b0 = Vector256.Load(b);
            Vector256<float> b1 = Vector256.Load(b + 8);
            b += bk;
            Vector256<float> v0 = Vector256.Create(a[0]);
            c0a = Vector256.MultiplyAddEstimate(v0, b0, c0a);
            c0b = Vector256.MultiplyAddEstimate(v0, b1, c0b);
            Vector256<float> v1 = Vector256.Create(a[ar]);
            c1a = Vector256.MultiplyAddEstimate(v1, b0, c1a);
            c1b = Vector256.MultiplyAddEstimate(v1, b1, c1b);
            a += ak;
        }
        c0a.Store(c);
        c0b.Store(c + 8);
        c += cr;
        c1a.Store(c);
        c1b.Store(c + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile1x16(float* a, nint ak, float* b, nint bk, int k, float* c, float* init)
    {
        Vector256<float> c0a = default, c0b = default;
        if (init != null)
        {
            c0a = Vector256.Load(init);
            c0b = Vector256.Load(init + 8);
        }
        for (; k > 0; k--)
        {
            Vector256<float> b0 = Vector256.Load(b);
            Vector256<float> b1 = Vector256.Load(b + 8);
            b += bk;
            Vector256<float> v0 = Vector256.Create(a[0]);
            c0a = Vector256.MultiplyAddEstimate(v0, b0, c0a);
            c0b = Vector256.MultiplyAddEstimate(v0, b1, c0b);
            a += ak;
        }
        c0a.Store(c);
        c0b.Store(c + 8);
    }
}
