// Register tiles of the matrix product, written out so that every accumulator is a local the compiler keeps in a register: long, boring and alone.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Joule.Compute;

/// <summary>Tiles for 512-bit registers: up to 8 rows by 32 columns, 16 accumulators of 32 registers.</summary>
internal unsafe struct GemmTiles512 : IGemmTiles
{
    public static int Rows => 8;

    public static int Columns => 32;

    public static int NarrowColumns => 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Run(int rows, bool narrow, float* a, nint ar, nint ak, float* b, nint bk, int k, float* c, nint cr, float* init, nint ir)
    {
        if (narrow)
        {
            if (rows >= 8)
            {
                Tile8x16(a, ar, ak, b, bk, k, c, cr, init, ir);
                return 8;
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
        if (rows >= 8)
        {
            Tile8x32(a, ar, ak, b, bk, k, c, cr, init, ir);
            return 8;
        }
        if (rows >= 4)
        {
            Tile4x32(a, ar, ak, b, bk, k, c, cr, init, ir);
            return 4;
        }
        if (rows >= 2)
        {
            Tile2x32(a, ar, ak, b, bk, k, c, cr, init, ir);
            return 2;
        }
        Tile1x32(a, ak, b, bk, k, c, init);
        return 1;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile8x32(float* a, nint ar, nint ak, float* b, nint bk, int k, float* c, nint cr, float* init, nint ir)
    {
        Vector512<float> c0a = default, c0b = default;
        Vector512<float> c1a = default, c1b = default;
        Vector512<float> c2a = default, c2b = default;
        Vector512<float> c3a = default, c3b = default;
        Vector512<float> c4a = default, c4b = default;
        Vector512<float> c5a = default, c5b = default;
        Vector512<float> c6a = default, c6b = default;
        Vector512<float> c7a = default, c7b = default;
        nint r2 = 2 * ar, r3 = 3 * ar, r4 = 4 * ar, r5 = 5 * ar, r6 = 6 * ar, r7 = 7 * ar;
        if (init != null)
        {
            c0a = Vector512.Load(init);
            c0b = Vector512.Load(init + 16);
            init += ir;
            c1a = Vector512.Load(init);
            c1b = Vector512.Load(init + 16);
            init += ir;
            c2a = Vector512.Load(init);
            c2b = Vector512.Load(init + 16);
            init += ir;
            c3a = Vector512.Load(init);
            c3b = Vector512.Load(init + 16);
            init += ir;
            c4a = Vector512.Load(init);
            c4b = Vector512.Load(init + 16);
            init += ir;
            c5a = Vector512.Load(init);
            c5b = Vector512.Load(init + 16);
            init += ir;
            c6a = Vector512.Load(init);
            c6b = Vector512.Load(init + 16);
            init += ir;
            c7a = Vector512.Load(init);
            c7b = Vector512.Load(init + 16);
        }
        for (; k > 0; k--)
        {
            Vector512<float> b0 = Vector512.Load(b);
            Vector512<float> b1 = Vector512.Load(b + 16);
            b += bk;
            Vector512<float> v0 = Vector512.Create(a[0]);
            c0a = Vector512.MultiplyAddEstimate(v0, b0, c0a);
            c0b = Vector512.MultiplyAddEstimate(v0, b1, c0b);
            Vector512<float> v1 = Vector512.Create(a[ar]);
            c1a = Vector512.MultiplyAddEstimate(v1, b0, c1a);
            c1b = Vector512.MultiplyAddEstimate(v1, b1, c1b);
            Vector512<float> v2 = Vector512.Create(a[r2]);
            c2a = Vector512.MultiplyAddEstimate(v2, b0, c2a);
            c2b = Vector512.MultiplyAddEstimate(v2, b1, c2b);
            Vector512<float> v3 = Vector512.Create(a[r3]);
            c3a = Vector512.MultiplyAddEstimate(v3, b0, c3a);
            c3b = Vector512.MultiplyAddEstimate(v3, b1, c3b);
            Vector512<float> v4 = Vector512.Create(a[r4]);
            c4a = Vector512.MultiplyAddEstimate(v4, b0, c4a);
            c4b = Vector512.MultiplyAddEstimate(v4, b1, c4b);
            Vector512<float> v5 = Vector512.Create(a[r5]);
            c5a = Vector512.MultiplyAddEstimate(v5, b0, c5a);
            c5b = Vector512.MultiplyAddEstimate(v5, b1, c5b);
            Vector512<float> v6 = Vector512.Create(a[r6]);
            c6a = Vector512.MultiplyAddEstimate(v6, b0, c6a);
            c6b = Vector512.MultiplyAddEstimate(v6, b1, c6b);
            Vector512<float> v7 = Vector512.Create(a[r7]);
            c7a = Vector512.MultiplyAddEstimate(v7, b0, c7a);
            c7b = Vector512.MultiplyAddEstimate(v7, b1, c7b);
            a += ak;
        }
        c0a.Store(c);
        c0b.Store(c + 16);
        c += cr;
        c1a.Store(c);
        c1b.Store(c + 16);
        c += cr;
        c2a.Store(c);
        c2b.Store(c + 16);
        c += cr;
        c3a.Store(c);
        c3b.Store(c + 16);
        c += cr;
        c4a.Store(c);
        c4b.Store(c + 16);
        c += cr;
        c5a.Store(c);
        c5b.Store(c + 16);
        c += cr;
        c6a.Store(c);
        c6b.Store(c + 16);
        c += cr;
        c7a.Store(c);
        c7b.Store(c + 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile4x32(float* a, nint ar, nint ak, float* b, nint bk, int k, float* c, nint cr, float* init, nint ir)
    {
        Vector512<float> c0a = default, c0b = default;
        Vector512<float> c1a = default, c1b = default;
        Vector512<float> c2a = default, c2b = default;
        Vector512<float> c3a = default, c3b = default;
        nint r2 = 2 * ar, r3 = 3 * ar;
        if (init != null)
        {
            c0a = Vector512.Load(init);
            c0b = Vector512.Load(init + 16);
            init += ir;
            c1a = Vector512.Load(init);
            c1b = Vector512.Load(init + 16);
            init += ir;
            c2a = Vector512.Load(init);
            c2b = Vector512.Load(init + 16);
            init += ir;
            c3a = Vector512.Load(init);
            c3b = Vector512.Load(init + 16);
        }
        for (; k > 0; k--)
        {
            Vector512<float> b0 = Vector512.Load(b);
            Vector512<float> b1 = Vector512.Load(b + 16);
            b += bk;
            Vector512<float> v0 = Vector512.Create(a[0]);
            c0a = Vector512.MultiplyAddEstimate(v0, b0, c0a);
            c0b = Vector512.MultiplyAddEstimate(v0, b1, c0b);
            Vector512<float> v1 = Vector512.Create(a[ar]);
            c1a = Vector512.MultiplyAddEstimate(v1, b0, c1a);
            c1b = Vector512.MultiplyAddEstimate(v1, b1, c1b);
            Vector512<float> v2 = Vector512.Create(a[r2]);
            c2a = Vector512.MultiplyAddEstimate(v2, b0, c2a);
            c2b = Vector512.MultiplyAddEstimate(v2, b1, c2b);
            Vector512<float> v3 = Vector512.Create(a[r3]);
            c3a = Vector512.MultiplyAddEstimate(v3, b0, c3a);
            c3b = Vector512.MultiplyAddEstimate(v3, b1, c3b);
            a += ak;
        }
        c0a.Store(c);
        c0b.Store(c + 16);
        c += cr;
        c1a.Store(c);
        c1b.Store(c + 16);
        c += cr;
        c2a.Store(c);
        c2b.Store(c + 16);
        c += cr;
        c3a.Store(c);
        c3b.Store(c + 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile2x32(float* a, nint ar, nint ak, float* b, nint bk, int k, float* c, nint cr, float* init, nint ir)
    {
        Vector512<float> c0a = default, c0b = default;
        Vector512<float> c1a = default, c1b = default;
        if (init != null)
        {
            c0a = Vector512.Load(init);
            c0b = Vector512.Load(init + 16);
            init += ir;
            c1a = Vector512.Load(init);
            c1b = Vector512.Load(init + 16);
        }
        for (; k > 0; k--)
        {
            Vector512<float> b0 = Vector512.Load(b);
            Vector512<float> b1 = Vector512.Load(b + 16);
            b += bk;
            Vector512<float> v0 = Vector512.Create(a[0]);
            c0a = Vector512.MultiplyAddEstimate(v0, b0, c0a);
            c0b = Vector512.MultiplyAddEstimate(v0, b1, c0b);
            Vector512<float> v1 = Vector512.Create(a[ar]);
            c1a = Vector512.MultiplyAddEstimate(v1, b0, c1a);
            c1b = Vector512.MultiplyAddEstimate(v1, b1, c1b);
            a += ak;
        }
        c0a.Store(c);
        c0b.Store(c + 16);
        c += cr;
        c1a.Store(c);
        c1b.Store(c + 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile1x32(float* a, nint ak, float* b, nint bk, int k, float* c, float* init)
    {
        Vector512<float> c0a = default, c0b = default;
        if (init != null)
        {
            c0a = Vector512.Load(init);
            c0b = Vector512.Load(init + 16);
        }
        for (; k > 0; k--)
        {
            Vector512<float> b0 = Vector512.Load(b);
            Vector512<float> b1 = Vector512.Load(b + 16);
            b += bk;
            Vector512<float> v0 = Vector512.Create(a[0]);
            c0a = Vector512.MultiplyAddEstimate(v0, b0, c0a);
            c0b = Vector512.MultiplyAddEstimate(v0, b1, c0b);
            a += ak;
        }
        c0a.Store(c);
        c0b.Store(c + 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile8x16(float* a, nint ar, nint ak, float* b, nint bk, int k, float* c, nint cr, float* init, nint ir)
    {
        Vector512<float> c0a = default;
        Vector512<float> c1a = default;
        Vector512<float> c2a = default;
        Vector512<float> c3a = default;
        Vector512<float> c4a = default;
        Vector512<float> c5a = default;
        Vector512<float> c6a = default;
        Vector512<float> c7a = default;
        nint r2 = 2 * ar, r3 = 3 * ar, r4 = 4 * ar, r5 = 5 * ar, r6 = 6 * ar, r7 = 7 * ar;
        if (init != null)
        {
            c0a = Vector512.Load(init);
            init += ir;
            c1a = Vector512.Load(init);
            init += ir;
            c2a = Vector512.Load(init);
            init += ir;
            c3a = Vector512.Load(init);
            init += ir;
            c4a = Vector512.Load(init);
            init += ir;
            c5a = Vector512.Load(init);
            init += ir;
            c6a = Vector512.Load(init);
            init += ir;
            c7a = Vector512.Load(init);
        }
        for (; k > 0; k--)
        {
            Vector512<float> b0 = Vector512.Load(b);
            b += bk;
            Vector512<float> v0 = Vector512.Create(a[0]);
            c0a = Vector512.MultiplyAddEstimate(v0, b0, c0a);
            Vector512<float> v1 = Vector512.Create(a[ar]);
            c1a = Vector512.MultiplyAddEstimate(v1, b0, c1a);
            Vector512<float> v2 = Vector512.Create(a[r2]);
            c2a = Vector512.MultiplyAddEstimate(v2, b0, c2a);
            Vector512<float> v3 = Vector512.Create(a[r3]);
            c3a = Vector512.MultiplyAddEstimate(v3, b0, c3a);
            Vector512<float> v4 = Vector512.Create(a[r4]);
            c4a = Vector512.MultiplyAddEstimate(v4, b0, c4a);
            Vector512<float> v5 = Vector512.Create(a[r5]);
            c5a = Vector512.MultiplyAddEstimate(v5, b0, c5a);
            Vector512<float> v6 = Vector512.Create(a[r6]);
            c6a = Vector512.MultiplyAddEstimate(v6, b0, c6a);
            Vector512<float> v7 = Vector512.Create(a[r7]);
            c7a = Vector512.MultiplyAddEstimate(v7, b0, c7a);
            a += ak;
        }
        c0a.Store(c);
        c += cr;
        c1a.Store(c);
        c += cr;
        c2a.Store(c);
        c += cr;
        c3a.Store(c);
        c += cr;
        c4a.Store(c);
        c += cr;
        c5a.Store(c);
        c += cr;
        c6a.Store(c);
        c += cr;
        c7a.Store(c);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile4x16(float* a, nint ar, nint ak, float* b, nint bk, int k, float* c, nint cr, float* init, nint ir)
    {
        Vector512<float> c0a = default;
        Vector512<float> c1a = default;
        Vector512<float> c2a = default;
        Vector512<float> c3a = default;
        nint r2 = 2 * ar, r3 = 3 * ar;
        if (init != null)
        {
            c0a = Vector512.Load(init);
            init += ir;
            c1a = Vector512.Load(init);
            init += ir;
            c2a = Vector512.Load(init);
            init += ir;
            c3a = Vector512.Load(init);
        }
        for (; k > 0; k--)
        {
            Vector512<float> b0 = Vector512.Load(b);
            b += bk;
            Vector512<float> v0 = Vector512.Create(a[0]);
            c0a = Vector512.MultiplyAddEstimate(v0, b0, c0a);
            Vector512<float> v1 = Vector512.Create(a[ar]);
            c1a = Vector512.MultiplyAddEstimate(v1, b0, c1a);
            Vector512<float> v2 = Vector512.Create(a[r2]);
            c2a = Vector512.MultiplyAddEstimate(v2, b0, c2a);
            Vector512<float> v3 = Vector512.Create(a[r3]);
            c3a = Vector512.MultiplyAddEstimate(v3, b0, c3a);
            a += ak;
        }
        c0a.Store(c);
        c += cr;
        c1a.Store(c);
        c += cr;
        c2a.Store(c);
        c += cr;
        c3a.Store(c);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile2x16(float* a, nint ar, nint ak, float* b, nint bk, int k, float* c, nint cr, float* init, nint ir)
    {
        Vector512<float> c0a = default;
        Vector512<float> c1a = default;
        if (init != null)
        {
            c0a = Vector512.Load(init);
            init += ir;
            c1a = Vector512.Load(init);
        }
        for (; k > 0; k--)
        {
            Vector512<float> b0 = Vector512.Load(b);
            b += bk;
            Vector512<float> v0 = Vector512.Create(a[0]);
            c0a = Vector512.MultiplyAddEstimate(v0, b0, c0a);
            Vector512<float> v1 = Vector512.Create(a[ar]);
            c1a = Vector512.MultiplyAddEstimate(v1, b0, c1a);
            a += ak;
        }
        c0a.Store(c);
        c += cr;
        c1a.Store(c);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile1x16(float* a, nint ak, float* b, nint bk, int k, float* c, float* init)
    {
        Vector512<float> c0a = default;
        if (init != null)
        {
            c0a = Vector512.Load(init);
        }
        for (; k > 0; k--)
        {
            Vector512<float> b0 = Vector512.Load(b);
            b += bk;
            Vector512<float> v0 = Vector512.Create(a[0]);
            c0a = Vector512.MultiplyAddEstimate(v0, b0, c0a);
            a += ak;
        }
        c0a.Store(c);
    }
}
