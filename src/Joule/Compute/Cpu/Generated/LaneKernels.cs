// Sixteen positions of a row written out, so that every sum is a local the compiler keeps in a register: long, boring and alone.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Joule.Compute;

/// <summary>
/// Sixteen neighbouring positions of a convolution of one channel on 512-bit registers, with a position in a register and output channels in its lanes. A pixel that is
/// loaded once serves every tap of its row, so the multiply-adds wait for no load.
/// </summary>
internal static unsafe class LaneKernels
{
    /// <summary>Positions that are made at once, and output channels.</summary>
    public const int Lanes = 16;

    /// <summary>The largest side of a kernel.</summary>
    public const int MostTaps = 5;

    /// <summary>y[i·pitch + lane] = start[lane] + Σ over rows and taps of x[row·pitchOfRows + i·stride + tap] · w[row, tap, lane], for sixteen positions i.</summary>
    /// <param name="stride">Floats from one position to the next: 1 or 2.</param>
    /// <param name="taps">The kernel's side, 1 to <see cref="MostTaps"/>.</param>
    /// <param name="x">The first pixel of the first position.</param>
    /// <param name="pitchOfRows">Floats from one row of pixels to the next.</param>
    /// <param name="w">The weights.</param>
    /// <param name="start">What the sums start from.</param>
    /// <param name="y">Receives the sums.</param>
    /// <param name="pitch">Floats from one position's sums to the next one's.</param>
    public static void Run(int stride, int taps, float* x, nint pitchOfRows, float* w, float* start, float* y, nint pitch)
    {
        switch (taps)
        {
            case 1: Run<Taps.One>(stride, x, pitchOfRows, w, start, y, pitch); break;
            case 2: Run<Taps.Two>(stride, x, pitchOfRows, w, start, y, pitch); break;
            case 3: Run<Taps.Three>(stride, x, pitchOfRows, w, start, y, pitch); break;
            case 4: Run<Taps.Four>(stride, x, pitchOfRows, w, start, y, pitch); break;
            default: Run<Taps.Five>(stride, x, pitchOfRows, w, start, y, pitch); break;
        }
    }

    private static void Run<T>(int stride, float* x, nint pitchOfRows, float* w, float* start, float* y, nint pitch) where T : struct, Taps.ICount
    {
        if (stride == 1)
            Next<T>(x, pitchOfRows, T.Count, w, start, y, pitch);
        else
            EverySecond<T>(x, pitchOfRows, T.Count, w, start, y, pitch);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Next<T>(float* x, nint pitchOfRows, int rows, float* w, float* start, float* y, nint pitch) where T : struct, Taps.ICount
    {
        Vector512<float> a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default, a6 = default, a7 = default;
        Vector512<float> a8 = default, a9 = default, a10 = default, a11 = default, a12 = default, a13 = default, a14 = default, a15 = default;
        Vector512<float> v;
        a0 = a1 = a2 = a3 = a4 = a5 = a6 = a7 = a8 = a9 = a10 = a11 = a12 = a13 = a14 = a15 = Vector512.Load(start);
        for (float* q = x; rows > 0; rows--, q += pitchOfRows, w += T.Count * Lanes)
        {
            Vector512<float> w0 = Vector512.Load(w);
            Vector512<float> w1 = T.Count > 1 ? Vector512.Load(w + 1 * Lanes) : default;
            Vector512<float> w2 = T.Count > 2 ? Vector512.Load(w + 2 * Lanes) : default;
            Vector512<float> w3 = T.Count > 3 ? Vector512.Load(w + 3 * Lanes) : default;
            Vector512<float> w4 = T.Count > 4 ? Vector512.Load(w + 4 * Lanes) : default;
            v = Vector512.Create(q[0]);
            a0 = Vector512.MultiplyAddEstimate(w0, v, a0);
            v = Vector512.Create(q[1]);
            a1 = Vector512.MultiplyAddEstimate(w0, v, a1);
            if (T.Count > 1)
                a0 = Vector512.MultiplyAddEstimate(w1, v, a0);
            v = Vector512.Create(q[2]);
            a2 = Vector512.MultiplyAddEstimate(w0, v, a2);
            if (T.Count > 1)
                a1 = Vector512.MultiplyAddEstimate(w1, v, a1);
            if (T.Count > 2)
                a0 = Vector512.MultiplyAddEstimate(w2, v, a0);
            v = Vector512.Create(q[3]);
            a3 = Vector512.MultiplyAddEstimate(w0, v, a3);
            if (T.Count > 1)
                a2 = Vector512.MultiplyAddEstimate(w1, v, a2);
            if (T.Count > 2)
                a1 = Vector512.MultiplyAddEstimate(w2, v, a1);
            if (T.Count > 3)
                a0 = Vector512.MultiplyAddEstimate(w3, v, a0);
            v = Vector512.Create(q[4]);
            a4 = Vector512.MultiplyAddEstimate(w0, v, a4);
            if (T.Count > 1)
                a3 = Vector512.MultiplyAddEstimate(w1, v, a3);
            if (T.Count > 2)
                a2 = Vector512.MultiplyAddEstimate(w2, v, a2);
            if (T.Count > 3)
                a1 = Vector512.MultiplyAddEstimate(w3, v, a1);
            if (T.Count > 4)
                a0 = Vector512.MultiplyAddEstimate(w4, v, a0);
            v = Vector512.Create(q[5]);
            a5 = Vector512.MultiplyAddEstimate(w0, v, a5);
            if (T.Count > 1)
                a4 = Vector512.MultiplyAddEstimate(w1, v, a4);
            if (T.Count > 2)
                a3 = Vector512.MultiplyAddEstimate(w2, v, a3);
            if (T.Count > 3)
                a2 = Vector512.MultiplyAddEstimate(w3, v, a2);
            if (T.Count > 4)
                a1 = Vector512.MultiplyAddEstimate(w4, v, a1);
            v = Vector512.Create(q[6]);
            a6 = Vector512.MultiplyAddEstimate(w0, v, a6);
            if (T.Count > 1)
                a5 = Vector512.MultiplyAddEstimate(w1, v, a5);
            if (T.Count > 2)
                a4 = Vector512.MultiplyAddEstimate(w2, v, a4);
            if (T.Count > 3)
                a3 = Vector512.MultiplyAddEstimate(w3, v, a3);
            if (T.Count > 4)
                a2 = Vector512.MultiplyAddEstimate(w4, v, a2);
            v = Vector512.Create(q[7]);
            a7 = Vector512.MultiplyAddEstimate(w0, v, a7);
            if (T.Count > 1)
                a6 = Vector512.MultiplyAddEstimate(w1, v, a6);
            if (T.Count > 2)
                a5 = Vector512.MultiplyAddEstimate(w2, v, a5);
            if (T.Count > 3)
                a4 = Vector512.MultiplyAddEstimate(w3, v, a4);
            if (T.Count > 4)
                a3 = Vector512.MultiplyAddEstimate(w4, v, a3);
            v = Vector512.Create(q[8]);
            a8 = Vector512.MultiplyAddEstimate(w0, v, a8);
            if (T.Count > 1)
                a7 = Vector512.MultiplyAddEstimate(w1, v, a7);
            if (T.Count > 2)
                a6 = Vector512.MultiplyAddEstimate(w2, v, a6);
            if (T.Count > 3)
                a5 = Vector512.MultiplyAddEstimate(w3, v, a5);
            if (T.Count > 4)
                a4 = Vector512.MultiplyAddEstimate(w4, v, a4);
            v = Vector512.Create(q[9]);
            a9 = Vector512.MultiplyAddEstimate(w0, v, a9);
            if (T.Count > 1)
                a8 = Vector512.MultiplyAddEstimate(w1, v, a8);
            if (T.Count > 2)
                a7 = Vector512.MultiplyAddEstimate(w2, v, a7);
            if (T.Count > 3)
                a6 = Vector512.MultiplyAddEstimate(w3, v, a6);
            if (T.Count > 4)
                a5 = Vector512.MultiplyAddEstimate(w4, v, a5);
            v = Vector512.Create(q[10]);
            a10 = Vector512.MultiplyAddEstimate(w0, v, a10);
            if (T.Count > 1)
                a9 = Vector512.MultiplyAddEstimate(w1, v, a9);
            if (T.Count > 2)
                a8 = Vector512.MultiplyAddEstimate(w2, v, a8);
            if (T.Count > 3)
                a7 = Vector512.MultiplyAddEstimate(w3, v, a7);
            if (T.Count > 4)
                a6 = Vector512.MultiplyAddEstimate(w4, v, a6);
            v = Vector512.Create(q[11]);
            a11 = Vector512.MultiplyAddEstimate(w0, v, a11);
            if (T.Count > 1)
                a10 = Vector512.MultiplyAddEstimate(w1, v, a10);
            if (T.Count > 2)
                a9 = Vector512.MultiplyAddEstimate(w2, v, a9);
            if (T.Count > 3)
                a8 = Vector512.MultiplyAddEstimate(w3, v, a8);
            if (T.Count > 4)
                a7 = Vector512.MultiplyAddEstimate(w4, v, a7);
            v = Vector512.Create(q[12]);
            a12 = Vector512.MultiplyAddEstimate(w0, v, a12);
            if (T.Count > 1)
                a11 = Vector512.MultiplyAddEstimate(w1, v, a11);
            if (T.Count > 2)
                a10 = Vector512.MultiplyAddEstimate(w2, v, a10);
            if (T.Count > 3)
                a9 = Vector512.MultiplyAddEstimate(w3, v, a9);
            if (T.Count > 4)
                a8 = Vector512.MultiplyAddEstimate(w4, v, a8);
            v = Vector512.Create(q[13]);
            a13 = Vector512.MultiplyAddEstimate(w0, v, a13);
            if (T.Count > 1)
                a12 = Vector512.MultiplyAddEstimate(w1, v, a12);
            if (T.Count > 2)
                a11 = Vector512.MultiplyAddEstimate(w2, v, a11);
            if (T.Count > 3)
                a10 = Vector512.MultiplyAddEstimate(w3, v, a10);
            if (T.Count > 4)
                a9 = Vector512.MultiplyAddEstimate(w4, v, a9);
            v = Vector512.Create(q[14]);
            a14 = Vector512.MultiplyAddEstimate(w0, v, a14);
            if (T.Count > 1)
                a13 = Vector512.MultiplyAddEstimate(w1, v, a13);
            if (T.Count > 2)
                a12 = Vector512.MultiplyAddEstimate(w2, v, a12);
            if (T.Count > 3)
                a11 = Vector512.MultiplyAddEstimate(w3, v, a11);
            if (T.Count > 4)
                a10 = Vector512.MultiplyAddEstimate(w4, v, a10);
            v = Vector512.Create(q[15]);
            a15 = Vector512.MultiplyAddEstimate(w0, v, a15);
            if (T.Count > 1)
                a14 = Vector512.MultiplyAddEstimate(w1, v, a14);
            if (T.Count > 2)
                a13 = Vector512.MultiplyAddEstimate(w2, v, a13);
            if (T.Count > 3)
                a12 = Vector512.MultiplyAddEstimate(w3, v, a12);
            if (T.Count > 4)
                a11 = Vector512.MultiplyAddEstimate(w4, v, a11);
            if (T.Count > 1)
            {
                v = Vector512.Create(q[16]);
                a15 = Vector512.MultiplyAddEstimate(w1, v, a15);
                if (T.Count > 2)
                    a14 = Vector512.MultiplyAddEstimate(w2, v, a14);
                if (T.Count > 3)
                    a13 = Vector512.MultiplyAddEstimate(w3, v, a13);
                if (T.Count > 4)
                    a12 = Vector512.MultiplyAddEstimate(w4, v, a12);
            }
            if (T.Count > 2)
            {
                v = Vector512.Create(q[17]);
                a15 = Vector512.MultiplyAddEstimate(w2, v, a15);
                if (T.Count > 3)
                    a14 = Vector512.MultiplyAddEstimate(w3, v, a14);
                if (T.Count > 4)
                    a13 = Vector512.MultiplyAddEstimate(w4, v, a13);
            }
            if (T.Count > 3)
            {
                v = Vector512.Create(q[18]);
                a15 = Vector512.MultiplyAddEstimate(w3, v, a15);
                if (T.Count > 4)
                    a14 = Vector512.MultiplyAddEstimate(w4, v, a14);
            }
            if (T.Count > 4)
            {
                v = Vector512.Create(q[19]);
                a15 = Vector512.MultiplyAddEstimate(w4, v, a15);
            }
        }
        a0.Store(y);
        a1.Store(y + pitch);
        a2.Store(y + 2 * pitch);
        a3.Store(y + 3 * pitch);
        a4.Store(y + 4 * pitch);
        a5.Store(y + 5 * pitch);
        a6.Store(y + 6 * pitch);
        a7.Store(y + 7 * pitch);
        a8.Store(y + 8 * pitch);
        a9.Store(y + 9 * pitch);
        a10.Store(y + 10 * pitch);
        a11.Store(y + 11 * pitch);
        a12.Store(y + 12 * pitch);
        a13.Store(y + 13 * pitch);
        a14.Store(y + 14 * pitch);
        a15.Store(y + 15 * pitch);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void EverySecond<T>(float* x, nint pitchOfRows, int rows, float* w, float* start, float* y, nint pitch) where T : struct, Taps.ICount
    {
        Vector512<float> a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default, a6 = default, a7 = default;
        Vector512<float> a8 = default, a9 = default, a10 = default, a11 = default, a12 = default, a13 = default, a14 = default, a15 = default;
        Vector512<float> v;
        a0 = a1 = a2 = a3 = a4 = a5 = a6 = a7 = a8 = a9 = a10 = a11 = a12 = a13 = a14 = a15 = Vector512.Load(start);
        for (float* q = x; rows > 0; rows--, q += pitchOfRows, w += T.Count * Lanes)
        {
            Vector512<float> w0 = Vector512.Load(w);
            Vector512<float> w1 = T.Count > 1 ? Vector512.Load(w + 1 * Lanes) : default;
            Vector512<float> w2 = T.Count > 2 ? Vector512.Load(w + 2 * Lanes) : default;
            Vector512<float> w3 = T.Count > 3 ? Vector512.Load(w + 3 * Lanes) : default;
            Vector512<float> w4 = T.Count > 4 ? Vector512.Load(w + 4 * Lanes) : default;
            v = Vector512.Create(q[0]);
            a0 = Vector512.MultiplyAddEstimate(w0, v, a0);
            if (T.Count > 1)
            {
                v = Vector512.Create(q[1]);
                a0 = Vector512.MultiplyAddEstimate(w1, v, a0);
            }
            v = Vector512.Create(q[2]);
            a1 = Vector512.MultiplyAddEstimate(w0, v, a1);
            if (T.Count > 2)
                a0 = Vector512.MultiplyAddEstimate(w2, v, a0);
            if (T.Count > 1)
            {
                v = Vector512.Create(q[3]);
                a1 = Vector512.MultiplyAddEstimate(w1, v, a1);
                if (T.Count > 3)
                    a0 = Vector512.MultiplyAddEstimate(w3, v, a0);
            }
            v = Vector512.Create(q[4]);
            a2 = Vector512.MultiplyAddEstimate(w0, v, a2);
            if (T.Count > 2)
                a1 = Vector512.MultiplyAddEstimate(w2, v, a1);
            if (T.Count > 4)
                a0 = Vector512.MultiplyAddEstimate(w4, v, a0);
            if (T.Count > 1)
            {
                v = Vector512.Create(q[5]);
                a2 = Vector512.MultiplyAddEstimate(w1, v, a2);
                if (T.Count > 3)
                    a1 = Vector512.MultiplyAddEstimate(w3, v, a1);
            }
            v = Vector512.Create(q[6]);
            a3 = Vector512.MultiplyAddEstimate(w0, v, a3);
            if (T.Count > 2)
                a2 = Vector512.MultiplyAddEstimate(w2, v, a2);
            if (T.Count > 4)
                a1 = Vector512.MultiplyAddEstimate(w4, v, a1);
            if (T.Count > 1)
            {
                v = Vector512.Create(q[7]);
                a3 = Vector512.MultiplyAddEstimate(w1, v, a3);
                if (T.Count > 3)
                    a2 = Vector512.MultiplyAddEstimate(w3, v, a2);
            }
            v = Vector512.Create(q[8]);
            a4 = Vector512.MultiplyAddEstimate(w0, v, a4);
            if (T.Count > 2)
                a3 = Vector512.MultiplyAddEstimate(w2, v, a3);
            if (T.Count > 4)
                a2 = Vector512.MultiplyAddEstimate(w4, v, a2);
            if (T.Count > 1)
            {
                v = Vector512.Create(q[9]);
                a4 = Vector512.MultiplyAddEstimate(w1, v, a4);
                if (T.Count > 3)
                    a3 = Vector512.MultiplyAddEstimate(w3, v, a3);
            }
            v = Vector512.Create(q[10]);
            a5 = Vector512.MultiplyAddEstimate(w0, v, a5);
            if (T.Count > 2)
                a4 = Vector512.MultiplyAddEstimate(w2, v, a4);
            if (T.Count > 4)
                a3 = Vector512.MultiplyAddEstimate(w4, v, a3);
            if (T.Count > 1)
            {
                v = Vector512.Create(q[11]);
                a5 = Vector512.MultiplyAddEstimate(w1, v, a5);
                if (T.Count > 3)
                    a4 = Vector512.MultiplyAddEstimate(w3, v, a4);
            }
            v = Vector512.Create(q[12]);
            a6 = Vector512.MultiplyAddEstimate(w0, v, a6);
            if (T.Count > 2)
                a5 = Vector512.MultiplyAddEstimate(w2, v, a5);
            if (T.Count > 4)
                a4 = Vector512.MultiplyAddEstimate(w4, v, a4);
            if (T.Count > 1)
            {
                v = Vector512.Create(q[13]);
                a6 = Vector512.MultiplyAddEstimate(w1, v, a6);
                if (T.Count > 3)
                    a5 = Vector512.MultiplyAddEstimate(w3, v, a5);
            }
            v = Vector512.Create(q[14]);
            a7 = Vector512.MultiplyAddEstimate(w0, v, a7);
            if (T.Count > 2)
                a6 = Vector512.MultiplyAddEstimate(w2, v, a6);
            if (T.Count > 4)
                a5 = Vector512.MultiplyAddEstimate(w4, v, a5);
            if (T.Count > 1)
            {
                v = Vector512.Create(q[15]);
                a7 = Vector512.MultiplyAddEstimate(w1, v, a7);
                if (T.Count > 3)
                    a6 = Vector512.MultiplyAddEstimate(w3, v, a6);
            }
            v = Vector512.Create(q[16]);
            a8 = Vector512.MultiplyAddEstimate(w0, v, a8);
            if (T.Count > 2)
                a7 = Vector512.MultiplyAddEstimate(w2, v, a7);
            if (T.Count > 4)
                a6 = Vector512.MultiplyAddEstimate(w4, v, a6);
            if (T.Count > 1)
            {
                v = Vector512.Create(q[17]);
                a8 = Vector512.MultiplyAddEstimate(w1, v, a8);
                if (T.Count > 3)
                    a7 = Vector512.MultiplyAddEstimate(w3, v, a7);
            }
            v = Vector512.Create(q[18]);
            a9 = Vector512.MultiplyAddEstimate(w0, v, a9);
            if (T.Count > 2)
                a8 = Vector512.MultiplyAddEstimate(w2, v, a8);
            if (T.Count > 4)
                a7 = Vector512.MultiplyAddEstimate(w4, v, a7);
            if (T.Count > 1)
            {
                v = Vector512.Create(q[19]);
                a9 = Vector512.MultiplyAddEstimate(w1, v, a9);
                if (T.Count > 3)
                    a8 = Vector512.MultiplyAddEstimate(w3, v, a8);
            }
            v = Vector512.Create(q[20]);
            a10 = Vector512.MultiplyAddEstimate(w0, v, a10);
            if (T.Count > 2)
                a9 = Vector512.MultiplyAddEstimate(w2, v, a9);
            if (T.Count > 4)
                a8 = Vector512.MultiplyAddEstimate(w4, v, a8);
            if (T.Count > 1)
            {
                v = Vector512.Create(q[21]);
                a10 = Vector512.MultiplyAddEstimate(w1, v, a10);
                if (T.Count > 3)
                    a9 = Vector512.MultiplyAddEstimate(w3, v, a9);
            }
            v = Vector512.Create(q[22]);
            a11 = Vector512.MultiplyAddEstimate(w0, v, a11);
            if (T.Count > 2)
                a10 = Vector512.MultiplyAddEstimate(w2, v, a10);
            if (T.Count > 4)
                a9 = Vector512.MultiplyAddEstimate(w4, v, a9);
            if (T.Count > 1)
            {
                v = Vector512.Create(q[23]);
                a11 = Vector512.MultiplyAddEstimate(w1, v, a11);
                if (T.Count > 3)
                    a10 = Vector512.MultiplyAddEstimate(w3, v, a10);
            }
            v = Vector512.Create(q[24]);
            a12 = Vector512.MultiplyAddEstimate(w0, v, a12);
            if (T.Count > 2)
                a11 = Vector512.MultiplyAddEstimate(w2, v, a11);
            if (T.Count > 4)
                a10 = Vector512.MultiplyAddEstimate(w4, v, a10);
            if (T.Count > 1)
            {
                v = Vector512.Create(q[25]);
                a12 = Vector512.MultiplyAddEstimate(w1, v, a12);
                if (T.Count > 3)
                    a11 = Vector512.MultiplyAddEstimate(w3, v, a11);
            }
            v = Vector512.Create(q[26]);
            a13 = Vector512.MultiplyAddEstimate(w0, v, a13);
            if (T.Count > 2)
                a12 = Vector512.MultiplyAddEstimate(w2, v, a12);
            if (T.Count > 4)
                a11 = Vector512.MultiplyAddEstimate(w4, v, a11);
            if (T.Count > 1)
            {
                v = Vector512.Create(q[27]);
                a13 = Vector512.MultiplyAddEstimate(w1, v, a13);
                if (T.Count > 3)
                    a12 = Vector512.MultiplyAddEstimate(w3, v, a12);
            }
            v = Vector512.Create(q[28]);
            a14 = Vector512.MultiplyAddEstimate(w0, v, a14);
            if (T.Count > 2)
                a13 = Vector512.MultiplyAddEstimate(w2, v, a13);
            if (T.Count > 4)
                a12 = Vector512.MultiplyAddEstimate(w4, v, a12);
            if (T.Count > 1)
            {
                v = Vector512.Create(q[29]);
                a14 = Vector512.MultiplyAddEstimate(w1, v, a14);
                if (T.Count > 3)
                    a13 = Vector512.MultiplyAddEstimate(w3, v, a13);
            }
            v = Vector512.Create(q[30]);
            a15 = Vector512.MultiplyAddEstimate(w0, v, a15);
            if (T.Count > 2)
                a14 = Vector512.MultiplyAddEstimate(w2, v, a14);
            if (T.Count > 4)
                a13 = Vector512.MultiplyAddEstimate(w4, v, a13);
            if (T.Count > 1)
            {
                v = Vector512.Create(q[31]);
                a15 = Vector512.MultiplyAddEstimate(w1, v, a15);
                if (T.Count > 3)
                    a14 = Vector512.MultiplyAddEstimate(w3, v, a14);
            }
            if (T.Count > 2)
            {
                v = Vector512.Create(q[32]);
                a15 = Vector512.MultiplyAddEstimate(w2, v, a15);
                if (T.Count > 4)
                    a14 = Vector512.MultiplyAddEstimate(w4, v, a14);
            }
            if (T.Count > 3)
            {
                v = Vector512.Create(q[33]);
                a15 = Vector512.MultiplyAddEstimate(w3, v, a15);
            }
            if (T.Count > 4)
            {
                v = Vector512.Create(q[34]);
                a15 = Vector512.MultiplyAddEstimate(w4, v, a15);
            }
        }
        a0.Store(y);
        a1.Store(y + pitch);
        a2.Store(y + 2 * pitch);
        a3.Store(y + 3 * pitch);
        a4.Store(y + 4 * pitch);
        a5.Store(y + 5 * pitch);
        a6.Store(y + 6 * pitch);
        a7.Store(y + 7 * pitch);
        a8.Store(y + 8 * pitch);
        a9.Store(y + 9 * pitch);
        a10.Store(y + 10 * pitch);
        a11.Store(y + 11 * pitch);
        a12.Store(y + 12 * pitch);
        a13.Store(y + 13 * pitch);
        a14.Store(y + 14 * pitch);
        a15.Store(y + 15 * pitch);
    }
}
