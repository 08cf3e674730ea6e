using System.Numerics;
using System.Runtime.Intrinsics;

namespace Joule.Compute;

/// <summary>The smallest of many numbers, in two readings: one for a bound, one for those that do not exceed it.</summary>
internal static unsafe class SelectionKernels
{
    /// <summary>Largest rank that <see cref="Bound"/> takes.</summary>
    public const int MostRank = 64;

    private const int Lanes = 16;
    private const int FewLanes = 8; // smallest numbers that 16 minima bound well

    /// <summary>
    /// A number that at least <paramref name="rank"/> of n numbers do not exceed, near the smallest such number; +∞ if there are too few,
    /// or some are not numbers. It is one of the minima of 16 or 64 parts.
    /// </summary>
    /// <param name="x">The numbers, readable <see cref="DeviceBuffer.Slack"/> floats past their end.</param>
    /// <param name="n">Their number.</param>
    /// <param name="rank">At least 1, at most <see cref="MostRank"/>.</param>
    public static float Bound(float* x, int n, int rank)
    {
        Vector512<float> none = Vector512.Create(float.PositiveInfinity), a = none, b = none, c = none, d = none;
        int i = 0;
        for (; i + 4 * Lanes <= n; i += 4 * Lanes)
        {
            // NaN is passed over: the second operand is the result then.
            a = Vector512.MinNative(Vector512.Load(x + i), a);
            b = Vector512.MinNative(Vector512.Load(x + i + Lanes), b);
            c = Vector512.MinNative(Vector512.Load(x + i + 2 * Lanes), c);
            d = Vector512.MinNative(Vector512.Load(x + i + 3 * Lanes), d);
        }
        for (; i < n; i += Lanes)
        {
            Vector512<float> isIn = Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(n - i)).AsSingle();
            a = Vector512.MinNative(Vector512.ConditionalSelect(isIn, Vector512.Load(x + i), none), a);
            (a, b, c, d) = (b, c, d, a);
        }
        if (rank <= FewLanes)
            (a, b, c, d) = (Vector512.MinNative(Vector512.MinNative(a, b), Vector512.MinNative(c, d)), none, none, none);
        return Smallest(a, b, c, d, rank);
    }

    /// <summary>Finds the places of numbers that are not above a limit, in ascending order; NaN is not above it.</summary>
    /// <param name="x">The numbers, readable <see cref="DeviceBuffer.Slack"/> floats past their end.</param>
    /// <param name="start">The place to begin with; receives the place to go on with, <paramref name="n"/> at the end.</param>
    /// <param name="n">Their number.</param>
    /// <param name="limit">The limit.</param>
    /// <param name="places">Receives the places.</param>
    /// <param name="most">Room for places, at least 64.</param>
    /// <returns>Number of places.</returns>
    public static int Find(float* x, ref int start, int n, float limit, int* places, int most)
    {
        Vector512<float> highest = Vector512.Create(limit);
        int found = 0, i = start;
        for (; i < n && found + 4 * Lanes <= most; i += 4 * Lanes)
        {
            Vector512<float> a = Vector512.GreaterThan(Vector512.Load(x + i), highest);
            Vector512<float> b = Vector512.GreaterThan(Vector512.Load(x + i + Lanes), highest);
            Vector512<float> c = Vector512.GreaterThan(Vector512.Load(x + i + 2 * Lanes), highest);
            Vector512<float> d = Vector512.GreaterThan(Vector512.Load(x + i + 3 * Lanes), highest);
            ulong above = Bits(a) | Bits(b) << Lanes | Bits(c) << (2 * Lanes) | Bits(d) << (3 * Lanes);
            if (above == ulong.MaxValue)
                continue;
            ulong rest = ~above & (n - i < 4 * Lanes ? (1UL << (n - i)) - 1 : ulong.MaxValue);
            for (; rest != 0; rest &= rest - 1)
                places[found++] = i + BitOperations.TrailingZeroCount(rest);
        }
        start = Math.Min(i, n);
        return found;
    }

    private static ulong Bits(Vector512<float> mask) => mask.ExtractMostSignificantBits();

    // The one of that rank among 64 numbers, which are taken out from the smallest on.
    private static float Smallest(Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d, int rank)
    {
        Vector512<float> none = Vector512.Create(float.PositiveInfinity);
        while (true)
        {
            float least = Least(Vector512.MinNative(Vector512.MinNative(a, b), Vector512.MinNative(c, d)));
            Vector512<float> spread = Vector512.Create(least);
            Vector512<float> inA = Vector512.Equals(a, spread), inB = Vector512.Equals(b, spread);
            Vector512<float> inC = Vector512.Equals(c, spread), inD = Vector512.Equals(d, spread);
            int count = BitOperations.PopCount(Bits(inA) | Bits(inB) << Lanes | Bits(inC) << (2 * Lanes) | Bits(inD) << (3 * Lanes));
            rank -= count;
            if (rank <= 0)
                return least;
            if (count == 0 || float.IsPositiveInfinity(least))
                return float.PositiveInfinity;
            a = Vector512.ConditionalSelect(inA, none, a);
            b = Vector512.ConditionalSelect(inB, none, b);
            c = Vector512.ConditionalSelect(inC, none, c);
            d = Vector512.ConditionalSelect(inD, none, d);
        }
    }

    private static float Least(Vector512<float> x)
    {
        Vector256<float> half = Vector256.MinNative(x.GetLower(), x.GetUpper());
        Vector128<float> quarter = Vector128.MinNative(half.GetLower(), half.GetUpper());
        quarter = Vector128.MinNative(quarter, Vector128.Shuffle(quarter, Vector128.Create(2, 3, 0, 1)));
        quarter = Vector128.MinNative(quarter, Vector128.Shuffle(quarter, Vector128.Create(1, 0, 3, 2)));
        return quarter.ToScalar();
    }
}
