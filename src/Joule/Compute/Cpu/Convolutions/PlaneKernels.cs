using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Joule.Compute;

/// <summary>
/// Correlates planes with the taps of one phase on 512-bit registers: eight or sixteen rows of sixteen pixels at a time. Each loaded row
/// serves every tap of its column, so the multiply-adds wait for neither loads nor each other.
/// </summary>
internal static unsafe partial class PlaneKernels
{
    /// <summary>Rows of sums at a time; twice as many where possible.</summary>
    public const int Rows = 8;

    /// <summary>Taps of a column that are processed together.</summary>
    public const int MostTaps = 5;

    private const int Lanes = 16;

    // Interleaves the lower or upper halves of two vectors.
    private static readonly Vector512<int> LowerInTurn = Vector512.Create(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    private static readonly Vector512<int> UpperInTurn = Vector512.Create(8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);

    /// <summary>
    /// sums[r·pitchOfSums + lane] (+)= Σ over planes, columns x and taps k of w[plane, x, k] · planes[plane][(r + k)·pitch + lane − x], for
    /// rows r and sixteen lanes.
    /// </summary>
    /// <param name="rows">Number of rows; up to the next multiple of <see cref="Rows"/> are written.</param>
    /// <param name="taps">Taps of a column, 1 to <see cref="MostTaps"/>.</param>
    /// <param name="planes">The first plane, at the row of the first tap and the column of the first lane.</param>
    /// <param name="plane">Floats from one plane to the next.</param>
    /// <param name="pitch">Floats from one row to the next.</param>
    /// <param name="count">Planes.</param>
    /// <param name="columns">Columns of taps.</param>
    /// <param name="w">The weights.</param>
    /// <param name="sums">Receives the sums.</param>
    /// <param name="pitchOfSums">Floats from one row of sums to the next.</param>
    /// <param name="accumulate">Whether to add to the sums.</param>
    public static void Correlate(
        int rows, int taps, float* planes, nint plane, nint pitch, int count, int columns, float* w, float* sums, nint pitchOfSums,
        bool accumulate)
    {
        switch (taps)
        {
            case 1: Correlate<Taps.One>(rows, planes, plane, pitch, count, columns, w, sums, pitchOfSums, accumulate); break;
            case 2: Correlate<Taps.Two>(rows, planes, plane, pitch, count, columns, w, sums, pitchOfSums, accumulate); break;
            case 3: Correlate<Taps.Three>(rows, planes, plane, pitch, count, columns, w, sums, pitchOfSums, accumulate); break;
            case 4: Correlate<Taps.Four>(rows, planes, plane, pitch, count, columns, w, sums, pitchOfSums, accumulate); break;
            default: Correlate<Taps.Five>(rows, planes, plane, pitch, count, columns, w, sums, pitchOfSums, accumulate); break;
        }
    }

    // Sixteen rows together need fewer loads per multiply-add, and have enough sums that none waits for the previous one.
    private static void Correlate<T>(
        int rows, float* planes, nint plane, nint pitch, int count, int columns, float* w, float* sums, nint pitchOfSums, bool accumulate)
            where T : struct, Taps.ICount
    {
        for (; rows > 0; rows -= 2 * Rows, planes += 2 * Rows * pitch, sums += 2 * Rows * pitchOfSums)
        {
            if (rows > Rows)
                Sixteen<T>(planes, plane, pitch, count, columns, w, sums, pitchOfSums, accumulate);
            else
                Eight<T>(planes, plane, pitch, count, columns, w, sums, pitchOfSums, accumulate);
        }
    }

    /// <summary>
    /// target[2i] (+)= even[i] and target[2i + 1] (+)= odd[i], for <paramref name="length"/> numbers of target, in several rows. Up to
    /// sixteen more of even and odd are read.
    /// </summary>
    /// <param name="even">The first row of numbers for even places.</param>
    /// <param name="evenPitch">Floats to the next one.</param>
    /// <param name="odd">The first row of numbers for odd places.</param>
    /// <param name="oddPitch">Floats to the next one.</param>
    /// <param name="target">The first row of the target.</param>
    /// <param name="targetPitch">Floats to the next one.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="length">Numbers in a row of the target.</param>
    /// <param name="accumulate">Whether to add to the target.</param>
    [SkipLocalsInit]
    public static void Interleave(
        float* even, nint evenPitch, float* odd, nint oddPitch, float* target, nint targetPitch, int rows, int length, bool accumulate)
    {
        float* rest = stackalloc float[2 * Lanes];
        Vector512<int> lower = LowerInTurn, upper = UpperInTurn;
        for (; rows > 0; rows--, even += evenPitch, odd += oddPitch, target += targetPitch)
        {
            int i = 0;
            for (; i + 2 * Lanes <= length && !accumulate; i += 2 * Lanes)
            {
                Vector512<float> a = Vector512.Load(even + i / 2), b = Vector512.Load(odd + i / 2);
                Avx512F.PermuteVar16x32x2(a, lower, b).Store(target + i);
                Avx512F.PermuteVar16x32x2(a, upper, b).Store(target + i + Lanes);
            }
            for (; i < length; i += 2 * Lanes)
            {
                Vector512<float> a = Vector512.Load(even + i / 2), b = Vector512.Load(odd + i / 2);
                Avx512F.PermuteVar16x32x2(a, lower, b).Store(rest);
                Avx512F.PermuteVar16x32x2(a, upper, b).Store(rest + Lanes);
                Put(rest, target + i, 1, Math.Min(2 * Lanes, length - i), accumulate);
            }
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
}
