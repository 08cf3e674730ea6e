// Register tiles of the matrix product, written out so that every accumulator is a local the compiler keeps in a register: long, boring and alone.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Joule.Compute;

/// <summary>Tiles for 128-bit registers: up to 4 rows by 8 columns, 8 accumulators of at least 16 registers.</summary>
internal unsafe struct GemmTiles128 : IGemmTiles
{
    public static int Width(int columns) => 8;

    public static int Height(int width, int rows) => rows >= 4 ? 4 : rows >= 2 ? 2 : 1;

    public static void Run(int height, int width, int count, TileCall* t, float* a, nint* ar, float* b, float* c, nint* cr, float* bias, float* slope)
    {
        switch (height)
        {
            case 4: Tile4x8(t, a, ar, b, c, cr, bias, slope, count); break;
            case 2: Tile2x8(t, a, ar, b, c, cr, bias, slope); break;
            default: Tile1x8(t, a, ar, b, c, cr, bias, slope); break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Tile4x8(TileCall* t, float* a, nint* ar, float* panel, float* c, nint* cr, float* bias, float* slope, int count)
    {
        for (; count > 0; count--, a += t->ANext, ar += t->ARowsNext, c += t->CNext, cr += t->CRowsNext, slope += slope == null ? 0 : t->CNext)
        {
            Vector128<float> c0a = default, c0b = default;
            Vector128<float> c1a = default, c1b = default;
            Vector128<float> c2a = default, c2b = default;
            Vector128<float> c3a = default, c3b = default;
            if (t->Accumulate)
            {
                c0a = Vector128.Load(c + cr[0]);
                c0b = Vector128.Load(c + cr[0] + 4);
                c1a = Vector128.Load(c + cr[1]);
                c1b = Vector128.Load(c + cr[1] + 4);
                c2a = Vector128.Load(c + cr[2]);
                c2b = Vector128.Load(c + cr[2] + 4);
                c3a = Vector128.Load(c + cr[3]);
                c3b = Vector128.Load(c + cr[3] + 4);
            }
            else if (bias != null)
            {
                c0a = c1a = c2a = c3a = Vector128.Load(bias);
                c0b = c1b = c2b = c3b = Vector128.Load(bias + 4);
            }
            nint r0 = ar[0], r1 = ar[1], r2 = ar[2], r3 = ar[3], step = t->Step, next = t->BStep, length = step * t->Length;
            float* b = panel, g = a;
            for (int groups = t->Groups; groups > 0; groups--, g += t->GroupStep)
            {
                float* s = g;
                for (int segments = t->Segments; segments > 0; segments--, s += t->SegmentStep)
                {
                    float* p = s;
                    for (float* end = p + length; p != end; p += step)
                    {
                        Vector128<float> b0 = Vector128.Load(b);
                        Vector128<float> b1 = Vector128.Load(b + 4);
                        b += next;
                        Vector128<float> v0 = Vector128.Create(p[r0]);
                        c0a = Vector128.MultiplyAddEstimate(v0, b0, c0a);
                        c0b = Vector128.MultiplyAddEstimate(v0, b1, c0b);
                        Vector128<float> v1 = Vector128.Create(p[r1]);
                        c1a = Vector128.MultiplyAddEstimate(v1, b0, c1a);
                        c1b = Vector128.MultiplyAddEstimate(v1, b1, c1b);
                        Vector128<float> v2 = Vector128.Create(p[r2]);
                        c2a = Vector128.MultiplyAddEstimate(v2, b0, c2a);
                        c2b = Vector128.MultiplyAddEstimate(v2, b1, c2b);
                        Vector128<float> v3 = Vector128.Create(p[r3]);
                        c3a = Vector128.MultiplyAddEstimate(v3, b0, c3a);
                        c3b = Vector128.MultiplyAddEstimate(v3, b1, c3b);
                    }
                }
            }
            if (slope != null)
            {
                c0a *= Vector128.Load(slope + cr[0]);
                c0b *= Vector128.Load(slope + cr[0] + 4);
                c1a *= Vector128.Load(slope + cr[1]);
                c1b *= Vector128.Load(slope + cr[1] + 4);
                c2a *= Vector128.Load(slope + cr[2]);
                c2b *= Vector128.Load(slope + cr[2] + 4);
                c3a *= Vector128.Load(slope + cr[3]);
                c3b *= Vector128.Load(slope + cr[3] + 4);
            }
            c0a.Store(c + cr[0]);
            c0b.Store(c + cr[0] + 4);
            c1a.Store(c + cr[1]);
            c1b.Store(c + cr[1] + 4);
            c2a.Store(c + cr[2]);
            c2b.Store(c + cr[2] + 4);
            c3a.Store(c + cr[3]);
            c3b.Store(c + cr[3] + 4);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Tile2x8(TileCall* t, float* a, nint* ar, float* panel, float* c, nint* cr, float* bias, float* slope)
    {
        Vector128<float> c0a = default, c0b = default;
        Vector128<float> c1a = default, c1b = default;
        if (t->Accumulate)
        {
            c0a = Vector128.Load(c + cr[0]);
            c0b = Vector128.Load(c + cr[0] + 4);
            c1a = Vector128.Load(c + cr[1]);
            c1b = Vector128.Load(c + cr[1] + 4);
        }
        else if (bias != null)
        {
            c0a = c1a = Vector128.Load(bias);
            c0b = c1b = Vector128.Load(bias + 4);
        }
        nint r0 = ar[0], r1 = ar[1], step = t->Step, next = t->BStep, length = step * t->Length;
        float* b = panel, g = a;
        for (int groups = t->Groups; groups > 0; groups--, g += t->GroupStep)
        {
            float* s = g;
            for (int segments = t->Segments; segments > 0; segments--, s += t->SegmentStep)
            {
                float* p = s;
                for (float* end = p + length; p != end; p += step)
                {
                    Vector128<float> b0 = Vector128.Load(b);
                    Vector128<float> b1 = Vector128.Load(b + 4);
                    b += next;
                    Vector128<float> v0 = Vector128.Create(p[r0]);
                    c0a = Vector128.MultiplyAddEstimate(v0, b0, c0a);
                    c0b = Vector128.MultiplyAddEstimate(v0, b1, c0b);
                    Vector128<float> v1 = Vector128.Create(p[r1]);
                    c1a = Vector128.MultiplyAddEstimate(v1, b0, c1a);
                    c1b = Vector128.MultiplyAddEstimate(v1, b1, c1b);
                }
            }
        }
        if (slope != null)
        {
            c0a *= Vector128.Load(slope + cr[0]);
            c0b *= Vector128.Load(slope + cr[0] + 4);
            c1a *= Vector128.Load(slope + cr[1]);
            c1b *= Vector128.Load(slope + cr[1] + 4);
        }
        c0a.Store(c + cr[0]);
        c0b.Store(c + cr[0] + 4);
        c1a.Store(c + cr[1]);
        c1b.Store(c + cr[1] + 4);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Tile1x8(TileCall* t, float* a, nint* ar, float* panel, float* c, nint* cr, float* bias, float* slope)
    {
        Vector128<float> c0a = default, c0b = default;
        if (t->Accumulate)
        {
            c0a = Vector128.Load(c + cr[0]);
            c0b = Vector128.Load(c + cr[0] + 4);
        }
        else if (bias != null)
        {
            c0a = Vector128.Load(bias);
            c0b = Vector128.Load(bias + 4);
        }
        nint r0 = ar[0], step = t->Step, next = t->BStep, length = step * t->Length;
        float* b = panel, g = a;
        for (int groups = t->Groups; groups > 0; groups--, g += t->GroupStep)
        {
            float* s = g;
            for (int segments = t->Segments; segments > 0; segments--, s += t->SegmentStep)
            {
                float* p = s;
                for (float* end = p + length; p != end; p += step)
                {
                    Vector128<float> b0 = Vector128.Load(b);
                    Vector128<float> b1 = Vector128.Load(b + 4);
                    b += next;
                    Vector128<float> v0 = Vector128.Create(p[r0]);
                    c0a = Vector128.MultiplyAddEstimate(v0, b0, c0a);
                    c0b = Vector128.MultiplyAddEstimate(v0, b1, c0b);
                }
            }
        }
        if (slope != null)
        {
            c0a *= Vector128.Load(slope + cr[0]);
            c0b *= Vector128.Load(slope + cr[0] + 4);
        }
        c0a.Store(c + cr[0]);
        c0b.Store(c + cr[0] + 4);
    }
}
