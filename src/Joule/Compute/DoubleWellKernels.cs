using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Joule.Compute;

/// <summary>The double well of one state in one pass: h·Σ(x² − b)², and its gradient where memory for it is given.</summary>
internal static unsafe class DoubleWellKernels
{
    private const int Lanes = 16;

    /// <summary>Vectors whose squares are added up in float32 before they go into the float64 total: 2,048 numbers.</summary>
    private const int Chunk = 128 * Lanes;

    /// <summary>Returns the energy; writes 4h·x·(x² − b) to <paramref name="g"/> unless that is null. Both ways give the same energy, bit for bit.</summary>
    public static float Row(float* x, float* g, int n, float height, float b)
    {
        if (n <= Chunk)
            return (float)((double)height * Sum(x, g, n, height, b));
        double total = 0;
        for (int i = 0; i < n; i += Chunk)
            total += Sum(x + i, g == null ? null : g + i, Math.Min(Chunk, n - i), height, b);
        return (float)(height * total);
    }

    private static float Sum(float* x, float* g, int n, float height, float b)
    {
        Vector512<float> minusB = Vector512.Create(-b), slope = Vector512.Create(4 * height);
        Vector512<float> sum0 = Vector512<float>.Zero, sum1 = Vector512<float>.Zero;
        int i = 0;
        if (g == null)
        {
            for (; i + 2 * Lanes <= n; i += 2 * Lanes)
            {
                sum0 = Add(Vector512.Load(x + i), minusB, sum0, out _);
                sum1 = Add(Vector512.Load(x + i + Lanes), minusB, sum1, out _);
            }
        }
        else
        {
            for (; i + 2 * Lanes <= n; i += 2 * Lanes)
            {
                Vector512<float> x0 = Vector512.Load(x + i), x1 = Vector512.Load(x + i + Lanes);
                sum0 = Add(x0, minusB, sum0, out Vector512<float> d0);
                sum1 = Add(x1, minusB, sum1, out Vector512<float> d1);
                (slope * x0 * d0).Store(g + i);
                (slope * x1 * d1).Store(g + i + Lanes);
            }
        }
        for (; i < n; i += Lanes)
        {
            Vector512<float> last = Vector512.Load(x + i);
            Vector512<float> d = VectorMath.MultiplyAdd(last, last, minusB);
            int left = n - i;
            if (g != null && left < Lanes)
                VectorTail.Store(slope * last * d, g + i, left);
            else if (g != null)
                (slope * last * d).Store(g + i);
            if (left < Lanes)
                d = VectorTail.Keep(d, left);
            sum0 = VectorMath.MultiplyAdd(d, d, sum0);
        }
        return Vector512.Sum(sum0 + sum1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Add(Vector512<float> x, Vector512<float> minusB, Vector512<float> sum, out Vector512<float> d)
    {
        d = VectorMath.MultiplyAdd(x, x, minusB);
        return VectorMath.MultiplyAdd(d, d, sum);
    }
}
