// Register tiles of the matrix product, written out so that every accumulator is a local the compiler keeps in a register: long, boring and alone.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Joule.Compute;

/// <summary>Tiles for 512-bit registers: 6 rows by 64 columns, 24 accumulators of 32 registers; for fewer columns 8 rows.</summary>
internal unsafe partial struct GemmTiles512 : IGemmTiles
{
    public static int Width(int columns) => columns >= 64 ? 64 : columns > 16 ? 32 : 16;

    public static int Height(int width, int rows) => width == 64 ? rows == 8 ? 4 : rows >= 6 ? 6 : rows >= 4 ? 4 : rows >= 2 ? 2 : 1
        : rows >= 8 ? 8 : rows >= 4 ? 4 : rows >= 2 ? 2 : 1;

    public static void Run(int height, int width, int count, TileCall* t, float* a, nint* ar, float* b, float* c, nint* cr, float* bias, float* slope)
    {
        if (width == 64)
        {
            switch (height)
            {
                case 6 when t->Step == 1: Along6x64(t, a, ar, b, c, cr, bias, slope, count); break;
                case 6: Tile6x64(t, a, ar, b, c, cr, bias, slope, count); break;
                case 4: Tile4x64(t, a, ar, b, c, cr, bias, slope); break;
                case 2: Tile2x64(t, a, ar, b, c, cr, bias, slope); break;
                default: Tile1x64(t, a, ar, b, c, cr, bias, slope); break;
            }
        }
        else if (width == 32)
        {
            switch (height)
            {
                case 8: Tile8x32(t, a, ar, b, c, cr, bias, slope, count); break;
                case 4: Tile4x32(t, a, ar, b, c, cr, bias, slope); break;
                case 2: Tile2x32(t, a, ar, b, c, cr, bias, slope); break;
                default: Tile1x32(t, a, ar, b, c, cr, bias, slope); break;
            }
        }
        else
        {
            switch (height)
            {
                case 8 when t->Step == 1: Along8x16(t, a, ar, b, c, cr, bias, slope, count); break;
                case 8: Tile8x16(t, a, ar, b, c, cr, bias, slope, count); break;
                case 4: Tile4x16(t, a, ar, b, c, cr, bias, slope); break;
                case 2: Tile2x16(t, a, ar, b, c, cr, bias, slope); break;
                default: Tile1x16(t, a, ar, b, c, cr, bias, slope); break;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Tile6x64(TileCall* t, float* a, nint* ar, float* panel, float* c, nint* cr, float* bias, float* slope, int count)
    {
        for (; count > 0; count--, a += t->ANext, ar += t->ARowsNext, c += t->CNext, cr += t->CRowsNext, slope += slope == null ? 0 : t->CNext)
        {
            Vector512<float> c0a = default, c0b = default, c0c = default, c0d = default;
            Vector512<float> c1a = default, c1b = default, c1c = default, c1d = default;
            Vector512<float> c2a = default, c2b = default, c2c = default, c2d = default;
            Vector512<float> c3a = default, c3b = default, c3c = default, c3d = default;
            Vector512<float> c4a = default, c4b = default, c4c = default, c4d = default;
            Vector512<float> c5a = default, c5b = default, c5c = default, c5d = default;
            if (t->Accumulate)
            {
                c0a = Vector512.Load(c + cr[0]);
                c0b = Vector512.Load(c + cr[0] + 16);
                c0c = Vector512.Load(c + cr[0] + 32);
                c0d = Vector512.Load(c + cr[0] + 48);
                c1a = Vector512.Load(c + cr[1]);
                c1b = Vector512.Load(c + cr[1] + 16);
                c1c = Vector512.Load(c + cr[1] + 32);
                c1d = Vector512.Load(c + cr[1] + 48);
                c2a = Vector512.Load(c + cr[2]);
                c2b = Vector512.Load(c + cr[2] + 16);
                c2c = Vector512.Load(c + cr[2] + 32);
                c2d = Vector512.Load(c + cr[2] + 48);
                c3a = Vector512.Load(c + cr[3]);
                c3b = Vector512.Load(c + cr[3] + 16);
                c3c = Vector512.Load(c + cr[3] + 32);
                c3d = Vector512.Load(c + cr[3] + 48);
                c4a = Vector512.Load(c + cr[4]);
                c4b = Vector512.Load(c + cr[4] + 16);
                c4c = Vector512.Load(c + cr[4] + 32);
                c4d = Vector512.Load(c + cr[4] + 48);
                c5a = Vector512.Load(c + cr[5]);
                c5b = Vector512.Load(c + cr[5] + 16);
                c5c = Vector512.Load(c + cr[5] + 32);
                c5d = Vector512.Load(c + cr[5] + 48);
            }
            else if (bias != null)
            {
                c0a = c1a = c2a = c3a = c4a = c5a = Vector512.Load(bias);
                c0b = c1b = c2b = c3b = c4b = c5b = Vector512.Load(bias + 16);
                c0c = c1c = c2c = c3c = c4c = c5c = Vector512.Load(bias + 32);
                c0d = c1d = c2d = c3d = c4d = c5d = Vector512.Load(bias + 48);
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
                        Vector512<float> b0 = Vector512.Load(b);
                        Vector512<float> b1 = Vector512.Load(b + 16);
                        Vector512<float> b2 = Vector512.Load(b + 32);
                        Vector512<float> b3 = Vector512.Load(b + 48);
                        b += next;
                        Vector512<float> v0 = Vector512.Create(p[r0]);
                        c0a = Vector512.MultiplyAddEstimate(v0, b0, c0a);
                        c0b = Vector512.MultiplyAddEstimate(v0, b1, c0b);
                        c0c = Vector512.MultiplyAddEstimate(v0, b2, c0c);
                        c0d = Vector512.MultiplyAddEstimate(v0, b3, c0d);
                        Vector512<float> v1 = Vector512.Create(p[r1]);
                        c1a = Vector512.MultiplyAddEstimate(v1, b0, c1a);
                        c1b = Vector512.MultiplyAddEstimate(v1, b1, c1b);
                        c1c = Vector512.MultiplyAddEstimate(v1, b2, c1c);
                        c1d = Vector512.MultiplyAddEstimate(v1, b3, c1d);
                        Vector512<float> v2 = Vector512.Create(p[r2]);
                        c2a = Vector512.MultiplyAddEstimate(v2, b0, c2a);
                        c2b = Vector512.MultiplyAddEstimate(v2, b1, c2b);
                        c2c = Vector512.MultiplyAddEstimate(v2, b2, c2c);
                        c2d = Vector512.MultiplyAddEstimate(v2, b3, c2d);
                        Vector512<float> v3 = Vector512.Create(p[r3]);
                        c3a = Vector512.MultiplyAddEstimate(v3, b0, c3a);
                        c3b = Vector512.MultiplyAddEstimate(v3, b1, c3b);
                        c3c = Vector512.MultiplyAddEstimate(v3, b2, c3c);
                        c3d = Vector512.MultiplyAddEstimate(v3, b3, c3d);
                        Vector512<float> v4 = Vector512.Create(p[r4]);
                        c4a = Vector512.MultiplyAddEstimate(v4, b0, c4a);
                        c4b = Vector512.MultiplyAddEstimate(v4, b1, c4b);
                        c4c = Vector512.MultiplyAddEstimate(v4, b2, c4c);
                        c4d = Vector512.MultiplyAddEstimate(v4, b3, c4d);
                        Vector512<float> v5 = Vector512.Create(p[r5]);
                        c5a = Vector512.MultiplyAddEstimate(v5, b0, c5a);
                        c5b = Vector512.MultiplyAddEstimate(v5, b1, c5b);
                        c5c = Vector512.MultiplyAddEstimate(v5, b2, c5c);
                        c5d = Vector512.MultiplyAddEstimate(v5, b3, c5d);
                    }
                }
            }
            if (slope != null)
            {
                c0a *= Vector512.Load(slope + cr[0]);
                c0b *= Vector512.Load(slope + cr[0] + 16);
                c0c *= Vector512.Load(slope + cr[0] + 32);
                c0d *= Vector512.Load(slope + cr[0] + 48);
                c1a *= Vector512.Load(slope + cr[1]);
                c1b *= Vector512.Load(slope + cr[1] + 16);
                c1c *= Vector512.Load(slope + cr[1] + 32);
                c1d *= Vector512.Load(slope + cr[1] + 48);
                c2a *= Vector512.Load(slope + cr[2]);
                c2b *= Vector512.Load(slope + cr[2] + 16);
                c2c *= Vector512.Load(slope + cr[2] + 32);
                c2d *= Vector512.Load(slope + cr[2] + 48);
                c3a *= Vector512.Load(slope + cr[3]);
                c3b *= Vector512.Load(slope + cr[3] + 16);
                c3c *= Vector512.Load(slope + cr[3] + 32);
                c3d *= Vector512.Load(slope + cr[3] + 48);
                c4a *= Vector512.Load(slope + cr[4]);
                c4b *= Vector512.Load(slope + cr[4] + 16);
                c4c *= Vector512.Load(slope + cr[4] + 32);
                c4d *= Vector512.Load(slope + cr[4] + 48);
                c5a *= Vector512.Load(slope + cr[5]);
                c5b *= Vector512.Load(slope + cr[5] + 16);
                c5c *= Vector512.Load(slope + cr[5] + 32);
                c5d *= Vector512.Load(slope + cr[5] + 48);
            }
            c0a.Store(c + cr[0]);
            c0b.Store(c + cr[0] + 16);
            c0c.Store(c + cr[0] + 32);
            c0d.Store(c + cr[0] + 48);
            c1a.Store(c + cr[1]);
            c1b.Store(c + cr[1] + 16);
            c1c.Store(c + cr[1] + 32);
            c1d.Store(c + cr[1] + 48);
            c2a.Store(c + cr[2]);
            c2b.Store(c + cr[2] + 16);
            c2c.Store(c + cr[2] + 32);
            c2d.Store(c + cr[2] + 48);
            c3a.Store(c + cr[3]);
            c3b.Store(c + cr[3] + 16);
            c3c.Store(c + cr[3] + 32);
            c3d.Store(c + cr[3] + 48);
            c4a.Store(c + cr[4]);
            c4b.Store(c + cr[4] + 16);
            c4c.Store(c + cr[4] + 32);
            c4d.Store(c + cr[4] + 48);
            c5a.Store(c + cr[5]);
            c5b.Store(c + cr[5] + 16);
            c5c.Store(c + cr[5] + 32);
            c5d.Store(c + cr[5] + 48);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Tile4x64(TileCall* t, float* a, nint* ar, float* panel, float* c, nint* cr, float* bias, float* slope)
    {
        Vector512<float> c0a = default, c0b = default, c0c = default, c0d = default;
        Vector512<float> c1a = default, c1b = default, c1c = default, c1d = default;
        Vector512<float> c2a = default, c2b = default, c2c = default, c2d = default;
        Vector512<float> c3a = default, c3b = default, c3c = default, c3d = default;
        if (t->Accumulate)
        {
            c0a = Vector512.Load(c + cr[0]);
            c0b = Vector512.Load(c + cr[0] + 16);
            c0c = Vector512.Load(c + cr[0] + 32);
            c0d = Vector512.Load(c + cr[0] + 48);
            c1a = Vector512.Load(c + cr[1]);
            c1b = Vector512.Load(c + cr[1] + 16);
            c1c = Vector512.Load(c + cr[1] + 32);
            c1d = Vector512.Load(c + cr[1] + 48);
            c2a = Vector512.Load(c + cr[2]);
            c2b = Vector512.Load(c + cr[2] + 16);
            c2c = Vector512.Load(c + cr[2] + 32);
            c2d = Vector512.Load(c + cr[2] + 48);
            c3a = Vector512.Load(c + cr[3]);
            c3b = Vector512.Load(c + cr[3] + 16);
            c3c = Vector512.Load(c + cr[3] + 32);
            c3d = Vector512.Load(c + cr[3] + 48);
        }
        else if (bias != null)
        {
            c0a = c1a = c2a = c3a = Vector512.Load(bias);
            c0b = c1b = c2b = c3b = Vector512.Load(bias + 16);
            c0c = c1c = c2c = c3c = Vector512.Load(bias + 32);
            c0d = c1d = c2d = c3d = Vector512.Load(bias + 48);
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
                    Vector512<float> b0 = Vector512.Load(b);
                    Vector512<float> b1 = Vector512.Load(b + 16);
                    Vector512<float> b2 = Vector512.Load(b + 32);
                    Vector512<float> b3 = Vector512.Load(b + 48);
                    b += next;
                    Vector512<float> v0 = Vector512.Create(p[r0]);
                    c0a = Vector512.MultiplyAddEstimate(v0, b0, c0a);
                    c0b = Vector512.MultiplyAddEstimate(v0, b1, c0b);
                    c0c = Vector512.MultiplyAddEstimate(v0, b2, c0c);
                    c0d = Vector512.MultiplyAddEstimate(v0, b3, c0d);
                    Vector512<float> v1 = Vector512.Create(p[r1]);
                    c1a = Vector512.MultiplyAddEstimate(v1, b0, c1a);
                    c1b = Vector512.MultiplyAddEstimate(v1, b1, c1b);
                    c1c = Vector512.MultiplyAddEstimate(v1, b2, c1c);
                    c1d = Vector512.MultiplyAddEstimate(v1, b3, c1d);
                    Vector512<float> v2 = Vector512.Create(p[r2]);
                    c2a = Vector512.MultiplyAddEstimate(v2, b0, c2a);
                    c2b = Vector512.MultiplyAddEstimate(v2, b1, c2b);
                    c2c = Vector512.MultiplyAddEstimate(v2, b2, c2c);
                    c2d = Vector512.MultiplyAddEstimate(v2, b3, c2d);
                    Vector512<float> v3 = Vector512.Create(p[r3]);
                    c3a = Vector512.MultiplyAddEstimate(v3, b0, c3a);
                    c3b = Vector512.MultiplyAddEstimate(v3, b1, c3b);
                    c3c = Vector512.MultiplyAddEstimate(v3, b2, c3c);
                    c3d = Vector512.MultiplyAddEstimate(v3, b3, c3d);
                }
            }
        }
        if (slope != null)
        {
            c0a *= Vector512.Load(slope + cr[0]);
            c0b *= Vector512.Load(slope + cr[0] + 16);
            c0c *= Vector512.Load(slope + cr[0] + 32);
            c0d *= Vector512.Load(slope + cr[0] + 48);
            c1a *= Vector512.Load(slope + cr[1]);
            c1b *= Vector512.Load(slope + cr[1] + 16);
            c1c *= Vector512.Load(slope + cr[1] + 32);
            c1d *= Vector512.Load(slope + cr[1] + 48);
            c2a *= Vector512.Load(slope + cr[2]);
            c2b *= Vector512.Load(slope + cr[2] + 16);
            c2c *= Vector512.Load(slope + cr[2] + 32);
            c2d *= Vector512.Load(slope + cr[2] + 48);
            c3a *= Vector512.Load(slope + cr[3]);
            c3b *= Vector512.Load(slope + cr[3] + 16);
            c3c *= Vector512.Load(slope + cr[3] + 32);
            c3d *= Vector512.Load(slope + cr[3] + 48);
        }
        c0a.Store(c + cr[0]);
        c0b.Store(c + cr[0] + 16);
        c0c.Store(c + cr[0] + 32);
        c0d.Store(c + cr[0] + 48);
        c1a.Store(c + cr[1]);
        c1b.Store(c + cr[1] + 16);
        c1c.Store(c + cr[1] + 32);
        c1d.Store(c + cr[1] + 48);
        c2a.Store(c + cr[2]);
        c2b.Store(c + cr[2] + 16);
        c2c.Store(c + cr[2] + 32);
        c2d.Store(c + cr[2] + 48);
        c3a.Store(c + cr[3]);
        c3b.Store(c + cr[3] + 16);
        c3c.Store(c + cr[3] + 32);
        c3d.Store(c + cr[3] + 48);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Tile2x64(TileCall* t, float* a, nint* ar, float* panel, float* c, nint* cr, float* bias, float* slope)
    {
        Vector512<float> c0a = default, c0b = default, c0c = default, c0d = default;
        Vector512<float> c1a = default, c1b = default, c1c = default, c1d = default;
        if (t->Accumulate)
        {
            c0a = Vector512.Load(c + cr[0]);
            c0b = Vector512.Load(c + cr[0] + 16);
            c0c = Vector512.Load(c + cr[0] + 32);
            c0d = Vector512.Load(c + cr[0] + 48);
            c1a = Vector512.Load(c + cr[1]);
            c1b = Vector512.Load(c + cr[1] + 16);
            c1c = Vector512.Load(c + cr[1] + 32);
            c1d = Vector512.Load(c + cr[1] + 48);
        }
        else if (bias != null)
        {
            c0a = c1a = Vector512.Load(bias);
            c0b = c1b = Vector512.Load(bias + 16);
            c0c = c1c = Vector512.Load(bias + 32);
            c0d = c1d = Vector512.Load(bias + 48);
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
                    Vector512<float> b0 = Vector512.Load(b);
                    Vector512<float> b1 = Vector512.Load(b + 16);
                    Vector512<float> b2 = Vector512.Load(b + 32);
                    Vector512<float> b3 = Vector512.Load(b + 48);
                    b += next;
                    Vector512<float> v0 = Vector512.Create(p[r0]);
                    c0a = Vector512.MultiplyAddEstimate(v0, b0, c0a);
                    c0b = Vector512.MultiplyAddEstimate(v0, b1, c0b);
                    c0c = Vector512.MultiplyAddEstimate(v0, b2, c0c);
                    c0d = Vector512.MultiplyAddEstimate(v0, b3, c0d);
                    Vector512<float> v1 = Vector512.Create(p[r1]);
                    c1a = Vector512.MultiplyAddEstimate(v1, b0, c1a);
                    c1b = Vector512.MultiplyAddEstimate(v1, b1, c1b);
                    c1c = Vector512.MultiplyAddEstimate(v1, b2, c1c);
                    c1d = Vector512.MultiplyAddEstimate(v1, b3, c1d);
                }
            }
        }
        if (slope != null)
        {
            c0a *= Vector512.Load(slope + cr[0]);
            c0b *= Vector512.Load(slope + cr[0] + 16);
            c0c *= Vector512.Load(slope + cr[0] + 32);
            c0d *= Vector512.Load(slope + cr[0] + 48);
            c1a *= Vector512.Load(slope + cr[1]);
            c1b *= Vector512.Load(slope + cr[1] + 16);
            c1c *= Vector512.Load(slope + cr[1] + 32);
            c1d *= Vector512.Load(slope + cr[1] + 48);
        }
        c0a.Store(c + cr[0]);
        c0b.Store(c + cr[0] + 16);
        c0c.Store(c + cr[0] + 32);
        c0d.Store(c + cr[0] + 48);
        c1a.Store(c + cr[1]);
        c1b.Store(c + cr[1] + 16);
        c1c.Store(c + cr[1] + 32);
        c1d.Store(c + cr[1] + 48);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Tile1x64(TileCall* t, float* a, nint* ar, float* panel, float* c, nint* cr, float* bias, float* slope)
    {
        Vector512<float> c0a = default, c0b = default, c0c = default, c0d = default;
        if (t->Accumulate)
        {
            c0a = Vector512.Load(c + cr[0]);
            c0b = Vector512.Load(c + cr[0] + 16);
            c0c = Vector512.Load(c + cr[0] + 32);
            c0d = Vector512.Load(c + cr[0] + 48);
        }
        else if (bias != null)
        {
            c0a = Vector512.Load(bias);
            c0b = Vector512.Load(bias + 16);
            c0c = Vector512.Load(bias + 32);
            c0d = Vector512.Load(bias + 48);
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
                    Vector512<float> b0 = Vector512.Load(b);
                    Vector512<float> b1 = Vector512.Load(b + 16);
                    Vector512<float> b2 = Vector512.Load(b + 32);
                    Vector512<float> b3 = Vector512.Load(b + 48);
                    b += next;
                    Vector512<float> v0 = Vector512.Create(p[r0]);
                    c0a = Vector512.MultiplyAddEstimate(v0, b0, c0a);
                    c0b = Vector512.MultiplyAddEstimate(v0, b1, c0b);
                    c0c = Vector512.MultiplyAddEstimate(v0, b2, c0c);
                    c0d = Vector512.MultiplyAddEstimate(v0, b3, c0d);
                }
            }
        }
        if (slope != null)
        {
            c0a *= Vector512.Load(slope + cr[0]);
            c0b *= Vector512.Load(slope + cr[0] + 16);
            c0c *= Vector512.Load(slope + cr[0] + 32);
            c0d *= Vector512.Load(slope + cr[0] + 48);
        }
        c0a.Store(c + cr[0]);
        c0b.Store(c + cr[0] + 16);
        c0c.Store(c + cr[0] + 32);
        c0d.Store(c + cr[0] + 48);
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
            nint r0 = ar[0], r1 = ar[1], r2 = ar[2], r3 = ar[3], r4 = ar[4], r5 = ar[5], r6 = ar[6], r7 = ar[7], step = t->Step, next = t->BStep, length = step * t->Length;
            float* b = panel, g = a;
            for (int groups = t->Groups; groups > 0; groups--, g += t->GroupStep)
            {
                float* s = g;
                for (int segments = t->Segments; segments > 0; segments--, s += t->SegmentStep)
                {
                    float* p = s;
                    for (float* end = p + length; p != end; p += step)
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
                    Vector512<float> b0 = Vector512.Load(b);
                    Vector512<float> b1 = Vector512.Load(b + 16);
                    b += next;
                    Vector512<float> v0 = Vector512.Create(p[r0]);
                    c0a = Vector512.MultiplyAddEstimate(v0, b0, c0a);
                    c0b = Vector512.MultiplyAddEstimate(v0, b1, c0b);
                    Vector512<float> v1 = Vector512.Create(p[r1]);
                    c1a = Vector512.MultiplyAddEstimate(v1, b0, c1a);
                    c1b = Vector512.MultiplyAddEstimate(v1, b1, c1b);
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
                    Vector512<float> b0 = Vector512.Load(b);
                    Vector512<float> b1 = Vector512.Load(b + 16);
                    b += next;
                    Vector512<float> v0 = Vector512.Create(p[r0]);
                    c0a = Vector512.MultiplyAddEstimate(v0, b0, c0a);
                    c0b = Vector512.MultiplyAddEstimate(v0, b1, c0b);
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
            Vector512<float> d0 = default, d1 = default, d2 = default, d3 = default, d4 = default, d5 = default, d6 = default, d7 = default;
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
            nint r0 = ar[0], r1 = ar[1], r2 = ar[2], r3 = ar[3], r4 = ar[4], r5 = ar[5], r6 = ar[6], r7 = ar[7], step = t->Step, next = t->BStep, length = step * t->Length;
            float* b = panel, g = a;
            for (int groups = t->Groups; groups > 0; groups--, g += t->GroupStep)
            {
                float* s = g;
                for (int segments = t->Segments; segments > 0; segments--, s += t->SegmentStep)
                {
                    float* p = s;
                    float* end = p + length, last = end - step;
                    for (; p < last; p += 2 * step, b += 2 * next)
                    {
                        Vector512<float> b0 = Vector512.Load(b), b1 = Vector512.Load(b + next);
                        float* q = p + step;
                        c0a = Vector512.MultiplyAddEstimate(Vector512.Create(p[r0]), b0, c0a);
                        d0 = Vector512.MultiplyAddEstimate(Vector512.Create(q[r0]), b1, d0);
                        c1a = Vector512.MultiplyAddEstimate(Vector512.Create(p[r1]), b0, c1a);
                        d1 = Vector512.MultiplyAddEstimate(Vector512.Create(q[r1]), b1, d1);
                        c2a = Vector512.MultiplyAddEstimate(Vector512.Create(p[r2]), b0, c2a);
                        d2 = Vector512.MultiplyAddEstimate(Vector512.Create(q[r2]), b1, d2);
                        c3a = Vector512.MultiplyAddEstimate(Vector512.Create(p[r3]), b0, c3a);
                        d3 = Vector512.MultiplyAddEstimate(Vector512.Create(q[r3]), b1, d3);
                        c4a = Vector512.MultiplyAddEstimate(Vector512.Create(p[r4]), b0, c4a);
                        d4 = Vector512.MultiplyAddEstimate(Vector512.Create(q[r4]), b1, d4);
                        c5a = Vector512.MultiplyAddEstimate(Vector512.Create(p[r5]), b0, c5a);
                        d5 = Vector512.MultiplyAddEstimate(Vector512.Create(q[r5]), b1, d5);
                        c6a = Vector512.MultiplyAddEstimate(Vector512.Create(p[r6]), b0, c6a);
                        d6 = Vector512.MultiplyAddEstimate(Vector512.Create(q[r6]), b1, d6);
                        c7a = Vector512.MultiplyAddEstimate(Vector512.Create(p[r7]), b0, c7a);
                        d7 = Vector512.MultiplyAddEstimate(Vector512.Create(q[r7]), b1, d7);
                    }
                    if (p != end)
                    {
                        Vector512<float> b0 = Vector512.Load(b);
                        b += next;
                        c0a = Vector512.MultiplyAddEstimate(Vector512.Create(p[r0]), b0, c0a);
                        c1a = Vector512.MultiplyAddEstimate(Vector512.Create(p[r1]), b0, c1a);
                        c2a = Vector512.MultiplyAddEstimate(Vector512.Create(p[r2]), b0, c2a);
                        c3a = Vector512.MultiplyAddEstimate(Vector512.Create(p[r3]), b0, c3a);
                        c4a = Vector512.MultiplyAddEstimate(Vector512.Create(p[r4]), b0, c4a);
                        c5a = Vector512.MultiplyAddEstimate(Vector512.Create(p[r5]), b0, c5a);
                        c6a = Vector512.MultiplyAddEstimate(Vector512.Create(p[r6]), b0, c6a);
                        c7a = Vector512.MultiplyAddEstimate(Vector512.Create(p[r7]), b0, c7a);
                    }
                }
            }
            c0a += d0;
            c1a += d1;
            c2a += d2;
            c3a += d3;
            c4a += d4;
            c5a += d5;
            c6a += d6;
            c7a += d7;
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
        Vector512<float> d0 = default, d1 = default, d2 = default, d3 = default;
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
        nint r0 = ar[0], r1 = ar[1], r2 = ar[2], r3 = ar[3], step = t->Step, next = t->BStep, length = step * t->Length;
        float* b = panel, g = a;
        for (int groups = t->Groups; groups > 0; groups--, g += t->GroupStep)
        {
            float* s = g;
            for (int segments = t->Segments; segments > 0; segments--, s += t->SegmentStep)
            {
                float* p = s;
                float* end = p + length, last = end - step;
                for (; p < last; p += 2 * step, b += 2 * next)
                {
                    Vector512<float> b0 = Vector512.Load(b), b1 = Vector512.Load(b + next);
                    float* q = p + step;
                    c0a = Vector512.MultiplyAddEstimate(Vector512.Create(p[r0]), b0, c0a);
                    d0 = Vector512.MultiplyAddEstimate(Vector512.Create(q[r0]), b1, d0);
                    c1a = Vector512.MultiplyAddEstimate(Vector512.Create(p[r1]), b0, c1a);
                    d1 = Vector512.MultiplyAddEstimate(Vector512.Create(q[r1]), b1, d1);
                    c2a = Vector512.MultiplyAddEstimate(Vector512.Create(p[r2]), b0, c2a);
                    d2 = Vector512.MultiplyAddEstimate(Vector512.Create(q[r2]), b1, d2);
                    c3a = Vector512.MultiplyAddEstimate(Vector512.Create(p[r3]), b0, c3a);
                    d3 = Vector512.MultiplyAddEstimate(Vector512.Create(q[r3]), b1, d3);
                }
                if (p != end)
                {
                    Vector512<float> b0 = Vector512.Load(b);
                    b += next;
                    c0a = Vector512.MultiplyAddEstimate(Vector512.Create(p[r0]), b0, c0a);
                    c1a = Vector512.MultiplyAddEstimate(Vector512.Create(p[r1]), b0, c1a);
                    c2a = Vector512.MultiplyAddEstimate(Vector512.Create(p[r2]), b0, c2a);
                    c3a = Vector512.MultiplyAddEstimate(Vector512.Create(p[r3]), b0, c3a);
                }
            }
        }
        c0a += d0;
        c1a += d1;
        c2a += d2;
        c3a += d3;
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
        Vector512<float> d0 = default, d1 = default;
        if (t->Accumulate)
        {
            c0a = Vector512.Load(c + cr[0]);
            c1a = Vector512.Load(c + cr[1]);
        }
        else if (bias != null)
        {
            c0a = c1a = Vector512.Load(bias);
        }
        nint r0 = ar[0], r1 = ar[1], step = t->Step, next = t->BStep, length = step * t->Length;
        float* b = panel, g = a;
        for (int groups = t->Groups; groups > 0; groups--, g += t->GroupStep)
        {
            float* s = g;
            for (int segments = t->Segments; segments > 0; segments--, s += t->SegmentStep)
            {
                float* p = s;
                float* end = p + length, last = end - step;
                for (; p < last; p += 2 * step, b += 2 * next)
                {
                    Vector512<float> b0 = Vector512.Load(b), b1 = Vector512.Load(b + next);
                    float* q = p + step;
                    c0a = Vector512.MultiplyAddEstimate(Vector512.Create(p[r0]), b0, c0a);
                    d0 = Vector512.MultiplyAddEstimate(Vector512.Create(q[r0]), b1, d0);
                    c1a = Vector512.MultiplyAddEstimate(Vector512.Create(p[r1]), b0, c1a);
                    d1 = Vector512.MultiplyAddEstimate(Vector512.Create(q[r1]), b1, d1);
                }
                if (p != end)
                {
                    Vector512<float> b0 = Vector512.Load(b);
                    b += next;
                    c0a = Vector512.MultiplyAddEstimate(Vector512.Create(p[r0]), b0, c0a);
                    c1a = Vector512.MultiplyAddEstimate(Vector512.Create(p[r1]), b0, c1a);
                }
            }
        }
        c0a += d0;
        c1a += d1;
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
        Vector512<float> d0 = default;
        if (t->Accumulate)
        {
            c0a = Vector512.Load(c + cr[0]);
        }
        else if (bias != null)
        {
            c0a = Vector512.Load(bias);
        }
        nint r0 = ar[0], step = t->Step, next = t->BStep, length = step * t->Length;
        float* b = panel, g = a;
        for (int groups = t->Groups; groups > 0; groups--, g += t->GroupStep)
        {
            float* s = g;
            for (int segments = t->Segments; segments > 0; segments--, s += t->SegmentStep)
            {
                float* p = s;
                float* end = p + length, last = end - step;
                for (; p < last; p += 2 * step, b += 2 * next)
                {
                    Vector512<float> b0 = Vector512.Load(b), b1 = Vector512.Load(b + next);
                    float* q = p + step;
                    c0a = Vector512.MultiplyAddEstimate(Vector512.Create(p[r0]), b0, c0a);
                    d0 = Vector512.MultiplyAddEstimate(Vector512.Create(q[r0]), b1, d0);
                }
                if (p != end)
                {
                    Vector512<float> b0 = Vector512.Load(b);
                    b += next;
                    c0a = Vector512.MultiplyAddEstimate(Vector512.Create(p[r0]), b0, c0a);
                }
            }
        }
        c0a += d0;
        if (slope != null)
        {
            c0a *= Vector512.Load(slope + cr[0]);
        }
        c0a.Store(c + cr[0]);
    }
}
