using System.Runtime.Intrinsics;

namespace Joule.Compute;

/// <summary>Measurements of states: the numbers at the walls, and the distance between two states.</summary>
internal static unsafe class StateKernels
{
    private const int Lanes = 16;

    /// <summary>Counts the numbers of at most <paramref name="low"/>, and of at least <paramref name="high"/>.</summary>
    public static (int Low, int High) CountAtWalls(float* x, int n, float low, float high)
    {
        Vector512<float> lows = Vector512.Create(low), highs = Vector512.Create(high);
        Vector512<int> below = Vector512<int>.Zero, above = below;
        int i = 0;
        for (; i <= n - Lanes; i += Lanes)
        {
            Vector512<float> v = Vector512.Load(x + i);
            // A true comparison is −1 in its lane.
            below -= Vector512.LessThanOrEqual(v, lows).AsInt32();
            above -= Vector512.GreaterThanOrEqual(v, highs).AsInt32();
        }
        int lowCount = Vector512.Sum(below), highCount = Vector512.Sum(above);
        for (; i < n; i++)
        {
            if (x[i] <= low)
                lowCount++;
            if (x[i] >= high)
                highCount++;
        }
        return (lowCount, highCount);
    }

    /// <summary>Σ (a − b)², summed in float64 in an order that depends on the length alone.</summary>
    public static double SquaredDistance(float* a, float* b, int n)
    {
        Vector512<double> s0 = Vector512<double>.Zero, s1 = s0;
        int i = 0;
        for (; i <= n - Lanes; i += Lanes)
        {
            (Vector512<double> lower, Vector512<double> upper) = Vector512.Widen(Vector512.Load(a + i) - Vector512.Load(b + i));
            s0 += lower * lower;
            s1 += upper * upper;
        }
        double total = Vector512.Sum(s0 + s1);
        for (; i < n; i++)
        {
            double difference = a[i] - b[i];
            total += difference * difference;
        }
        return total;
    }
}
