// Register tiles of the matrix product, written out so that every accumulator is a local the compiler keeps in a register: long, boring and alone.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Joule.Compute;

/// <summary>Tiles for 128-bit registers: up to 4 rows by 8 columns, 8 accumulators of at least 16 registers.</summary>
internal unsafe struct GemmTiles128 : IGemmTiles
{
    public static int Rows => 4;

    public static int Columns => 8;

    public static int NarrowColumns => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Run(int rows, bool narrow, float* a, nint ar, nint ak, float* b, nint bk, int k, float* c, nint cr, float* init, nint ir)
    {
        if (rows >= 4)
        {
            Tile4x8(a, ar, ak, b, bk, k, c, cr, init, ir);
            return 4;
        }
        if (rows >= 2)
        {
            Tile2x8(a, ar, ak, b, bk, k, c, cr, init, ir);
            return 2;
        }
        Tile1x8(a, ak, b, bk, k, c, init);
        return 1;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile4x8(float* a, nint ar, nint ak, float* b, nint bk, int k, float* c, nint cr, float* init, nint ir)
    {
        Vector128<float> c0a = default, c0b = default;
        Vector128<float> c1a = default, c1b = default;
        Vector128<float> c2a = default, c2b = default;
        Vector128<float> c3a = default, c3b = default;
        nint r2 = 2 * ar, r3 = 3 * ar;
        if (init != null)
        {
            c0a = Vector128.Load(init);
            c0b = Vector128.Load(init + 4);
            init += ir;
            c1a = Vector128.Load(init);
            c1b = Vector128.Load(init + 4);
            init += ir;
            c2a = Vector128.Load(init);
            c2b = Vector128.Load(init + 4);
            init += ir;
            c3a = Vector128.Load(init);
            c3b = Vector128.Load(init + 4);
        }
        for (; k > 0; k--)
        {
            Vector128<float> b0 = Vector128.Load(b);
            Vector128<float> b1 = Vector128.Load(b + 4);
            b += bk;
            Vector128<float> v0 = Vector128.Create(a[0]);
            c0a = Vector128.MultiplyAddEstimate(v0, b0, c0a);
            c0b = Vector128.MultiplyAddEstimate(v0, b1, c0b);
            Vector128<float> v1 = Vector128.Create(a[ar]);
            c1a = Vector128.MultiplyAddEstimate(v1, b0, c1a);
            c1b = Vector128.MultiplyAddEstimate(v1, b1, c1b);
            Vector128<float> v2 = Vector128.Create(a[r2]);
            c2a = Vector128.MultiplyAddEstimate(v2, b0, c2a);
            c2b = Vector128.MultiplyAddEstimate(v2, b1, c2b);
            Vector128<float> v3 = Vector128.Create(a[r3]);
            c3a = Vector128.MultiplyAddEstimate(v3, b0, c3a);
            c3b = Vector128.MultiplyAddEstimate(v3, b1, c3b);
            a += ak;
        }
        c0a.Store(c);
        c0b.Store(c + 4);
        c += cr;
        c1a.Store(c);
        c1b.Store(c + 4);
        c += cr;
        c2a.Store(c);
        c2b.Store(c + 4);
        c += cr;
        c3a.Store(c);
        c3b.Store(c + 4);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile2x8(float* a, nint ar, nint ak, float* b, nint bk, int k, float* c, nint cr, float* init, nint ir)
    {
        Vector128<float> c0a = default, c0b = default;
        Vector128<float> c1a = default, c1b = default;
        if (init != null)
        {
            c0a = Vector128.Load(init);
            c0b = Vector128.Load(init + 4);
            init += ir;
            c1a = Vector128.Load(init);
            c1b = Vector128.Load(init + 4);
        }
        for (; k > 0; k--)
        {
            Vector128<float> b0 = Vector128.Load(b);
            Vector128<float> b1 = Vector128.Load(b + 4);
            b += bk;
            Vector128<float> v0 = Vector128.Create(a[0]);
            c0a = Vector128.MultiplyAddEstimate(v0, b0, c0a);
            c0b = Vector128.MultiplyAddEstimate(v0, b1, c0b);
            Vector128<float> v1 = Vector128.Create(a[ar]);
            c1a = Vector128.MultiplyAddEstimate(v1, b0, c1a);
            c1b = Vector128.MultiplyAddEstimate(v1, b1, c1b);
            a += ak;
        }
        c0a.Store(c);
        c0b.Store(c + 4);
        c += cr;
        c1a.Store(c);
        c1b.Store(c + 4);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile1x8(float* a, nint ak, float* b, nint bk, int k, float* c, float* init)
    {
        Vector128<float> c0a = default, c0b = default;
        if (init != null)
        {
            c0a = Vector128.Load(init);
            c0b = Vector128.Load(init + 4);
        }
        for (; k > 0; k--)
        {
            Vector128<float> b0 = Vector128.Load(b);
            Vector128<float> b1 = Vector128.Load(b + 4);
            b += bk;
            Vector128<float> v0 = Vector128.Create(a[0]);
            c0a = Vector128.MultiplyAddEstimate(v0, b0, c0a);
            c0b = Vector128.MultiplyAddEstimate(v0, b1, c0b);
            a += ak;
        }
        c0a.Store(c);
        c0b.Store(c + 4);
    }
}
