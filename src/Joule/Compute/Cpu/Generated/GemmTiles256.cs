// Register tiles of the matrix product, written out so that every accumulator is a local the compiler keeps in a register: long, boring and alone.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Joule.Compute;

/// <summary>Tiles for 256-bit registers: up to 6 rows by 16 columns, 12 accumulators of 16 registers.</summary>
internal unsafe struct GemmTiles256 : IGemmTiles
{
    public static int Width(int columns) => 16;

    public static int Height(int width, int rows) => rows >= 6 ? 6 : rows >= 4 ? 4 : rows >= 2 ? 2 : 1;

    public static void Run(int height, int width, int count, TileCall* t, float* a, nint* ar, float* b, float* c, nint* cr, float* bias, float* slope)
    {
        switch (height)
        {
            case 6: Tile6x16(t, a, ar, b, c, cr, bias, slope, count); break;
            case 4: Tile4x16(t, a, ar, b, c, cr, bias, slope); break;
            case 2: Tile2x16(t, a, ar, b, c, cr, bias, slope); break;
            default: Tile1x16(t, a, ar, b, c, cr, bias, slope); break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Tile6x16(TileCall* t, float* a, nint* ar, float* panel, float* c, nint* cr, float* bias, float* slope, int count)
    {
        for (; count > 0; count--, a += t->ANext, ar += t->ARowsNext, c += t->CNext, cr += t->CRowsNext, slope += slope == null ? 0 : t->CNext)
        {
            Vector256<float> c0a = default, c0b = default;
            Vector256<float> c1a = default, c1b = default;
            Vector256<float> c2a = default, c2b = default;
            Vector256<float> c3a = default, c3b = default;
            Vector256<float> c4a = default, c4b = default;
            Vector256<float> c5a = default, c5b = default;
            if (t->Accumulate)
            {
                c0a = Vector256.Load(c + cr[0]);
                c0b = Vector256.Load(c + cr[0] + 8);
                c1a = Vector256.Load(c + cr[1]);
                c1b = Vector256.Load(c + cr[1] + 8);
                c2a = Vector256.Load(c + cr[2]);
                c2b = Vector256.Load(c + cr[2] + 8);
                c3a = Vector256.Load(c + cr[3]);
                c3b = Vector256.Load(c + cr[3] + 8);
                c4a = Vector256.Load(c + cr[4]);
                c4b = Vector256.Load(c + cr[4] + 8);
                c5a = Vector256.Load(c + cr[5]);
                c5b = Vector256.Load(c + cr[5] + 8);
            }
            else if (bias != null)
            {
                c0a = c1a = c2a = c3a = c4a = c5a = Vector256.Load(bias);
                c0b = c1b = c2b = c3b = c4b = c5b = Vector256.Load(bias + 8);
            }
            nint r0 = ar[0], r1 = ar[1], r2 = ar[2], r3 = ar[3], r4 = ar[4], r5 = ar[5], step = t->Step, next = t->BStep, length = step * t->Length;
            float* b = panel, g = a;
            for (int groups = t->Groups; groups > 0; groups--, g += t->GroupStep)
            {
                float* s = g;
                for (int segments = t->Segments; segments > 0; segments--, s += t->SegmentStep)
                {
                    float* p = s;
                    for (float* end = p + length; p != end; p += step)
                    {
                        Vector256<float> b0 = Vector256.Load(b);
                        Vector256<float> b1 = Vector256.Load(b + 8);
                        b += next;
                        Vector256<float> v0 = Vector256.Create(p[r0]);
                        c0a = Vector256.MultiplyAddEstimate(v0, b0, c0a);
                        c0b = Vector256.MultiplyAddEstimate(v0, b1, c0b);
                        Vector256<float> v1 = Vector256.Create(p[r1]);
                        c1a = Vector256.MultiplyAddEstimate(v1, b0, c1a);
                        c1b = Vector256.MultiplyAddEstimate(v1, b1, c1b);
                        Vector256<float> v2 = Vector256.Create(p[r2]);
                        c2a = Vector256.MultiplyAddEstimate(v2, b0, c2a);
                        c2b = Vector256.MultiplyAddEstimate(v2, b1, c2b);
                        Vector256<float> v3 = Vector256.Create(p[r3]);
                        c3a = Vector256.MultiplyAddEstimate(v3, b0, c3a);
                        c3b = Vector256.MultiplyAddEstimate(v3, b1, c3b);
                        Vector256<float> v4 = Vector256.Create(p[r4]);
                        c4a = Vector256.MultiplyAddEstimate(v4, b0, c4a);
                        c4b = Vector256.MultiplyAddEstimate(v4, b1, c4b);
                        Vector256<float> v5 = Vector256.Create(p[r5]);
                        c5a = Vector256.MultiplyAddEstimate(v5, b0, c5a);
                        c5b = Vector256.MultiplyAddEstimate(v5, b1, c5b);
                    }
                }
            }
            if (slope != null)
            {
                c0a *= Vector256.Load(slope + cr[0]);
                c0b *= Vector256.Load(slope + cr[0] + 8);
                c1a *= Vector256.Load(slope + cr[1]);
                c1b *= Vector256.Load(slope + cr[1] + 8);
                c2a *= Vector256.Load(slope + cr[2]);
                c2b *= Vector256.Load(slope + cr[2] + 8);
                c3a *= Vector256.Load(slope + cr[3]);
                c3b *= Vector256.Load(slope + cr[3] + 8);
                c4a *= Vector256.Load(slope + cr[4]);
                c4b *= Vector256.Load(slope + cr[4] + 8);
                c5a *= Vector256.Load(slope + cr[5]);
                c5b *= Vector256.Load(slope + cr[5] + 8);
            }
            c0a.Store(c + cr[0]);
            c0b.Store(c + cr[0] + 8);
            c1a.Store(c + cr[1]);
            c1b.Store(c + cr[1] + 8);
            c2a.Store(c + cr[2]);
            c2b.Store(c + cr[2] + 8);
            c3a.Store(c + cr[3]);
            c3b.Store(c + cr[3] + 8);
            c4a.Store(c + cr[4]);
            c4b.Store(c + cr[4] + 8);
            c5a.Store(c + cr[5]);
            c5b.Store(c + cr[5] + 8);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Tile4x16(TileCall* t, float* a, nint* ar, float* panel, float* c, nint* cr, float* bias, float* slope)
    {
        Vector256<float> c0a = default, c0b = default;
        Vector256<float> c1a = default, c1b = default;
        Vector256<float> c2a = default, c2b = default;
        Vector256<float> c3a = default, c3b = default;
        if (t->Accumulate)
        {
            c0a = Vector256.Load(c + cr[0]);
            c0b = Vector256.Load(c + cr[0] + 8);
            c1a = Vector256.Load(c + cr[1]);
            c1b = Vector256.Load(c + cr[1] + 8);
            c2a = Vector256.Load(c + cr[2]);
            c2b = Vector256.Load(c + cr[2] + 8);
            c3a = Vector256.Load(c + cr[3]);
            c3b = Vector256.Load(c + cr[3] + 8);
        }
        else if (bias != null)
        {
            c0a = c1a = c2a = c3a = Vector256.Load(bias);
            c0b = c1b = c2b = c3b = Vector256.Load(bias + 8);
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
                    Vector256<float> b0 = Vector256.Load(b);
                    Vector256<float> b1 = Vector256.Load(b + 8);
                    b += next;
                    Vector256<float> v0 = Vector256.Create(p[r0]);
                    c0a = Vector256.MultiplyAddEstimate(v0, b0, c0a);
                    c0b = Vector256.MultiplyAddEstimate(v0, b1, c0b);
                    Vector256<float> v1 = Vector256.Create(p[r1]);
                    c1a = Vector256.MultiplyAddEstimate(v1, b0, c1a);
                    c1b = Vector256.MultiplyAddEstimate(v1, b1, c1b);
                    Vector256<float> v2 = Vector256.Create(p[r2]);
                    c2a = Vector256.MultiplyAddEstimate(v2, b0, c2a);
                    c2b = Vector256.MultiplyAddEstimate(v2, b1, c2b);
                    Vector256<float> v3 = Vector256.Create(p[r3]);
                    c3a = Vector256.MultiplyAddEstimate(v3, b0, c3a);
                    c3b = Vector256.MultiplyAddEstimate(v3, b1, c3b);
                }
            }
        }
        if (slope != null)
        {
            c0a *= Vector256.Load(slope + cr[0]);
            c0b *= Vector256.Load(slope + cr[0] + 8);
            c1a *= Vector256.Load(slope + cr[1]);
            c1b *= Vector256.Load(slope + cr[1] + 8);
            c2a *= Vector256.Load(slope + cr[2]);
            c2b *= Vector256.Load(slope + cr[2] + 8);
            c3a *= Vector256.Load(slope + cr[3]);
            c3b *= Vector256.Load(slope + cr[3] + 8);
        }
        c0a.Store(c + cr[0]);
        c0b.Store(c + cr[0] + 8);
        c1a.Store(c + cr[1]);
        c1b.Store(c + cr[1] + 8);
        c2a.Store(c + cr[2]);
        c2b.Store(c + cr[2] + 8);
        c3a.Store(c + cr[3]);
        c3b.Store(c + cr[3] + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Tile2x16(TileCall* t, float* a, nint* ar, float* panel, float* c, nint* cr, float* bias, float* slope)
    {
        Vector256<float> c0a = default, c0b = default;
        Vector256<float> c1a = default, c1b = default;
        if (t->Accumulate)
        {
            c0a = Vector256.Load(c + cr[0]);
            c0b = Vector256.Load(c + cr[0] + 8);
            c1a = Vector256.Load(c + cr[1]);
            c1b = Vector256.Load(c + cr[1] + 8);
        }
        else if (bias != null)
        {
            c0a = c1a = Vector256.Load(bias);
            c0b = c1b = Vector256.Load(bias + 8);
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
                    Vector256<float> b0 = Vector256.Load(b);
                    Vector256<float> b1 = Vector256.Load(b + 8);
                    b += next;
                    Vector256<float> v0 = Vector256.Create(p[r0]);
                    c0a = Vector256.MultiplyAddEstimate(v0, b0, c0a);
                    c0b = Vector256.MultiplyAddEstimate(v0, b1, c0b);
                    Vector256<float> v1 = Vector256.Create(p[r1]);
                    c1a = Vector256.MultiplyAddEstimate(v1, b0, c1a);
                    c1b = Vector256.MultiplyAddEstimate(v1, b1, c1b);
                }
            }
        }
        if (slope != null)
        {
            c0a *= Vector256.Load(slope + cr[0]);
            c0b *= Vector256.Load(slope + cr[0] + 8);
            c1a *= Vector256.Load(slope + cr[1]);
            c1b *= Vector256.Load(slope + cr[1] + 8);
        }
        c0a.Store(c + cr[0]);
        c0b.Store(c + cr[0] + 8);
        c1a.Store(c + cr[1]);
        c1b.Store(c + cr[1] + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Tile1x16(TileCall* t, float* a, nint* ar, float* panel, float* c, nint* cr, float* bias, float* slope)
    {
        Vector256<float> c0a = default, c0b = default;
        if (t->Accumulate)
        {
            c0a = Vector256.Load(c + cr[0]);
            c0b = Vector256.Load(c + cr[0] + 8);
        }
        else if (bias != null)
        {
            c0a = Vector256.Load(bias);
            c0b = Vector256.Load(bias + 8);
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
                    Vector256<float> b0 = Vector256.Load(b);
                    Vector256<float> b1 = Vector256.Load(b + 8);
                    b += next;
                    Vector256<float> v0 = Vector256.Create(p[r0]);
                    c0a = Vector256.MultiplyAddEstimate(v0, b0, c0a);
                    c0b = Vector256.MultiplyAddEstimate(v0, b1, c0b);
                }
            }
        }
        if (slope != null)
        {
            c0a *= Vector256.Load(slope + cr[0]);
            c0b *= Vector256.Load(slope + cr[0] + 8);
        }
        c0a.Store(c + cr[0]);
        c0b.Store(c + cr[0] + 8);
    }
}
