// Rows of sums written out, so that every sum is a local the compiler keeps in a register: long, boring and alone.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Joule.Compute;

internal static unsafe partial class PlaneKernels
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Eight<T>(float* planes, nint plane, nint pitch, int count, int columns, float* w, float* sums, nint pitchOfSums, bool accumulate) where T : struct, Taps.ICount
    {
        Vector512<float> a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default, a6 = default, a7 = default;
        if (accumulate)
        {
            a0 = Vector512.Load(sums);
            a1 = Vector512.Load(sums + pitchOfSums);
            a2 = Vector512.Load(sums + 2 * pitchOfSums);
            a3 = Vector512.Load(sums + 3 * pitchOfSums);
            a4 = Vector512.Load(sums + 4 * pitchOfSums);
            a5 = Vector512.Load(sums + 5 * pitchOfSums);
            a6 = Vector512.Load(sums + 6 * pitchOfSums);
            a7 = Vector512.Load(sums + 7 * pitchOfSums);
        }
        for (; count > 0; count--, planes += plane)
        {
            float* p = planes;
            for (int x = columns; x > 0; x--, p--, w += T.Count)
            {
                Vector512<float> w0 = Vector512.Create(w[0]), v;
                Vector512<float> w1 = T.Count > 1 ? Vector512.Create(w[1]) : default;
                Vector512<float> w2 = T.Count > 2 ? Vector512.Create(w[2]) : default;
                Vector512<float> w3 = T.Count > 3 ? Vector512.Create(w[3]) : default;
                Vector512<float> w4 = T.Count > 4 ? Vector512.Create(w[4]) : default;
                float* q = p;
                v = Vector512.Load(q);
                a0 = Vector512.MultiplyAddEstimate(w0, v, a0);
                q += pitch;
                v = Vector512.Load(q);
                a1 = Vector512.MultiplyAddEstimate(w0, v, a1);
                if (T.Count > 1)
                    a0 = Vector512.MultiplyAddEstimate(w1, v, a0);
                q += pitch;
                v = Vector512.Load(q);
                a2 = Vector512.MultiplyAddEstimate(w0, v, a2);
                if (T.Count > 1)
                    a1 = Vector512.MultiplyAddEstimate(w1, v, a1);
                if (T.Count > 2)
                    a0 = Vector512.MultiplyAddEstimate(w2, v, a0);
                q += pitch;
                v = Vector512.Load(q);
                a3 = Vector512.MultiplyAddEstimate(w0, v, a3);
                if (T.Count > 1)
                    a2 = Vector512.MultiplyAddEstimate(w1, v, a2);
                if (T.Count > 2)
                    a1 = Vector512.MultiplyAddEstimate(w2, v, a1);
                if (T.Count > 3)
                    a0 = Vector512.MultiplyAddEstimate(w3, v, a0);
                q += pitch;
                v = Vector512.Load(q);
                a4 = Vector512.MultiplyAddEstimate(w0, v, a4);
                if (T.Count > 1)
                    a3 = Vector512.MultiplyAddEstimate(w1, v, a3);
                if (T.Count > 2)
                    a2 = Vector512.MultiplyAddEstimate(w2, v, a2);
                if (T.Count > 3)
                    a1 = Vector512.MultiplyAddEstimate(w3, v, a1);
                if (T.Count > 4)
                    a0 = Vector512.MultiplyAddEstimate(w4, v, a0);
                q += pitch;
                v = Vector512.Load(q);
                a5 = Vector512.MultiplyAddEstimate(w0, v, a5);
                if (T.Count > 1)
                    a4 = Vector512.MultiplyAddEstimate(w1, v, a4);
                if (T.Count > 2)
                    a3 = Vector512.MultiplyAddEstimate(w2, v, a3);
                if (T.Count > 3)
                    a2 = Vector512.MultiplyAddEstimate(w3, v, a2);
                if (T.Count > 4)
                    a1 = Vector512.MultiplyAddEstimate(w4, v, a1);
                q += pitch;
                v = Vector512.Load(q);
                a6 = Vector512.MultiplyAddEstimate(w0, v, a6);
                if (T.Count > 1)
                    a5 = Vector512.MultiplyAddEstimate(w1, v, a5);
                if (T.Count > 2)
                    a4 = Vector512.MultiplyAddEstimate(w2, v, a4);
                if (T.Count > 3)
                    a3 = Vector512.MultiplyAddEstimate(w3, v, a3);
                if (T.Count > 4)
                    a2 = Vector512.MultiplyAddEstimate(w4, v, a2);
                q += pitch;
                v = Vector512.Load(q);
                a7 = Vector512.MultiplyAddEstimate(w0, v, a7);
                if (T.Count > 1)
                    a6 = Vector512.MultiplyAddEstimate(w1, v, a6);
                if (T.Count > 2)
                    a5 = Vector512.MultiplyAddEstimate(w2, v, a5);
                if (T.Count > 3)
                    a4 = Vector512.MultiplyAddEstimate(w3, v, a4);
                if (T.Count > 4)
                    a3 = Vector512.MultiplyAddEstimate(w4, v, a3);
                q += pitch;
                if (T.Count > 1)
                {
                    v = Vector512.Load(q);
                    a7 = Vector512.MultiplyAddEstimate(w1, v, a7);
                    if (T.Count > 2)
                        a6 = Vector512.MultiplyAddEstimate(w2, v, a6);
                    if (T.Count > 3)
                        a5 = Vector512.MultiplyAddEstimate(w3, v, a5);
                    if (T.Count > 4)
                        a4 = Vector512.MultiplyAddEstimate(w4, v, a4);
                    q += pitch;
                }
                if (T.Count > 2)
                {
                    v = Vector512.Load(q);
                    a7 = Vector512.MultiplyAddEstimate(w2, v, a7);
                    if (T.Count > 3)
                        a6 = Vector512.MultiplyAddEstimate(w3, v, a6);
                    if (T.Count > 4)
                        a5 = Vector512.MultiplyAddEstimate(w4, v, a5);
                    q += pitch;
                }
                if (T.Count > 3)
                {
                    v = Vector512.Load(q);
                    a7 = Vector512.MultiplyAddEstimate(w3, v, a7);
                    if (T.Count > 4)
                        a6 = Vector512.MultiplyAddEstimate(w4, v, a6);
                    q += pitch;
                }
                if (T.Count > 4)
                {
                    v = Vector512.Load(q);
                    a7 = Vector512.MultiplyAddEstimate(w4, v, a7);
                }
            }
        }
        a0.Store(sums);
        a1.Store(sums + pitchOfSums);
        a2.Store(sums + 2 * pitchOfSums);
        a3.Store(sums + 3 * pitchOfSums);
        a4.Store(sums + 4 * pitchOfSums);
        a5.Store(sums + 5 * pitchOfSums);
        a6.Store(sums + 6 * pitchOfSums);
        a7.Store(sums + 7 * pitchOfSums);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Sixteen<T>(float* planes, nint plane, nint pitch, int count, int columns, float* w, float* sums, nint pitchOfSums, bool accumulate) where T : struct, Taps.ICount
    {
        Vector512<float> a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default, a6 = default, a7 = default;
        Vector512<float> a8 = default, a9 = default, a10 = default, a11 = default, a12 = default, a13 = default, a14 = default, a15 = default;
        if (accumulate)
        {
            a0 = Vector512.Load(sums);
            a1 = Vector512.Load(sums + pitchOfSums);
            a2 = Vector512.Load(sums + 2 * pitchOfSums);
            a3 = Vector512.Load(sums + 3 * pitchOfSums);
            a4 = Vector512.Load(sums + 4 * pitchOfSums);
            a5 = Vector512.Load(sums + 5 * pitchOfSums);
            a6 = Vector512.Load(sums + 6 * pitchOfSums);
            a7 = Vector512.Load(sums + 7 * pitchOfSums);
            a8 = Vector512.Load(sums + 8 * pitchOfSums);
            a9 = Vector512.Load(sums + 9 * pitchOfSums);
            a10 = Vector512.Load(sums + 10 * pitchOfSums);
            a11 = Vector512.Load(sums + 11 * pitchOfSums);
            a12 = Vector512.Load(sums + 12 * pitchOfSums);
            a13 = Vector512.Load(sums + 13 * pitchOfSums);
            a14 = Vector512.Load(sums + 14 * pitchOfSums);
            a15 = Vector512.Load(sums + 15 * pitchOfSums);
        }
        for (; count > 0; count--, planes += plane)
        {
            float* p = planes;
            for (int x = columns; x > 0; x--, p--, w += T.Count)
            {
                Vector512<float> w0 = Vector512.Create(w[0]), v;
                Vector512<float> w1 = T.Count > 1 ? Vector512.Create(w[1]) : default;
                Vector512<float> w2 = T.Count > 2 ? Vector512.Create(w[2]) : default;
                Vector512<float> w3 = T.Count > 3 ? Vector512.Create(w[3]) : default;
                Vector512<float> w4 = T.Count > 4 ? Vector512.Create(w[4]) : default;
                float* q = p;
                v = Vector512.Load(q);
                a0 = Vector512.MultiplyAddEstimate(w0, v, a0);
                q += pitch;
                v = Vector512.Load(q);
                a1 = Vector512.MultiplyAddEstimate(w0, v, a1);
                if (T.Count > 1)
                    a0 = Vector512.MultiplyAddEstimate(w1, v, a0);
                q += pitch;
                v = Vector512.Load(q);
                a2 = Vector512.MultiplyAddEstimate(w0, v, a2);
                if (T.Count > 1)
                    a1 = Vector512.MultiplyAddEstimate(w1, v, a1);
                if (T.Count > 2)
                    a0 = Vector512.MultiplyAddEstimate(w2, v, a0);
                q += pitch;
                v = Vector512.Load(q);
                a3 = Vector512.MultiplyAddEstimate(w0, v, a3);
                if (T.Count > 1)
                    a2 = Vector512.MultiplyAddEstimate(w1, v, a2);
                if (T.Count > 2)
                    a1 = Vector512.MultiplyAddEstimate(w2, v, a1);
                if (T.Count > 3)
                    a0 = Vector512.MultiplyAddEstimate(w3, v, a0);
                q += pitch;
                v = Vector512.Load(q);
                a4 = Vector512.MultiplyAddEstimate(w0, v, a4);
                if (T.Count > 1)
                    a3 = Vector512.MultiplyAddEstimate(w1, v, a3);
                if (T.Count > 2)
                    a2 = Vector512.MultiplyAddEstimate(w2, v, a2);
                if (T.Count > 3)
                    a1 = Vector512.MultiplyAddEstimate(w3, v, a1);
                if (T.Count > 4)
                    a0 = Vector512.MultiplyAddEstimate(w4, v, a0);
                q += pitch;
                v = Vector512.Load(q);
                a5 = Vector512.MultiplyAddEstimate(w0, v, a5);
                if (T.Count > 1)
                    a4 = Vector512.MultiplyAddEstimate(w1, v, a4);
                if (T.Count > 2)
                    a3 = Vector512.MultiplyAddEstimate(w2, v, a3);
                if (T.Count > 3)
                    a2 = Vector512.MultiplyAddEstimate(w3, v, a2);
                if (T.Count > 4)
                    a1 = Vector512.MultiplyAddEstimate(w4, v, a1);
                q += pitch;
                v = Vector512.Load(q);
                a6 = Vector512.MultiplyAddEstimate(w0, v, a6);
                if (T.Count > 1)
                    a5 = Vector512.MultiplyAddEstimate(w1, v, a5);
                if (T.Count > 2)
                    a4 = Vector512.MultiplyAddEstimate(w2, v, a4);
                if (T.Count > 3)
                    a3 = Vector512.MultiplyAddEstimate(w3, v, a3);
                if (T.Count > 4)
                    a2 = Vector512.MultiplyAddEstimate(w4, v, a2);
                q += pitch;
                v = Vector512.Load(q);
                a7 = Vector512.MultiplyAddEstimate(w0, v, a7);
                if (T.Count > 1)
                    a6 = Vector512.MultiplyAddEstimate(w1, v, a6);
                if (T.Count > 2)
                    a5 = Vector512.MultiplyAddEstimate(w2, v, a5);
                if (T.Count > 3)
                    a4 = Vector512.MultiplyAddEstimate(w3, v, a4);
                if (T.Count > 4)
                    a3 = Vector512.MultiplyAddEstimate(w4, v, a3);
                q += pitch;
                v = Vector512.Load(q);
                a8 = Vector512.MultiplyAddEstimate(w0, v, a8);
                if (T.Count > 1)
                    a7 = Vector512.MultiplyAddEstimate(w1, v, a7);
                if (T.Count > 2)
                    a6 = Vector512.MultiplyAddEstimate(w2, v, a6);
                if (T.Count > 3)
                    a5 = Vector512.MultiplyAddEstimate(w3, v, a5);
                if (T.Count > 4)
                    a4 = Vector512.MultiplyAddEstimate(w4, v, a4);
                q += pitch;
                v = Vector512.Load(q);
                a9 = Vector512.MultiplyAddEstimate(w0, v, a9);
                if (T.Count > 1)
                    a8 = Vector512.MultiplyAddEstimate(w1, v, a8);
                if (T.Count > 2)
                    a7 = Vector512.MultiplyAddEstimate(w2, v, a7);
                if (T.Count > 3)
                    a6 = Vector512.MultiplyAddEstimate(w3, v, a6);
                if (T.Count > 4)
                    a5 = Vector512.MultiplyAddEstimate(w4, v, a5);
                q += pitch;
                v = Vector512.Load(q);
                a10 = Vector512.MultiplyAddEstimate(w0, v, a10);
                if (T.Count > 1)
                    a9 = Vector512.MultiplyAddEstimate(w1, v, a9);
                if (T.Count > 2)
                    a8 = Vector512.MultiplyAddEstimate(w2, v, a8);
                if (T.Count > 3)
                    a7 = Vector512.MultiplyAddEstimate(w3, v, a7);
                if (T.Count > 4)
                    a6 = Vector512.MultiplyAddEstimate(w4, v, a6);
                q += pitch;
                v = Vector512.Load(q);
                a11 = Vector512.MultiplyAddEstimate(w0, v, a11);
                if (T.Count > 1)
                    a10 = Vector512.MultiplyAddEstimate(w1, v, a10);
                if (T.Count > 2)
                    a9 = Vector512.MultiplyAddEstimate(w2, v, a9);
                if (T.Count > 3)
                    a8 = Vector512.MultiplyAddEstimate(w3, v, a8);
                if (T.Count > 4)
                    a7 = Vector512.MultiplyAddEstimate(w4, v, a7);
                q += pitch;
                v = Vector512.Load(q);
                a12 = Vector512.MultiplyAddEstimate(w0, v, a12);
                if (T.Count > 1)
                    a11 = Vector512.MultiplyAddEstimate(w1, v, a11);
                if (T.Count > 2)
                    a10 = Vector512.MultiplyAddEstimate(w2, v, a10);
                if (T.Count > 3)
                    a9 = Vector512.MultiplyAddEstimate(w3, v, a9);
                if (T.Count > 4)
                    a8 = Vector512.MultiplyAddEstimate(w4, v, a8);
                q += pitch;
                v = Vector512.Load(q);
                a13 = Vector512.MultiplyAddEstimate(w0, v, a13);
                if (T.Count > 1)
                    a12 = Vector512.MultiplyAddEstimate(w1, v, a12);
                if (T.Count > 2)
                    a11 = Vector512.MultiplyAddEstimate(w2, v, a11);
                if (T.Count > 3)
                    a10 = Vector512.MultiplyAddEstimate(w3, v, a10);
                if (T.Count > 4)
                    a9 = Vector512.MultiplyAddEstimate(w4, v, a9);
                q += pitch;
                v = Vector512.Load(q);
                a14 = Vector512.MultiplyAddEstimate(w0, v, a14);
                if (T.Count > 1)
                    a13 = Vector512.MultiplyAddEstimate(w1, v, a13);
                if (T.Count > 2)
                    a12 = Vector512.MultiplyAddEstimate(w2, v, a12);
                if (T.Count > 3)
                    a11 = Vector512.MultiplyAddEstimate(w3, v, a11);
                if (T.Count > 4)
                    a10 = Vector512.MultiplyAddEstimate(w4, v, a10);
                q += pitch;
                v = Vector512.Load(q);
                a15 = Vector512.MultiplyAddEstimate(w0, v, a15);
                if (T.Count > 1)
                    a14 = Vector512.MultiplyAddEstimate(w1, v, a14);
                if (T.Count > 2)
                    a13 = Vector512.MultiplyAddEstimate(w2, v, a13);
                if (T.Count > 3)
                    a12 = Vector512.MultiplyAddEstimate(w3, v, a12);
                if (T.Count > 4)
                    a11 = Vector512.MultiplyAddEstimate(w4, v, a11);
                q += pitch;
                if (T.Count > 1)
                {
                    v = Vector512.Load(q);
                    a15 = Vector512.MultiplyAddEstimate(w1, v, a15);
                    if (T.Count > 2)
                        a14 = Vector512.MultiplyAddEstimate(w2, v, a14);
                    if (T.Count > 3)
                        a13 = Vector512.MultiplyAddEstimate(w3, v, a13);
                    if (T.Count > 4)
                        a12 = Vector512.MultiplyAddEstimate(w4, v, a12);
                    q += pitch;
                }
                if (T.Count > 2)
                {
                    v = Vector512.Load(q);
                    a15 = Vector512.MultiplyAddEstimate(w2, v, a15);
                    if (T.Count > 3)
                        a14 = Vector512.MultiplyAddEstimate(w3, v, a14);
                    if (T.Count > 4)
                        a13 = Vector512.MultiplyAddEstimate(w4, v, a13);
                    q += pitch;
                }
                if (T.Count > 3)
                {
                    v = Vector512.Load(q);
                    a15 = Vector512.MultiplyAddEstimate(w3, v, a15);
                    if (T.Count > 4)
                        a14 = Vector512.MultiplyAddEstimate(w4, v, a14);
                    q += pitch;
                }
                if (T.Count > 4)
                {
                    v = Vector512.Load(q);
                    a15 = Vector512.MultiplyAddEstimate(w4, v, a15);
                }
            }
        }
        a0.Store(sums);
        a1.Store(sums + pitchOfSums);
        a2.Store(sums + 2 * pitchOfSums);
        a3.Store(sums + 3 * pitchOfSums);
        a4.Store(sums + 4 * pitchOfSums);
        a5.Store(sums + 5 * pitchOfSums);
        a6.Store(sums + 6 * pitchOfSums);
        a7.Store(sums + 7 * pitchOfSums);
        a8.Store(sums + 8 * pitchOfSums);
        a9.Store(sums + 9 * pitchOfSums);
        a10.Store(sums + 10 * pitchOfSums);
        a11.Store(sums + 11 * pitchOfSums);
        a12.Store(sums + 12 * pitchOfSums);
        a13.Store(sums + 13 * pitchOfSums);
        a14.Store(sums + 14 * pitchOfSums);
        a15.Store(sums + 15 * pitchOfSums);
    }
}
