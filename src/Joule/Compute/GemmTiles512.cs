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

    public static int Height(int rows) => rows >= 8 ? 8 : rows >= 4 ? 4 : rows >= 2 ? 2 : 1;

    public static void Run(int height, int count, bool narrow, TileCall* t, float* a, nint* ar, float* b, float* c, nint* cr, float* bias, float* slope)
    {
        if (narrow)
        {
            switch (height)
            {
                case 8: Tile8x16(t, a, ar, b, c, cr, bias, slope, count); break;
                case 4: Tile4x16(t, a, ar, b, c, cr, bias, slope); break;
                case 2: Tile2x16(t, a, ar, b, c, cr, bias, slope); break;
                default: Tile1x16(t, a, ar, b, c, cr, bias, slope); break;
            }
            return;
        }
        switch (height)
        {
            case 8: Tile8x32(t, a, ar, b, c, cr, bias, slope, count); break;
            case 4: Tile4x32(t, a, ar, b, c, cr, bias, slope); break;
            case 2: Tile2x32(t, a, ar, b, c, cr, bias, slope); break;
            default: Tile1x32(t, a, ar, b, c, cr, bias, slope); break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Tile8x32(TileCall* t, float* a, nint* ar, float* panel, float* c, nint* cr, float* bias, float* slope, int count)
    {
        for (; count > 0; count--, a += t->ANext, ar += t->ARowsNext, c += t->CNext, cr += t->CRowsNext, slope += slope == null ? 0 : t->CNext)
        {
            Vector512<float> c0a = default, c0b = default;
            Vector512<float> c1a = default, c1b = default;
            Vector512<float> c2a = default, c2b = default;
            Vector512<float> c3a = default, c3b = default;
            Vector512<float> c4a = default, c4b = default;
            Vector512<float> c5a = default, c5b = default;
            Vector512<float> c6a = default, c6b = default;
            Vector512<float> c7a = default, c7b = default;
            if (t->Accumulate)
            {
                c0a = Vector512.Load(c + cr[0]);
                c0b = Vector512.Load(c + cr[0] + 16);
                c1a = Vector512.Load(c + cr[1]);
                c1b = Vector512.Load(c + cr[1] + 16);
                c2a = Vector512.Load(c + cr[2]);
                c2b = Vector512.Load(c + cr[2] + 16);
                c3a = Vector512.Load(c + cr[3]);
                c3b = Vector512.Load(c + cr[3] + 16);
                c4a = Vector512.Load(c + cr[4]);
                c4b = Vector512.Load(c + cr[4] + 16);
                c5a = Vector512.Load(c + cr[5]);
                c5b = Vector512.Load(c + cr[5] + 16);
                c6a = Vector512.Load(c + cr[6]);
                c6b = Vector512.Load(c + cr[6] + 16);
                c7a = Vector512.Load(c + cr[7]);
                c7b = Vector512.Load(c + cr[7] + 16);
            }
            else if (bias != null)
            {
                c0a = c1a = c2a = c3a = c4a = c5a = c6a = c7a = Vector512.Load(bias);
                c0b = c1b = c2b = c3b = c4b = c5b = c6b = c7b = Vector512.Load(bias + 16);
            }
            nint r0 = ar[0], r1 = ar[1], r2 = ar[2], r3 = ar[3], r4 = ar[4], r5 = ar[5], r6 = ar[6], r7 = ar[7], step = t->Step, next = t->BStep;
            float* b = panel, g = a;
            for (int groups = t->Groups; groups > 0; groups--, g += t->GroupStep)
            {
                float* s = g;
                for (int segments = t->Segments; segments > 0; segments--, s += t->SegmentStep)
                {
                    float* p = s;
                    for (int k = t->Length; k > 0; k--)
                    {
                        Vector512<float> b0 = Vector512.Load(b);
                        Vector512<float> b1 = Vector512.Load(b + 16);
                        b += next;
                        Vector512<float> v0 = Vector512.Create(p[r0]);
                        c0a = Vector512.MultiplyAddEstimate(v0, b0, c0a);
                        c0b = Vector512.MultiplyAddEstimate(v0, b1, c0b);
                        Vector512<float> v1 = Vector512.Create(p[r1]);
                        c1a = Vector512.MultiplyAddEstimate(v1, b0, c1a);
                        c1b = Vector512.MultiplyAddEstimate(v1, b1, c1b);
                        Vector512<float> v2 = Vector512.Create(p[r2]);
                        c2a = Vector512.MultiplyAddEstimate(v2, b0, c2a);
                        c2b = Vector512.MultiplyAddEstimate(v2, b1, c2b);
                        Vector512<float> v3 = Vector512.Create(p[r3]);
                        c3a = Vector512.MultiplyAddEstimate(v3, b0, c3a);
                        c3b = Vector512.MultiplyAddEstimate(v3, b1, c3b);
                        Vector512<float> v4 = Vector512.Create(p[r4]);
                        c4a = Vector512.MultiplyAddEstimate(v4, b0, c4a);
                        c4b = Vector512.MultiplyAddEstimate(v4, b1, c4b);
                        Vector512<float> v5 = Vector512.Create(p[r5]);
                        c5a = Vector512.MultiplyAddEstimate(v5, b0, c5a);
                        c5b = Vector512.MultiplyAddEstimate(v5, b1, c5b);
                        Vector512<float> v6 = Vector512.Create(p[r6]);
                        c6a = Vector512.MultiplyAddEstimate(v6, b0, c6a);
                        c6b = Vector512.MultiplyAddEstimate(v6, b1, c6b);
                        Vector512<float> v7 = Vector512.Create(p[r7]);
                        c7a = Vector512.MultiplyAddEstimate(v7, b0, c7a);
                        c7b = Vector512.MultiplyAddEstimate(v7, b1, c7b);
                        p += step;
                    }
                }
            }
            if (slope != null)
            {
                c0a *= Vector512.Load(slope + cr[0]);
                c0b *= Vector512.Load(slope + cr[0] + 16);
                c1a *= Vector512.Load(slope + cr[1]);
                c1b *= Vector512.Load(slope + cr[1] + 16);
                c2a *= Vector512.Load(slope + cr[2]);
                c2b *= Vector512.Load(slope + cr[2] + 16);
                c3a *= Vector512.Load(slope + cr[3]);
                c3b *= Vector512.Load(slope + cr[3] + 16);
                c4a *= Vector512.Load(slope + cr[4]);
                c4b *= Vector512.Load(slope + cr[4] + 16);
                c5a *= Vector512.Load(slope + cr[5]);
                c5b *= Vector512.Load(slope + cr[5] + 16);
                c6a *= Vector512.Load(slope + cr[6]);
                c6b *= Vector512.Load(slope + cr[6] + 16);
                c7a *= Vector512.Load(slope + cr[7]);
                c7b *= Vector512.Load(slope + cr[7] + 16);
            }
            c0a.Store(c + cr[0]);
            c0b.Store(c + cr[0] + 16);
            c1a.Store(c + cr[1]);
            c1b.Store(c + cr[1] + 16);
            c2a.Store(c + cr[2]);
            c2b.Store(c + cr[2] + 16);
            c3a.Store(c + cr[3]);
            c3b.Store(c + cr[3] + 16);
            c4a.Store(c + cr[4]);
            c4b.Store(c + cr[4] + 16);
            c5a.Store(c + cr[5]);
            c5b.Store(c + cr[5] + 16);
            c6a.Store(c + cr[6]);
            c6b.Store(c + cr[6] + 16);
            c7a.Store(c + cr[7]);
            c7b.Store(c + cr[7] + 16);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Tile4x32(TileCall* t, float* a, nint* ar, float* panel, float* c, nint* cr, float* bias, float* slope)
    {
        Vector512<float> c0a = default, c0b = default;
        Vector512<float> c1a = default, c1b = default;
        Vector512<float> c2a = default, c2b = default;
        Vector512<float> c3a = default, c3b = default;
        if (t->Accumulate)
        {
            c0a = Vector512.Load(c + cr[0]);
            c0b = Vector512.Load(c + cr[0] + 16);
            c1a = Vector512.Load(c + cr[1]);
            c1b = Vector512.Load(c + cr[1] + 16);
            c2a = Vector512.Load(c + cr[2]);
            c2b = Vector512.Load(c + cr[2] + 16);
            c3a = Vector512.Load(c + cr[3]);
            c3b = Vector512.Load(c + cr[3] + 16);
        }
        else if (bias != null)
        {
            c0a = c1a = c2a = c3a = Vector512.Load(bias);
            c0b = c1b = c2b = c3b = Vector512.Load(bias + 16);
        }
        nint r0 = ar[0], r1 = ar[1], r2 = ar[2], r3 = ar[3], step = t->Step, next = t->BStep;
        float* b = panel, g = a;
        for (int groups = t->Groups; groups > 0; groups--, g += t->GroupStep)
        {
            float* s = g;
            for (int segments = t->Segments; segments > 0; segments--, s += t->SegmentStep)
            {
                float* p = s;
                for (int k = t->Length; k > 0; k--)
                {
                    Vector512<float> b0 = Vector512.Load(b);
                    Vector512<float> b1 = Vector512.Load(b + 16);
                    b += next;
                    Vector512<float> v0 = Vector512.Create(p[r0]);
                    c0a = Vector512.MultiplyAddEstimate(v0, b0, c0a);
                    c0b = Vector512.MultiplyAddEstimate(v0, b1, c0b);
                    Vector512<float> v1 = Vector512.Create(p[r1]);
                    c1a = Vector512.MultiplyAddEstimate(v1, b0, c1a);
                    c1b = Vector512.MultiplyAddEstimate(v1, b1, c1b);
                    Vector512<float> v2 = Vector512.Create(p[r2]);
                    c2a = Vector512.MultiplyAddEstimate(v2, b0, c2a);
                    c2b = Vector512.MultiplyAddEstimate(v2, b1, c2b);
                    Vector512<float> v3 = Vector512.Create(p[r3]);
                    c3a = Vector512.MultiplyAddEstimate(v3, b0, c3a);
                    c3b = Vector512.MultiplyAddEstimate(v3, b1, c3b);
                    p += step;
                }
            }
        }
        if (slope != null)
        {
            c0a *= Vector512.Load(slope + cr[0]);
            c0b *= Vector512.Load(slope + cr[0] + 16);
            c1a *= Vector512.Load(slope + cr[1]);
            c1b *= Vector512.Load(slope + cr[1] + 16);
            c2a *= Vector512.Load(slope + cr[2]);
            c2b *= Vector512.Load(slope + cr[2] + 16);
            c3a *= Vector512.Load(slope + cr[3]);
            c3b *= Vector512.Load(slope + cr[3] + 16);
        }
        c0a.Store(c + cr[0]);
        c0b.Store(c + cr[0] + 16);
        c1a.Store(c + cr[1]);
        c1b.Store(c + cr[1] + 16);
        c2a.Store(c + cr[2]);
        c2b.Store(c + cr[2] + 16);
        c3a.Store(c + cr[3]);
        c3b.Store(c + cr[3] + 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Tile2x32(TileCall* t, float* a, nint* ar, float* panel, float* c, nint* cr, float* bias, float* slope)
    {
        Vector512<float> c0a = default, c0b = default;
        Vector512<float> c1a = default, c1b = default;
        if (t->Accumulate)
        {
            c0a = Vector512.Load(c + cr[0]);
            c0b = Vector512.Load(c + cr[0] + 16);
            c1a = Vector512.Load(c + cr[1]);
            c1b = Vector512.Load(c + cr[1] + 16);
        }
        else if (bias != null)
        {
            c0a = c1a = Vector512.Load(bias);
            c0b = c1b = Vector512.Load(bias + 16);
        }
        nint r0 = ar[0], r1 = ar[1], step = t->Step, next = t->BStep;
        float* b = panel, g = a;
        for (int groups = t->Groups; groups > 0; groups--, g += t->GroupStep)
        {
            float* s = g;
            for (int segments = t->Segments; segments > 0; segments--, s += t->SegmentStep)
            {
                float* p = s;
                for (int k = t->Length; k > 0; k--)
                {
                    Vector512<float> b0 = Vector512.Load(b);
                    Vector512<float> b1 = Vector512.Load(b + 16);
                    b += next;
                    Vector512<float> v0 = Vector512.Create(p[r0]);
                    c0a = Vector512.MultiplyAddEstimate(v0, b0, c0a);
                    c0b = Vector512.MultiplyAddEstimate(v0, b1, c0b);
                    Vector512<float> v1 = Vector512.Create(p[r1]);
                    c1a = Vector512.MultiplyAddEstimate(v1, b0, c1a);
                    c1b = Vector512.MultiplyAddEstimate(v1, b1, c1b);
                    p += step;
                }
            }
        }
        if (slope != null)
        {
            c0a *= Vector512.Load(slope + cr[0]);
            c0b *= Vector512.Load(slope + cr[0] + 16);
            c1a *= Vector512.Load(slope + cr[1]);
            c1b *= Vector512.Load(slope + cr[1] + 16);
        }
        c0a.Store(c + cr[0]);
        c0b.Store(c + cr[0] + 16);
        c1a.Store(c + cr[1]);
        c1b.Store(c + cr[1] + 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Tile1x32(TileCall* t, float* a, nint* ar, float* panel, float* c, nint* cr, float* bias, float* slope)
    {
        Vector512<float> c0a = default, c0b = default;
        if (t->Accumulate)
        {
            c0a = Vector512.Load(c + cr[0]);
            c0b = Vector512.Load(c + cr[0] + 16);
        }
        else if (bias != null)
        {
            c0a = Vector512.Load(bias);
            c0b = Vector512.Load(bias + 16);
        }
        nint r0 = ar[0], step = t->Step, next = t->BStep;
        float* b = panel, g = a;
        for (int groups = t->Groups; groups > 0; groups--, g += t->GroupStep)
        {
            float* s = g;
            for (int segments = t->Segments; segments > 0; segments--, s += t->SegmentStep)
            {
                float* p = s;
                for (int k = t->Length; k > 0; k--)
                {
                    Vector512<float> b0 = Vector512.Load(b);
                    Vector512<float> b1 = Vector512.Load(b + 16);
                    b += next;
                    Vector512<float> v0 = Vector512.Create(p[r0]);
                    c0a = Vector512.MultiplyAddEstimate(v0, b0, c0a);
                    c0b = Vector512.MultiplyAddEstimate(v0, b1, c0b);
                    p += step;
                }
            }
        }
        if (slope != null)
        {
            c0a *= Vector512.Load(slope + cr[0]);
            c0b *= Vector512.Load(slope + cr[0] + 16);
        }
        c0a.Store(c + cr[0]);
        c0b.Store(c + cr[0] + 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Tile8x16(TileCall* t, float* a, nint* ar, float* panel, float* c, nint* cr, float* bias, float* slope, int count)
    {
        for (; count > 0; count--, a += t->ANext, ar += t->ARowsNext, c += t->CNext, cr += t->CRowsNext, slope += slope == null ? 0 : t->CNext)
        {
            Vector512<float> c0a = default;
            Vector512<float> c1a = default;
            Vector512<float> c2a = default;
            Vector512<float> c3a = default;
            Vector512<float> c4a = default;
            Vector512<float> c5a = default;
            Vector512<float> c6a = default;
            Vector512<float> c7a = default;
            if (t->Accumulate)
            {
                c0a = Vector512.Load(c + cr[0]);
                c1a = Vector512.Load(c + cr[1]);
                c2a = Vector512.Load(c + cr[2]);
                c3a = Vector512.Load(c + cr[3]);
                c4a = Vector512.Load(c + cr[4]);
                c5a = Vector512.Load(c + cr[5]);
                c6a = Vector512.Load(c + cr[6]);
                c7a = Vector512.Load(c + cr[7]);
            }
            else if (bias != null)
            {
                c0a = c1a = c2a = c3a = c4a = c5a = c6a = c7a = Vector512.Load(bias);
            }
            nint r0 = ar[0], r1 = ar[1], r2 = ar[2], r3 = ar[3], r4 = ar[4], r5 = ar[5], r6 = ar[6], r7 = ar[7], step = t->Step, next = t->BStep;
            float* b = panel, g = a;
            for (int groups = t->Groups; groups > 0; groups--, g += t->GroupStep)
            {
                float* s = g;
                for (int segments = t->Segments; segments > 0; segments--, s += t->SegmentStep)
                {
                    float* p = s;
                    for (int k = t->Length; k > 0; k--)
                    {
                        Vector512<float> b0 = Vector512.Load(b);
                        b += next;
                        Vector512<float> v0 = Vector512.Create(p[r0]);
                        c0a = Vector512.MultiplyAddEstimate(v0, b0, c0a);
                        Vector512<float> v1 = Vector512.Create(p[r1]);
                        c1a = Vector512.MultiplyAddEstimate(v1, b0, c1a);
                        Vector512<float> v2 = Vector512.Create(p[r2]);
                        c2a = Vector512.MultiplyAddEstimate(v2, b0, c2a);
                        Vector512<float> v3 = Vector512.Create(p[r3]);
                        c3a = Vector512.MultiplyAddEstimate(v3, b0, c3a);
                        Vector512<float> v4 = Vector512.Create(p[r4]);
                        c4a = Vector512.MultiplyAddEstimate(v4, b0, c4a);
                        Vector512<float> v5 = Vector512.Create(p[r5]);
                        c5a = Vector512.MultiplyAddEstimate(v5, b0, c5a);
                        Vector512<float> v6 = Vector512.Create(p[r6]);
                        c6a = Vector512.MultiplyAddEstimate(v6, b0, c6a);
                        Vector512<float> v7 = Vector512.Create(p[r7]);
                        c7a = Vector512.MultiplyAddEstimate(v7, b0, c7a);
                        p += step;
                    }
                }
            }
            if (slope != null)
            {
                c0a *= Vector512.Load(slope + cr[0]);
                c1a *= Vector512.Load(slope + cr[1]);
                c2a *= Vector512.Load(slope + cr[2]);
                c3a *= Vector512.Load(slope + cr[3]);
                c4a *= Vector512.Load(slope + cr[4]);
                c5a *= Vector512.Load(slope + cr[5]);
                c6a *= Vector512.Load(slope + cr[6]);
                c7a *= Vector512.Load(slope + cr[7]);
            }
            c0a.Store(c + cr[0]);
            c1a.Store(c + cr[1]);
            c2a.Store(c + cr[2]);
            c3a.Store(c + cr[3]);
            c4a.Store(c + cr[4]);
            c5a.Store(c + cr[5]);
            c6a.Store(c + cr[6]);
            c7a.Store(c + cr[7]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Tile4x16(TileCall* t, float* a, nint* ar, float* panel, float* c, nint* cr, float* bias, float* slope)
    {
        Vector512<float> c0a = default;
        Vector512<float> c1a = default;
        Vector512<float> c2a = default;
        Vector512<float> c3a = default;
        if (t->Accumulate)
        {
            c0a = Vector512.Load(c + cr[0]);
            c1a = Vector512.Load(c + cr[1]);
            c2a = Vector512.Load(c + cr[2]);
            c3a = Vector512.Load(c + cr[3]);
        }
        else if (bias != null)
        {
            c0a = c1a = c2a = c3a = Vector512.Load(bias);
        }
        nint r0 = ar[0], r1 = ar[1], r2 = ar[2], r3 = ar[3], step = t->Step, next = t->BStep;
        float* b = panel, g = a;
        for (int groups = t->Groups; groups > 0; groups--, g += t->GroupStep)
        {
            float* s = g;
            for (int segments = t->Segments; segments > 0; segments--, s += t->SegmentStep)
            {
                float* p = s;
                for (int k = t->Length; k > 0; k--)
                {
                    Vector512<float> b0 = Vector512.Load(b);
                    b += next;
                    Vector512<float> v0 = Vector512.Create(p[r0]);
                    c0a = Vector512.MultiplyAddEstimate(v0, b0, c0a);
                    Vector512<float> v1 = Vector512.Create(p[r1]);
                    c1a = Vector512.MultiplyAddEstimate(v1, b0, c1a);
                    Vector512<float> v2 = Vector512.Create(p[r2]);
                    c2a = Vector512.MultiplyAddEstimate(v2, b0, c2a);
                    Vector512<float> v3 = Vector512.Create(p[r3]);
                    c3a = Vector512.MultiplyAddEstimate(v3, b0, c3a);
                    p += step;
                }
            }
        }
        if (slope != null)
        {
            c0a *= Vector512.Load(slope + cr[0]);
            c1a *= Vector512.Load(slope + cr[1]);
            c2a *= Vector512.Load(slope + cr[2]);
            c3a *= Vector512.Load(slope + cr[3]);
        }
        c0a.Store(c + cr[0]);
        c1a.Store(c + cr[1]);
        c2a.Store(c + cr[2]);
        c3a.Store(c + cr[3]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Tile2x16(TileCall* t, float* a, nint* ar, float* panel, float* c, nint* cr, float* bias, float* slope)
    {
        Vector512<float> c0a = default;
        Vector512<float> c1a = default;
        if (t->Accumulate)
        {
            c0a = Vector512.Load(c + cr[0]);
            c1a = Vector512.Load(c + cr[1]);
        }
        else if (bias != null)
        {
            c0a = c1a = Vector512.Load(bias);
        }
        nint r0 = ar[0], r1 = ar[1], step = t->Step, next = t->BStep;
        float* b = panel, g = a;
        for (int groups = t->Groups; groups > 0; groups--, g += t->GroupStep)
        {
            float* s = g;
            for (int segments = t->Segments; segments > 0; segments--, s += t->SegmentStep)
            {
                float* p = s;
                for (int k = t->Length; k > 0; k--)
                {
                    Vector512<float> b0 = Vector512.Load(b);
                    b += next;
                    Vector512<float> v0 = Vector512.Create(p[r0]);
                    c0a = Vector512.MultiplyAddEstimate(v0, b0, c0a);
                    Vector512<float> v1 = Vector512.Create(p[r1]);
                    c1a = Vector512.MultiplyAddEstimate(v1, b0, c1a);
                    p += step;
                }
            }
        }
        if (slope != null)
        {
            c0a *= Vector512.Load(slope + cr[0]);
            c1a *= Vector512.Load(slope + cr[1]);
        }
        c0a.Store(c + cr[0]);
        c1a.Store(c + cr[1]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Tile1x16(TileCall* t, float* a, nint* ar, float* panel, float* c, nint* cr, float* bias, float* slope)
    {
        Vector512<float> c0a = default;
        if (t->Accumulate)
        {
            c0a = Vector512.Load(c + cr[0]);
        }
        else if (bias != null)
        {
            c0a = Vector512.Load(bias);
        }
        nint r0 = ar[0], step = t->Step, next = t->BStep;
        float* b = panel, g = a;
        for (int groups = t->Groups; groups > 0; groups--, g += t->GroupStep)
        {
            float* s = g;
            for (int segments = t->Segments; segments > 0; segments--, s += t->SegmentStep)
            {
                float* p = s;
                for (int k = t->Length; k > 0; k--)
                {
                    Vector512<float> b0 = Vector512.Load(b);
                    b += next;
                    Vector512<float> v0 = Vector512.Create(p[r0]);
                    c0a = Vector512.MultiplyAddEstimate(v0, b0, c0a);
                    p += step;
                }
            }
        }
        if (slope != null)
        {
            c0a *= Vector512.Load(slope + cr[0]);
        }
        c0a.Store(c + cr[0]);
    }
}
