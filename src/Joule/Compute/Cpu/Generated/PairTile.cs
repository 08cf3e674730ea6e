// Rows of sums written out, so that every sum is a local the compiler keeps in a register: long, boring and alone.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Joule.Compute;

/// <summary>How a tile of pairs walks over its input: segments of numbers that lie side by side.</summary>
internal struct PairWalk
{
    /// <summary>Numbers at the start of a segment that only the left half is made of.</summary>
    public int Head;

    /// <summary>Numbers after them that both halves are made of.</summary>
    public int Both;

    /// <summary>Numbers after those that only the right half is made of.</summary>
    public int Tail;

    /// <summary>Number of segments.</summary>
    public int Segments;

    /// <summary>Floats from one segment to the next.</summary>
    public nint SegmentStep;
}

/// <summary>A tile of a matrix product on 512-bit registers: eight rows of two halves of sixteen columns, where some numbers of a row count for one half only.</summary>
internal static unsafe class PairTile
{
    /// <summary>Rows.</summary>
    public const int Rows = 8;

    /// <summary>Columns of a half.</summary>
    public const int Lanes = 16;

    /// <summary>y[to[r] …] = (y +) Σ x[from[r] + …]·w, ⊙ slope where that is not null, for eight rows r.</summary>
    /// <param name="walk">The walk over the numbers of a row.</param>
    /// <param name="x">The input.</param>
    /// <param name="from">Where its eight rows start.</param>
    /// <param name="w">The weights, in the order in which the walk meets them: sixteen for a number that counts for one half, else those of the left half and those of the right.</param>
    /// <param name="y">The output.</param>
    /// <param name="to">Where its eight rows start; the slope has the same.</param>
    /// <param name="slope">What the sums are multiplied by, or null.</param>
    /// <param name="accumulate">Whether to add to what is there.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Run(in PairWalk walk, float* x, nint* from, float* w, float* y, nint* to, float* slope, bool accumulate)
    {
        Vector512<float> a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default, a6 = default, a7 = default;
        Vector512<float> b0 = default, b1 = default, b2 = default, b3 = default, b4 = default, b5 = default, b6 = default, b7 = default;
        Vector512<float> d0 = default, d1 = default, d2 = default, d3 = default, d4 = default, d5 = default, d6 = default, d7 = default;
        if (accumulate)
        {
            a0 = Vector512.Load(y + to[0]);
            b0 = Vector512.Load(y + to[0] + Lanes);
            a1 = Vector512.Load(y + to[1]);
            b1 = Vector512.Load(y + to[1] + Lanes);
            a2 = Vector512.Load(y + to[2]);
            b2 = Vector512.Load(y + to[2] + Lanes);
            a3 = Vector512.Load(y + to[3]);
            b3 = Vector512.Load(y + to[3] + Lanes);
            a4 = Vector512.Load(y + to[4]);
            b4 = Vector512.Load(y + to[4] + Lanes);
            a5 = Vector512.Load(y + to[5]);
            b5 = Vector512.Load(y + to[5] + Lanes);
            a6 = Vector512.Load(y + to[6]);
            b6 = Vector512.Load(y + to[6] + Lanes);
            a7 = Vector512.Load(y + to[7]);
            b7 = Vector512.Load(y + to[7] + Lanes);
        }
        nint r0 = from[0], r1 = from[1], r2 = from[2], r3 = from[3], r4 = from[4], r5 = from[5], r6 = from[6], r7 = from[7];
        for (int segments = walk.Segments; segments > 0; segments--, x += walk.SegmentStep)
        {
            float* p = x;
            for (float* end = p + walk.Head; p != end; p++)
            {
                Vector512<float> l = Vector512.Load(w);
                w += Lanes;
                a0 = Vector512.MultiplyAddEstimate(Vector512.Create(p[r0]), l, a0);
                a1 = Vector512.MultiplyAddEstimate(Vector512.Create(p[r1]), l, a1);
                a2 = Vector512.MultiplyAddEstimate(Vector512.Create(p[r2]), l, a2);
                a3 = Vector512.MultiplyAddEstimate(Vector512.Create(p[r3]), l, a3);
                a4 = Vector512.MultiplyAddEstimate(Vector512.Create(p[r4]), l, a4);
                a5 = Vector512.MultiplyAddEstimate(Vector512.Create(p[r5]), l, a5);
                a6 = Vector512.MultiplyAddEstimate(Vector512.Create(p[r6]), l, a6);
                a7 = Vector512.MultiplyAddEstimate(Vector512.Create(p[r7]), l, a7);
            }
            for (float* end = p + walk.Both; p != end; p++)
            {
                Vector512<float> l = Vector512.Load(w), r = Vector512.Load(w + Lanes), v;
                w += 2 * Lanes;
                v = Vector512.Create(p[r0]);
                a0 = Vector512.MultiplyAddEstimate(v, l, a0);
                b0 = Vector512.MultiplyAddEstimate(v, r, b0);
                v = Vector512.Create(p[r1]);
                a1 = Vector512.MultiplyAddEstimate(v, l, a1);
                b1 = Vector512.MultiplyAddEstimate(v, r, b1);
                v = Vector512.Create(p[r2]);
                a2 = Vector512.MultiplyAddEstimate(v, l, a2);
                b2 = Vector512.MultiplyAddEstimate(v, r, b2);
                v = Vector512.Create(p[r3]);
                a3 = Vector512.MultiplyAddEstimate(v, l, a3);
                b3 = Vector512.MultiplyAddEstimate(v, r, b3);
                v = Vector512.Create(p[r4]);
                a4 = Vector512.MultiplyAddEstimate(v, l, a4);
                b4 = Vector512.MultiplyAddEstimate(v, r, b4);
                v = Vector512.Create(p[r5]);
                a5 = Vector512.MultiplyAddEstimate(v, l, a5);
                b5 = Vector512.MultiplyAddEstimate(v, r, b5);
                v = Vector512.Create(p[r6]);
                a6 = Vector512.MultiplyAddEstimate(v, l, a6);
                b6 = Vector512.MultiplyAddEstimate(v, r, b6);
                v = Vector512.Create(p[r7]);
                a7 = Vector512.MultiplyAddEstimate(v, l, a7);
                b7 = Vector512.MultiplyAddEstimate(v, r, b7);
            }
            float* last = p + walk.Tail - 1;
            for (; p < last; p += 2, w += 2 * Lanes)
            {
                Vector512<float> even = Vector512.Load(w), odd = Vector512.Load(w + Lanes);
                b0 = Vector512.MultiplyAddEstimate(Vector512.Create(p[r0]), even, b0);
                d0 = Vector512.MultiplyAddEstimate(Vector512.Create(p[r0 + 1]), odd, d0);
                b1 = Vector512.MultiplyAddEstimate(Vector512.Create(p[r1]), even, b1);
                d1 = Vector512.MultiplyAddEstimate(Vector512.Create(p[r1 + 1]), odd, d1);
                b2 = Vector512.MultiplyAddEstimate(Vector512.Create(p[r2]), even, b2);
                d2 = Vector512.MultiplyAddEstimate(Vector512.Create(p[r2 + 1]), odd, d2);
                b3 = Vector512.MultiplyAddEstimate(Vector512.Create(p[r3]), even, b3);
                d3 = Vector512.MultiplyAddEstimate(Vector512.Create(p[r3 + 1]), odd, d3);
                b4 = Vector512.MultiplyAddEstimate(Vector512.Create(p[r4]), even, b4);
                d4 = Vector512.MultiplyAddEstimate(Vector512.Create(p[r4 + 1]), odd, d4);
                b5 = Vector512.MultiplyAddEstimate(Vector512.Create(p[r5]), even, b5);
                d5 = Vector512.MultiplyAddEstimate(Vector512.Create(p[r5 + 1]), odd, d5);
                b6 = Vector512.MultiplyAddEstimate(Vector512.Create(p[r6]), even, b6);
                d6 = Vector512.MultiplyAddEstimate(Vector512.Create(p[r6 + 1]), odd, d6);
                b7 = Vector512.MultiplyAddEstimate(Vector512.Create(p[r7]), even, b7);
                d7 = Vector512.MultiplyAddEstimate(Vector512.Create(p[r7 + 1]), odd, d7);
            }
            if (p == last)
            {
                Vector512<float> even = Vector512.Load(w);
                w += Lanes;
                b0 = Vector512.MultiplyAddEstimate(Vector512.Create(p[r0]), even, b0);
                b1 = Vector512.MultiplyAddEstimate(Vector512.Create(p[r1]), even, b1);
                b2 = Vector512.MultiplyAddEstimate(Vector512.Create(p[r2]), even, b2);
                b3 = Vector512.MultiplyAddEstimate(Vector512.Create(p[r3]), even, b3);
                b4 = Vector512.MultiplyAddEstimate(Vector512.Create(p[r4]), even, b4);
                b5 = Vector512.MultiplyAddEstimate(Vector512.Create(p[r5]), even, b5);
                b6 = Vector512.MultiplyAddEstimate(Vector512.Create(p[r6]), even, b6);
                b7 = Vector512.MultiplyAddEstimate(Vector512.Create(p[r7]), even, b7);
            }
        }
        b0 += d0;
        b1 += d1;
        b2 += d2;
        b3 += d3;
        b4 += d4;
        b5 += d5;
        b6 += d6;
        b7 += d7;
        if (slope != null)
        {
            a0 *= Vector512.Load(slope + to[0]);
            b0 *= Vector512.Load(slope + to[0] + Lanes);
            a1 *= Vector512.Load(slope + to[1]);
            b1 *= Vector512.Load(slope + to[1] + Lanes);
            a2 *= Vector512.Load(slope + to[2]);
            b2 *= Vector512.Load(slope + to[2] + Lanes);
            a3 *= Vector512.Load(slope + to[3]);
            b3 *= Vector512.Load(slope + to[3] + Lanes);
            a4 *= Vector512.Load(slope + to[4]);
            b4 *= Vector512.Load(slope + to[4] + Lanes);
            a5 *= Vector512.Load(slope + to[5]);
            b5 *= Vector512.Load(slope + to[5] + Lanes);
            a6 *= Vector512.Load(slope + to[6]);
            b6 *= Vector512.Load(slope + to[6] + Lanes);
            a7 *= Vector512.Load(slope + to[7]);
            b7 *= Vector512.Load(slope + to[7] + Lanes);
        }
        a0.Store(y + to[0]);
        b0.Store(y + to[0] + Lanes);
        a1.Store(y + to[1]);
        b1.Store(y + to[1] + Lanes);
        a2.Store(y + to[2]);
        b2.Store(y + to[2] + Lanes);
        a3.Store(y + to[3]);
        b3.Store(y + to[3] + Lanes);
        a4.Store(y + to[4]);
        b4.Store(y + to[4] + Lanes);
        a5.Store(y + to[5]);
        b5.Store(y + to[5] + Lanes);
        a6.Store(y + to[6]);
        b6.Store(y + to[6] + Lanes);
        a7.Store(y + to[7]);
        b7.Store(y + to[7] + Lanes);
    }
}
