using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Joule.Compute;

/// <summary>
/// The last numbers of a row, which do not fill a vector. They may be loaded as a whole vector, since every buffer is readable
/// <see cref="DeviceBuffer.Slack"/> floats past its end; they are stored one by one, so that nothing past the end is written.
/// </summary>
internal static unsafe class VectorTail
{
    /// <summary>Keeps the first <paramref name="left"/> lanes and zeroes the others.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Keep(Vector512<float> v, int left) =>
        Vector512.ConditionalSelect(
            Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(left)).AsSingle(), v, Vector512<float>.Zero);

    /// <summary>Stores the first <paramref name="left"/> lanes, fewer than 16.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> v, float* p, int left)
    {
        Vector256<float> half = v.GetLower();
        if ((left & 8) != 0)
        {
            half.Store(p);
            p += 8;
            half = v.GetUpper();
        }
        Vector128<float> quarter = half.GetLower();
        if ((left & 4) != 0)
        {
            quarter.Store(p);
            p += 4;
            quarter = half.GetUpper();
        }
        for (int i = 0; i < (left & 3); i++)
            p[i] = quarter[i];
    }
}
