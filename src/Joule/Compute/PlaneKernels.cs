using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Joule.Compute;

/// <summary>
/// Correlates planes with the taps of one phase on 512-bit registers: eight rows of sixteen pixels at a time. A row that is loaded once serves every tap
/// of its column, so the multiply-adds wait for neither loads nor each other.
/// </summary>
internal static unsafe class PlaneKernels
{
    /// <summary>Rows of sums that are made at once.</summary>
    public const int Rows = 8;

    /// <summary>Taps of a column that are taken at once.</summary>
    public const int MostTaps = 5;

    private const int Lanes = 16;

    // The lower or upper halves of two vectors, lane by lane in turn.
    private static readonly Vector512<int> LowerInTurn = Vector512.Create(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    private static readonly Vector512<int> UpperInTurn = Vector512.Create(8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);

    /// <summary>
    /// sums[r·pitchOfSums + lane] (+)= Σ over planes, columns x and taps k of w[plane, x, k] · planes[plane][(r + k)·pitch + lane − x], for eight rows r and sixteen lanes.
    /// </summary>
    /// <param name="taps">Taps of a column, 1 to <see cref="MostTaps"/>.</param>
    /// <param name="planes">The first plane, at the row of the first tap and the column of the first lane.</param>
    /// <param name="plane">Floats from one plane to the next.</param>
    /// <param name="pitch">Floats from one row to the next.</param>
    /// <param name="count">Planes.</param>
    /// <param name="columns">Columns of taps.</param>
    /// <param name="w">The weights.</param>
    /// <param name="sums">Receives the sums.</param>
    /// <param name="pitchOfSums">Floats from one row of sums to the next.</param>
    /// <param name="accumulate">Whether to add to what is there.</param>
    public static void Correlate(int taps, float* planes, nint plane, nint pitch, int count, int columns, float* w, float* sums, nint pitchOfSums, bool accumulate)
    {
        switch (taps)
        {
            case 1: Eight<One>(planes, plane, pitch, count, columns, w, sums, pitchOfSums, accumulate); break;
            case 2: Eight<Two>(planes, plane, pitch, count, columns, w, sums, pitchOfSums, accumulate); break;
            case 3: Eight<Three>(planes, plane, pitch, count, columns, w, sums, pitchOfSums, accumulate); break;
            case 4: Eight<Four>(planes, plane, pitch, count, columns, w, sums, pitchOfSums, accumulate); break;
            default: Eight<Five>(planes, plane, pitch, count, columns, w, sums, pitchOfSums, accumulate); break;
        }
    }

    /// <summary>target[2i] (+)= even[i] and target[2i + 1] (+)= odd[i], for <paramref name="length"/> numbers of target. Up to fifteen more of even and odd are read.</summary>
    public static void Interleave(float* even, float* odd, float* target, int length, bool accumulate)
    {
        float* rest = stackalloc float[2 * Lanes];
        for (int i = 0; i < length; i += 2 * Lanes, even += Lanes, odd += Lanes)
        {
            int count = Math.Min(2 * Lanes, length - i);
            bool direct = count == 2 * Lanes && !accumulate;
            float* to = direct ? target + i : rest;
            Vector512<float> a = Vector512.Load(even), b = Vector512.Load(odd);
            Avx512F.PermuteVar16x32x2(a, LowerInTurn, b).Store(to);
            Avx512F.PermuteVar16x32x2(a, UpperInTurn, b).Store(to + Lanes);
            if (!direct)
                Put(rest, target + i, 1, count, accumulate);
        }
    }

    /// <summary>target[i·step] (+)= source[i].</summary>
    public static void Put(float* source, float* target, int step, int count, bool accumulate)
    {
        if (accumulate)
        {
            for (int i = 0; i < count; i++)
                target[i * step] += source[i];
        }
        else if (step == 1)
            Buffer.MemoryCopy(source, target, count * sizeof(float), count * sizeof(float));
        else
        {
            for (int i = 0; i < count; i++)
                target[i * step] = source[i];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Eight<T>(float* planes, nint plane, nint pitch, int count, int columns, float* w, float* sums, nint pitchOfSums, bool accumulate) where T : struct, ITaps
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
            for (int x = columns; x > 0; x--, p--, w += T.Rows)
            {
                Vector512<float> w0 = Vector512.Create(w[0]), v;
                Vector512<float> w1 = T.Rows > 1 ? Vector512.Create(w[1]) : default;
                Vector512<float> w2 = T.Rows > 2 ? Vector512.Create(w[2]) : default;
                Vector512<float> w3 = T.Rows > 3 ? Vector512.Create(w[3]) : default;
                Vector512<float> w4 = T.Rows > 4 ? Vector512.Create(w[4]) : default;
                v = Vector512.Load(p);
                a0 = Vector512.MultiplyAddEstimate(w0, v, a0);
                v = Vector512.Load(p + pitch);
                a1 = Vector512.MultiplyAddEstimate(w0, v, a1);
                if (T.Rows > 1)
                    a0 = Vector512.MultiplyAddEstimate(w1, v, a0);
                v = Vector512.Load(p + 2 * pitch);
                a2 = Vector512.MultiplyAddEstimate(w0, v, a2);
                if (T.Rows > 1)
                    a1 = Vector512.MultiplyAddEstimate(w1, v, a1);
                if (T.Rows > 2)
                    a0 = Vector512.MultiplyAddEstimate(w2, v, a0);
                v = Vector512.Load(p + 3 * pitch);
                a3 = Vector512.MultiplyAddEstimate(w0, v, a3);
                if (T.Rows > 1)
                    a2 = Vector512.MultiplyAddEstimate(w1, v, a2);
                if (T.Rows > 2)
                    a1 = Vector512.MultiplyAddEstimate(w2, v, a1);
                if (T.Rows > 3)
                    a0 = Vector512.MultiplyAddEstimate(w3, v, a0);
                v = Vector512.Load(p + 4 * pitch);
                a4 = Vector512.MultiplyAddEstimate(w0, v, a4);
                if (T.Rows > 1)
                    a3 = Vector512.MultiplyAddEstimate(w1, v, a3);
                if (T.Rows > 2)
                    a2 = Vector512.MultiplyAddEstimate(w2, v, a2);
                if (T.Rows > 3)
                    a1 = Vector512.MultiplyAddEstimate(w3, v, a1);
                if (T.Rows > 4)
                    a0 = Vector512.MultiplyAddEstimate(w4, v, a0);
                v = Vector512.Load(p + 5 * pitch);
                a5 = Vector512.MultiplyAddEstimate(w0, v, a5);
                if (T.Rows > 1)
                    a4 = Vector512.MultiplyAddEstimate(w1, v, a4);
                if (T.Rows > 2)
                    a3 = Vector512.MultiplyAddEstimate(w2, v, a3);
                if (T.Rows > 3)
                    a2 = Vector512.MultiplyAddEstimate(w3, v, a2);
                if (T.Rows > 4)
                    a1 = Vector512.MultiplyAddEstimate(w4, v, a1);
                v = Vector512.Load(p + 6 * pitch);
                a6 = Vector512.MultiplyAddEstimate(w0, v, a6);
                if (T.Rows > 1)
                    a5 = Vector512.MultiplyAddEstimate(w1, v, a5);
                if (T.Rows > 2)
                    a4 = Vector512.MultiplyAddEstimate(w2, v, a4);
                if (T.Rows > 3)
                    a3 = Vector512.MultiplyAddEstimate(w3, v, a3);
                if (T.Rows > 4)
                    a2 = Vector512.MultiplyAddEstimate(w4, v, a2);
                v = Vector512.Load(p + 7 * pitch);
                a7 = Vector512.MultiplyAddEstimate(w0, v, a7);
                if (T.Rows > 1)
                    a6 = Vector512.MultiplyAddEstimate(w1, v, a6);
                if (T.Rows > 2)
                    a5 = Vector512.MultiplyAddEstimate(w2, v, a5);
                if (T.Rows > 3)
                    a4 = Vector512.MultiplyAddEstimate(w3, v, a4);
                if (T.Rows > 4)
                    a3 = Vector512.MultiplyAddEstimate(w4, v, a3);
                if (T.Rows > 1)
                {
                    v = Vector512.Load(p + 8 * pitch);
                    a7 = Vector512.MultiplyAddEstimate(w1, v, a7);
                    if (T.Rows > 2)
                        a6 = Vector512.MultiplyAddEstimate(w2, v, a6);
                    if (T.Rows > 3)
                        a5 = Vector512.MultiplyAddEstimate(w3, v, a5);
                    if (T.Rows > 4)
                        a4 = Vector512.MultiplyAddEstimate(w4, v, a4);
                }
                if (T.Rows > 2)
                {
                    v = Vector512.Load(p + 9 * pitch);
                    a7 = Vector512.MultiplyAddEstimate(w2, v, a7);
                    if (T.Rows > 3)
                        a6 = Vector512.MultiplyAddEstimate(w3, v, a6);
                    if (T.Rows > 4)
                        a5 = Vector512.MultiplyAddEstimate(w4, v, a5);
                }
                if (T.Rows > 3)
                {
                    v = Vector512.Load(p + 10 * pitch);
                    a7 = Vector512.MultiplyAddEstimate(w3, v, a7);
                    if (T.Rows > 4)
                        a6 = Vector512.MultiplyAddEstimate(w4, v, a6);
                }
                if (T.Rows > 4)
                {
                    v = Vector512.Load(p + 11 * pitch);
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

    private interface ITaps
    {
        static abstract int Rows { get; }
    }

    private readonly struct One : ITaps
    {
        public static int Rows => 1;
    }

    private readonly struct Two : ITaps
    {
        public static int Rows => 2;
    }

    private readonly struct Three : ITaps
    {
        public static int Rows => 3;
    }

    private readonly struct Four : ITaps
    {
        public static int Rows => 4;
    }

    private readonly struct Five : ITaps
    {
        public static int Rows => 5;
    }
}
