// Register tiles once more, for rows whose numbers lie side by side: long, boring and alone.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Joule.Compute;

/// <summary>
/// Tiles for walks whose steps are one float long, four steps at a time: a narrow tile has a pointer for every row, so that a multiply-add takes its number
/// from memory in one operation, and a second set of sums, since eight alone would wait for each other.
/// </summary>
internal unsafe partial struct GemmTiles512
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Along6x64(TileCall* t, float* a, nint* ar, float* panel, float* c, nint* cr, float* bias, float* slope, int count)
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
            nint r0 = ar[0], r1 = ar[1], r2 = ar[2], r3 = ar[3], r4 = ar[4], r5 = ar[5], next = t->BStep, aheadStep = t->AheadStep;
            float* ahead = t->Ahead;
            float* b = panel, g = a;
            for (int groups = t->Groups; groups > 0; groups--, g += t->GroupStep)
            {
                float* s = g;
                for (int segments = t->Segments; segments > 0; segments--, s += t->SegmentStep)
                {
                    float* p = s, last = p + t->Length - 3;
                    for (; p < last; p += 4, ahead += aheadStep)
                    {
                        Cache.Fetch(ahead);
                        Vector512<float> b0a = Vector512.Load(b);
                        Vector512<float> b0b = Vector512.Load(b + 16);
                        Vector512<float> b0c = Vector512.Load(b + 32);
                        Vector512<float> b0d = Vector512.Load(b + 48);
                        b += next;
                        Vector512<float> v00 = Vector512.Create(p[r0]);
                        c0a = Vector512.MultiplyAddEstimate(v00, b0a, c0a);
                        c0b = Vector512.MultiplyAddEstimate(v00, b0b, c0b);
                        c0c = Vector512.MultiplyAddEstimate(v00, b0c, c0c);
                        c0d = Vector512.MultiplyAddEstimate(v00, b0d, c0d);
                        Vector512<float> v01 = Vector512.Create(p[r1]);
                        c1a = Vector512.MultiplyAddEstimate(v01, b0a, c1a);
                        c1b = Vector512.MultiplyAddEstimate(v01, b0b, c1b);
                        c1c = Vector512.MultiplyAddEstimate(v01, b0c, c1c);
                        c1d = Vector512.MultiplyAddEstimate(v01, b0d, c1d);
                        Vector512<float> v02 = Vector512.Create(p[r2]);
                        c2a = Vector512.MultiplyAddEstimate(v02, b0a, c2a);
                        c2b = Vector512.MultiplyAddEstimate(v02, b0b, c2b);
                        c2c = Vector512.MultiplyAddEstimate(v02, b0c, c2c);
                        c2d = Vector512.MultiplyAddEstimate(v02, b0d, c2d);
                        Vector512<float> v03 = Vector512.Create(p[r3]);
                        c3a = Vector512.MultiplyAddEstimate(v03, b0a, c3a);
                        c3b = Vector512.MultiplyAddEstimate(v03, b0b, c3b);
                        c3c = Vector512.MultiplyAddEstimate(v03, b0c, c3c);
                        c3d = Vector512.MultiplyAddEstimate(v03, b0d, c3d);
                        Vector512<float> v04 = Vector512.Create(p[r4]);
                        c4a = Vector512.MultiplyAddEstimate(v04, b0a, c4a);
                        c4b = Vector512.MultiplyAddEstimate(v04, b0b, c4b);
                        c4c = Vector512.MultiplyAddEstimate(v04, b0c, c4c);
                        c4d = Vector512.MultiplyAddEstimate(v04, b0d, c4d);
                        Vector512<float> v05 = Vector512.Create(p[r5]);
                        c5a = Vector512.MultiplyAddEstimate(v05, b0a, c5a);
                        c5b = Vector512.MultiplyAddEstimate(v05, b0b, c5b);
                        c5c = Vector512.MultiplyAddEstimate(v05, b0c, c5c);
                        c5d = Vector512.MultiplyAddEstimate(v05, b0d, c5d);
                        Vector512<float> b1a = Vector512.Load(b);
                        Vector512<float> b1b = Vector512.Load(b + 16);
                        Vector512<float> b1c = Vector512.Load(b + 32);
                        Vector512<float> b1d = Vector512.Load(b + 48);
                        b += next;
                        Vector512<float> v10 = Vector512.Create(p[r0 + 1]);
                        c0a = Vector512.MultiplyAddEstimate(v10, b1a, c0a);
                        c0b = Vector512.MultiplyAddEstimate(v10, b1b, c0b);
                        c0c = Vector512.MultiplyAddEstimate(v10, b1c, c0c);
                        c0d = Vector512.MultiplyAddEstimate(v10, b1d, c0d);
                        Vector512<float> v11 = Vector512.Create(p[r1 + 1]);
                        c1a = Vector512.MultiplyAddEstimate(v11, b1a, c1a);
                        c1b = Vector512.MultiplyAddEstimate(v11, b1b, c1b);
                        c1c = Vector512.MultiplyAddEstimate(v11, b1c, c1c);
                        c1d = Vector512.MultiplyAddEstimate(v11, b1d, c1d);
                        Vector512<float> v12 = Vector512.Create(p[r2 + 1]);
                        c2a = Vector512.MultiplyAddEstimate(v12, b1a, c2a);
                        c2b = Vector512.MultiplyAddEstimate(v12, b1b, c2b);
                        c2c = Vector512.MultiplyAddEstimate(v12, b1c, c2c);
                        c2d = Vector512.MultiplyAddEstimate(v12, b1d, c2d);
                        Vector512<float> v13 = Vector512.Create(p[r3 + 1]);
                        c3a = Vector512.MultiplyAddEstimate(v13, b1a, c3a);
                        c3b = Vector512.MultiplyAddEstimate(v13, b1b, c3b);
                        c3c = Vector512.MultiplyAddEstimate(v13, b1c, c3c);
                        c3d = Vector512.MultiplyAddEstimate(v13, b1d, c3d);
                        Vector512<float> v14 = Vector512.Create(p[r4 + 1]);
                        c4a = Vector512.MultiplyAddEstimate(v14, b1a, c4a);
                        c4b = Vector512.MultiplyAddEstimate(v14, b1b, c4b);
                        c4c = Vector512.MultiplyAddEstimate(v14, b1c, c4c);
                        c4d = Vector512.MultiplyAddEstimate(v14, b1d, c4d);
                        Vector512<float> v15 = Vector512.Create(p[r5 + 1]);
                        c5a = Vector512.MultiplyAddEstimate(v15, b1a, c5a);
                        c5b = Vector512.MultiplyAddEstimate(v15, b1b, c5b);
                        c5c = Vector512.MultiplyAddEstimate(v15, b1c, c5c);
                        c5d = Vector512.MultiplyAddEstimate(v15, b1d, c5d);
                        Cache.Fetch(ahead + 16);
                        Vector512<float> b2a = Vector512.Load(b);
                        Vector512<float> b2b = Vector512.Load(b + 16);
                        Vector512<float> b2c = Vector512.Load(b + 32);
                        Vector512<float> b2d = Vector512.Load(b + 48);
                        b += next;
                        Vector512<float> v20 = Vector512.Create(p[r0 + 2]);
                        c0a = Vector512.MultiplyAddEstimate(v20, b2a, c0a);
                        c0b = Vector512.MultiplyAddEstimate(v20, b2b, c0b);
                        c0c = Vector512.MultiplyAddEstimate(v20, b2c, c0c);
                        c0d = Vector512.MultiplyAddEstimate(v20, b2d, c0d);
                        Vector512<float> v21 = Vector512.Create(p[r1 + 2]);
                        c1a = Vector512.MultiplyAddEstimate(v21, b2a, c1a);
                        c1b = Vector512.MultiplyAddEstimate(v21, b2b, c1b);
                        c1c = Vector512.MultiplyAddEstimate(v21, b2c, c1c);
                        c1d = Vector512.MultiplyAddEstimate(v21, b2d, c1d);
                        Vector512<float> v22 = Vector512.Create(p[r2 + 2]);
                        c2a = Vector512.MultiplyAddEstimate(v22, b2a, c2a);
                        c2b = Vector512.MultiplyAddEstimate(v22, b2b, c2b);
                        c2c = Vector512.MultiplyAddEstimate(v22, b2c, c2c);
                        c2d = Vector512.MultiplyAddEstimate(v22, b2d, c2d);
                        Vector512<float> v23 = Vector512.Create(p[r3 + 2]);
                        c3a = Vector512.MultiplyAddEstimate(v23, b2a, c3a);
                        c3b = Vector512.MultiplyAddEstimate(v23, b2b, c3b);
                        c3c = Vector512.MultiplyAddEstimate(v23, b2c, c3c);
                        c3d = Vector512.MultiplyAddEstimate(v23, b2d, c3d);
                        Vector512<float> v24 = Vector512.Create(p[r4 + 2]);
                        c4a = Vector512.MultiplyAddEstimate(v24, b2a, c4a);
                        c4b = Vector512.MultiplyAddEstimate(v24, b2b, c4b);
                        c4c = Vector512.MultiplyAddEstimate(v24, b2c, c4c);
                        c4d = Vector512.MultiplyAddEstimate(v24, b2d, c4d);
                        Vector512<float> v25 = Vector512.Create(p[r5 + 2]);
                        c5a = Vector512.MultiplyAddEstimate(v25, b2a, c5a);
                        c5b = Vector512.MultiplyAddEstimate(v25, b2b, c5b);
                        c5c = Vector512.MultiplyAddEstimate(v25, b2c, c5c);
                        c5d = Vector512.MultiplyAddEstimate(v25, b2d, c5d);
                        Vector512<float> b3a = Vector512.Load(b);
                        Vector512<float> b3b = Vector512.Load(b + 16);
                        Vector512<float> b3c = Vector512.Load(b + 32);
                        Vector512<float> b3d = Vector512.Load(b + 48);
                        b += next;
                        Vector512<float> v30 = Vector512.Create(p[r0 + 3]);
                        c0a = Vector512.MultiplyAddEstimate(v30, b3a, c0a);
                        c0b = Vector512.MultiplyAddEstimate(v30, b3b, c0b);
                        c0c = Vector512.MultiplyAddEstimate(v30, b3c, c0c);
                        c0d = Vector512.MultiplyAddEstimate(v30, b3d, c0d);
                        Vector512<float> v31 = Vector512.Create(p[r1 + 3]);
                        c1a = Vector512.MultiplyAddEstimate(v31, b3a, c1a);
                        c1b = Vector512.MultiplyAddEstimate(v31, b3b, c1b);
                        c1c = Vector512.MultiplyAddEstimate(v31, b3c, c1c);
                        c1d = Vector512.MultiplyAddEstimate(v31, b3d, c1d);
                        Vector512<float> v32 = Vector512.Create(p[r2 + 3]);
                        c2a = Vector512.MultiplyAddEstimate(v32, b3a, c2a);
                        c2b = Vector512.MultiplyAddEstimate(v32, b3b, c2b);
                        c2c = Vector512.MultiplyAddEstimate(v32, b3c, c2c);
                        c2d = Vector512.MultiplyAddEstimate(v32, b3d, c2d);
                        Vector512<float> v33 = Vector512.Create(p[r3 + 3]);
                        c3a = Vector512.MultiplyAddEstimate(v33, b3a, c3a);
                        c3b = Vector512.MultiplyAddEstimate(v33, b3b, c3b);
                        c3c = Vector512.MultiplyAddEstimate(v33, b3c, c3c);
                        c3d = Vector512.MultiplyAddEstimate(v33, b3d, c3d);
                        Vector512<float> v34 = Vector512.Create(p[r4 + 3]);
                        c4a = Vector512.MultiplyAddEstimate(v34, b3a, c4a);
                        c4b = Vector512.MultiplyAddEstimate(v34, b3b, c4b);
                        c4c = Vector512.MultiplyAddEstimate(v34, b3c, c4c);
                        c4d = Vector512.MultiplyAddEstimate(v34, b3d, c4d);
                        Vector512<float> v35 = Vector512.Create(p[r5 + 3]);
                        c5a = Vector512.MultiplyAddEstimate(v35, b3a, c5a);
                        c5b = Vector512.MultiplyAddEstimate(v35, b3b, c5b);
                        c5c = Vector512.MultiplyAddEstimate(v35, b3c, c5c);
                        c5d = Vector512.MultiplyAddEstimate(v35, b3d, c5d);
                    }
                    for (last += 3; p < last; p++)
                    {
                        Vector512<float> b0a = Vector512.Load(b);
                        Vector512<float> b0b = Vector512.Load(b + 16);
                        Vector512<float> b0c = Vector512.Load(b + 32);
                        Vector512<float> b0d = Vector512.Load(b + 48);
                        b += next;
                        Vector512<float> v00 = Vector512.Create(p[r0]);
                        c0a = Vector512.MultiplyAddEstimate(v00, b0a, c0a);
                        c0b = Vector512.MultiplyAddEstimate(v00, b0b, c0b);
                        c0c = Vector512.MultiplyAddEstimate(v00, b0c, c0c);
                        c0d = Vector512.MultiplyAddEstimate(v00, b0d, c0d);
                        Vector512<float> v01 = Vector512.Create(p[r1]);
                        c1a = Vector512.MultiplyAddEstimate(v01, b0a, c1a);
                        c1b = Vector512.MultiplyAddEstimate(v01, b0b, c1b);
                        c1c = Vector512.MultiplyAddEstimate(v01, b0c, c1c);
                        c1d = Vector512.MultiplyAddEstimate(v01, b0d, c1d);
                        Vector512<float> v02 = Vector512.Create(p[r2]);
                        c2a = Vector512.MultiplyAddEstimate(v02, b0a, c2a);
                        c2b = Vector512.MultiplyAddEstimate(v02, b0b, c2b);
                        c2c = Vector512.MultiplyAddEstimate(v02, b0c, c2c);
                        c2d = Vector512.MultiplyAddEstimate(v02, b0d, c2d);
                        Vector512<float> v03 = Vector512.Create(p[r3]);
                        c3a = Vector512.MultiplyAddEstimate(v03, b0a, c3a);
                        c3b = Vector512.MultiplyAddEstimate(v03, b0b, c3b);
                        c3c = Vector512.MultiplyAddEstimate(v03, b0c, c3c);
                        c3d = Vector512.MultiplyAddEstimate(v03, b0d, c3d);
                        Vector512<float> v04 = Vector512.Create(p[r4]);
                        c4a = Vector512.MultiplyAddEstimate(v04, b0a, c4a);
                        c4b = Vector512.MultiplyAddEstimate(v04, b0b, c4b);
                        c4c = Vector512.MultiplyAddEstimate(v04, b0c, c4c);
                        c4d = Vector512.MultiplyAddEstimate(v04, b0d, c4d);
                        Vector512<float> v05 = Vector512.Create(p[r5]);
                        c5a = Vector512.MultiplyAddEstimate(v05, b0a, c5a);
                        c5b = Vector512.MultiplyAddEstimate(v05, b0b, c5b);
                        c5c = Vector512.MultiplyAddEstimate(v05, b0c, c5c);
                        c5d = Vector512.MultiplyAddEstimate(v05, b0d, c5d);
                    }
                }
            }
            t->Ahead = ahead;
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
    private static void Along8x16(TileCall* t, float* a, nint* ar, float* panel, float* c, nint* cr, float* bias, float* slope, int count)
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
            nint next = t->BStep;
            float* b = panel, g = a;
            for (int groups = t->Groups; groups > 0; groups--, g += t->GroupStep)
            {
                float* s = g;
                for (int segments = t->Segments; segments > 0; segments--, s += t->SegmentStep)
                {
                    float* p0 = s + ar[0], p1 = s + ar[1], p2 = s + ar[2], p3 = s + ar[3], p4 = s + ar[4], p5 = s + ar[5], p6 = s + ar[6], p7 = s + ar[7], last = p0 + t->Length - 3;
                    while (p0 < last)
                    {
                        Vector512<float> b0 = Vector512.Load(b);
                        b += next;
                        c0a = Vector512.MultiplyAddEstimate(Vector512.Create(p0[0]), b0, c0a);
                        c1a = Vector512.MultiplyAddEstimate(Vector512.Create(p1[0]), b0, c1a);
                        c2a = Vector512.MultiplyAddEstimate(Vector512.Create(p2[0]), b0, c2a);
                        c3a = Vector512.MultiplyAddEstimate(Vector512.Create(p3[0]), b0, c3a);
                        c4a = Vector512.MultiplyAddEstimate(Vector512.Create(p4[0]), b0, c4a);
                        c5a = Vector512.MultiplyAddEstimate(Vector512.Create(p5[0]), b0, c5a);
                        c6a = Vector512.MultiplyAddEstimate(Vector512.Create(p6[0]), b0, c6a);
                        c7a = Vector512.MultiplyAddEstimate(Vector512.Create(p7[0]), b0, c7a);
                        Vector512<float> b1 = Vector512.Load(b);
                        b += next;
                        d0 = Vector512.MultiplyAddEstimate(Vector512.Create(p0[1]), b1, d0);
                        d1 = Vector512.MultiplyAddEstimate(Vector512.Create(p1[1]), b1, d1);
                        d2 = Vector512.MultiplyAddEstimate(Vector512.Create(p2[1]), b1, d2);
                        d3 = Vector512.MultiplyAddEstimate(Vector512.Create(p3[1]), b1, d3);
                        d4 = Vector512.MultiplyAddEstimate(Vector512.Create(p4[1]), b1, d4);
                        d5 = Vector512.MultiplyAddEstimate(Vector512.Create(p5[1]), b1, d5);
                        d6 = Vector512.MultiplyAddEstimate(Vector512.Create(p6[1]), b1, d6);
                        d7 = Vector512.MultiplyAddEstimate(Vector512.Create(p7[1]), b1, d7);
                        Vector512<float> b2 = Vector512.Load(b);
                        b += next;
                        c0a = Vector512.MultiplyAddEstimate(Vector512.Create(p0[2]), b2, c0a);
                        c1a = Vector512.MultiplyAddEstimate(Vector512.Create(p1[2]), b2, c1a);
                        c2a = Vector512.MultiplyAddEstimate(Vector512.Create(p2[2]), b2, c2a);
                        c3a = Vector512.MultiplyAddEstimate(Vector512.Create(p3[2]), b2, c3a);
                        c4a = Vector512.MultiplyAddEstimate(Vector512.Create(p4[2]), b2, c4a);
                        c5a = Vector512.MultiplyAddEstimate(Vector512.Create(p5[2]), b2, c5a);
                        c6a = Vector512.MultiplyAddEstimate(Vector512.Create(p6[2]), b2, c6a);
                        c7a = Vector512.MultiplyAddEstimate(Vector512.Create(p7[2]), b2, c7a);
                        Vector512<float> b3 = Vector512.Load(b);
                        b += next;
                        d0 = Vector512.MultiplyAddEstimate(Vector512.Create(p0[3]), b3, d0);
                        d1 = Vector512.MultiplyAddEstimate(Vector512.Create(p1[3]), b3, d1);
                        d2 = Vector512.MultiplyAddEstimate(Vector512.Create(p2[3]), b3, d2);
                        d3 = Vector512.MultiplyAddEstimate(Vector512.Create(p3[3]), b3, d3);
                        d4 = Vector512.MultiplyAddEstimate(Vector512.Create(p4[3]), b3, d4);
                        d5 = Vector512.MultiplyAddEstimate(Vector512.Create(p5[3]), b3, d5);
                        d6 = Vector512.MultiplyAddEstimate(Vector512.Create(p6[3]), b3, d6);
                        d7 = Vector512.MultiplyAddEstimate(Vector512.Create(p7[3]), b3, d7);
                        p0 += 4;
                        p1 += 4;
                        p2 += 4;
                        p3 += 4;
                        p4 += 4;
                        p5 += 4;
                        p6 += 4;
                        p7 += 4;
                    }
                    for (last += 3; p0 < last;)
                    {
                        Vector512<float> b0 = Vector512.Load(b);
                        b += next;
                        c0a = Vector512.MultiplyAddEstimate(Vector512.Create(p0[0]), b0, c0a);
                        c1a = Vector512.MultiplyAddEstimate(Vector512.Create(p1[0]), b0, c1a);
                        c2a = Vector512.MultiplyAddEstimate(Vector512.Create(p2[0]), b0, c2a);
                        c3a = Vector512.MultiplyAddEstimate(Vector512.Create(p3[0]), b0, c3a);
                        c4a = Vector512.MultiplyAddEstimate(Vector512.Create(p4[0]), b0, c4a);
                        c5a = Vector512.MultiplyAddEstimate(Vector512.Create(p5[0]), b0, c5a);
                        c6a = Vector512.MultiplyAddEstimate(Vector512.Create(p6[0]), b0, c6a);
                        c7a = Vector512.MultiplyAddEstimate(Vector512.Create(p7[0]), b0, c7a);
                        if (++p0 == last)
                            break;
                        b0 = Vector512.Load(b);
                        b += next;
                        d0 = Vector512.MultiplyAddEstimate(Vector512.Create(p0[0]), b0, d0);
                        p0++;
                        d1 = Vector512.MultiplyAddEstimate(Vector512.Create(p1[1]), b0, d1);
                        d2 = Vector512.MultiplyAddEstimate(Vector512.Create(p2[1]), b0, d2);
                        d3 = Vector512.MultiplyAddEstimate(Vector512.Create(p3[1]), b0, d3);
                        d4 = Vector512.MultiplyAddEstimate(Vector512.Create(p4[1]), b0, d4);
                        d5 = Vector512.MultiplyAddEstimate(Vector512.Create(p5[1]), b0, d5);
                        d6 = Vector512.MultiplyAddEstimate(Vector512.Create(p6[1]), b0, d6);
                        d7 = Vector512.MultiplyAddEstimate(Vector512.Create(p7[1]), b0, d7);
                        p1 += 2;
                        p2 += 2;
                        p3 += 2;
                        p4 += 2;
                        p5 += 2;
                        p6 += 2;
                        p7 += 2;
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
}
