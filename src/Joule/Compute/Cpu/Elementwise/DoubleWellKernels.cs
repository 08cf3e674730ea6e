using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Joule.Compute;

/// <summary>The double well of a batch in one pass: h·Σ(x² − b)² of each row, and its gradient if asked for.</summary>
internal static unsafe class DoubleWellKernels
{
    private const int Lanes = 16;

    /// <summary>Numbers whose squares are summed in float32 before they are added to the float64 total of a row.</summary>
    private const int Chunk = 128 * Lanes;

    /// <summary>energies[i] = h·Σⱼ (x[i, j]² − b)².</summary>
    public static void Energies(Rows x, float height, float b, Rows energies) =>
        Rows(x.Pointer, null, x.Count, x.Width, height, b, energies.Span);

    /// <summary>energies[i] = h·Σⱼ (x[i, j]² − b)² and gradient = 4h·x·(x² − b), in one pass.</summary>
    public static void Gradient(Rows x, float height, float b, Rows energies, Rows gradient) =>
        Rows(x.Pointer, gradient.Pointer, x.Count, x.Width, height, b, energies.Span);

    /// <summary>
    /// Writes energies, and 4h·x·(x² − b) to <paramref name="g"/> unless that is null. Both ways give the same energies, bit for bit.
    /// </summary>
    // Compiled alone: inlined into a sampler's step, its loop is slower.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Rows(float* x, float* g, int count, int width, float height, float b, Span<float> energies)
    {
        Vector512<float> minusB = Vector512.Create(-b), slope = Vector512.Create(4 * height);
        float* end = g + (nint)count * width;
        for (int n = 0; n < count; n++)
        {
            double total = 0;
            for (int i = 0; i < width; i += Chunk)
            {
                int length = Math.Min(Chunk, width - i);
                total += Vector512.Sum(g == null ? Squares(x + i, length, minusB) : Squares(x + i, g + i, end, length, minusB, slope));
            }
            energies[n] = (float)(height * total);
            x += width;
            g = g == null ? null : g + width;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Squares(float* x, int n, Vector512<float> minusB)
    {
        Vector512<float> sum0 = Vector512<float>.Zero, sum1 = Vector512<float>.Zero;
        int i = 0;
        for (; i + 2 * Lanes <= n; i += 2 * Lanes)
        {
            Vector512<float> x0 = Vector512.Load(x + i), x1 = Vector512.Load(x + i + Lanes);
            Vector512<float> d0 = VectorMath.MultiplyAdd(x0, x0, minusB), d1 = VectorMath.MultiplyAdd(x1, x1, minusB);
            sum0 = VectorMath.MultiplyAdd(d0, d0, sum0);
            sum1 = VectorMath.MultiplyAdd(d1, d1, sum1);
        }
        for (; i < n; i += Lanes)
        {
            Vector512<float> last = Vector512.Load(x + i);
            Vector512<float> d = VectorTail.Keep(VectorMath.MultiplyAdd(last, last, minusB), n - i);
            sum0 = VectorMath.MultiplyAdd(d, d, sum0);
        }
        return sum0 + sum1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Squares(float* x, float* g, float* end, int n, Vector512<float> minusB, Vector512<float> slope)
    {
        Vector512<float> sum0 = Vector512<float>.Zero, sum1 = Vector512<float>.Zero;
        int i = 0;
        for (; i + 2 * Lanes <= n; i += 2 * Lanes)
        {
            Vector512<float> x0 = Vector512.Load(x + i), x1 = Vector512.Load(x + i + Lanes);
            Vector512<float> d0 = VectorMath.MultiplyAdd(x0, x0, minusB), d1 = VectorMath.MultiplyAdd(x1, x1, minusB);
            (slope * x0 * d0).Store(g + i);
            (slope * x1 * d1).Store(g + i + Lanes);
            sum0 = VectorMath.MultiplyAdd(d0, d0, sum0);
            sum1 = VectorMath.MultiplyAdd(d1, d1, sum1);
        }
        for (; i < n; i += Lanes)
        {
            Vector512<float> last = Vector512.Load(x + i);
            Vector512<float> d = VectorMath.MultiplyAdd(last, last, minusB);
            // A whole vector may write past this row, as long as enough later rows follow.
            if (g + i + Lanes <= end)
                (slope * last * d).Store(g + i);
            else
                VectorTail.Store(slope * last * d, g + i, n - i);
            d = VectorTail.Keep(d, n - i);
            sum0 = VectorMath.MultiplyAdd(d, d, sum0);
        }
        return sum0 + sum1;
    }
}
