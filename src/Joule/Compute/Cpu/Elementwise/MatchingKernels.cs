using System.Runtime.Intrinsics;

namespace Joule.Compute;

/// <summary>What objectives of the score do to every number of a state: reflection of noise, and comparison with a target.</summary>
internal static unsafe class MatchingKernels
{
    private const int Lanes = 8;

    /// <summary>
    /// Mirrors numbers that left [low, high] by less than twice its width, in float64, and turns the sign of the noise of those that were
    /// mirrored an odd number of times. Stops before the first eight numbers of which one is farther out or NaN, and before the last ones
    /// that are fewer than eight.
    /// </summary>
    /// <returns>Numbers processed.</returns>
    public static int Mirror(float* x, float* noise, int n, float low, float high)
    {
        Vector256<float> floor = Vector256.Create(low), ceiling = Vector256.Create(high);
        double width = (double)high - low;
        int i = 0;
        for (; i <= n - Lanes; i += Lanes)
        {
            Vector256<float> v = Vector256.Load(x + i);
            Vector256<float> inside = Vector256.GreaterThanOrEqual(v, floor) & Vector256.LessThanOrEqual(v, ceiling);
            if (Vector256.EqualsAll(inside.AsInt32(), Vector256<int>.AllBitsSet))
                continue;
            (Vector256<double> a, Vector256<double> b) = Vector256.Widen(v);
            if (!Reflect(ref a, out Vector256<long> turnedA, low, width) || !Reflect(ref b, out Vector256<long> turnedB, low, width))
                return i;
            Vector256<float> mirrored = Vector256.Min(Vector256.Max(Vector256.Narrow(a, b), floor), ceiling);
            Vector256<int> turned = Vector256.AndNot(Vector256.Narrow(turnedA, turnedB), inside.AsInt32());
            Vector256.ConditionalSelect(inside, v, mirrored).Store(x + i);
            (Vector256.Load(noise + i).AsInt32() ^ (turned & Vector256.Create(int.MinValue))).AsSingle().Store(noise + i);
        }
        return i;
    }

    /// <summary>
    /// r = scale·gradient − target; the target becomes factor·r. Returns Σ r² in float64, summed in an order that depends on the length
    /// alone.
    /// </summary>
    public static double Compare(float* gradient, float* target, int n, float scale, float factor)
    {
        Vector512<float> scales = Vector512.Create(scale), factors = Vector512.Create(factor);
        Vector512<double> lower = Vector512<double>.Zero, upper = lower;
        int i = 0;
        for (; i <= n - 2 * Lanes; i += 2 * Lanes)
        {
            Vector512<float> rest = scales * Vector512.Load(gradient + i) - Vector512.Load(target + i);
            (Vector512<double> a, Vector512<double> b) = Vector512.Widen(rest);
            lower += a * a;
            upper += b * b;
            (factors * rest).Store(target + i);
        }
        double squares = Vector512.Sum(lower + upper);
        for (; i < n; i++)
        {
            float rest = scale * gradient[i] - target[i];
            squares += (double)rest * rest;
            target[i] = factor * rest;
        }
        return squares;
    }

    // One reflection at most: what the remainder of a division by twice the width would leave as it is.
    private static bool Reflect(ref Vector256<double> x, out Vector256<long> turned, double low, double width)
    {
        Vector256<double> twice = Vector256.Create(2 * width), at = x - Vector256.Create(low);
        bool isNear = Vector256.LessThanAll(Vector256.Abs(at), twice);
        at += Vector256.LessThan(at, Vector256<double>.Zero) & twice;
        Vector256<double> far = Vector256.GreaterThan(at, Vector256.Create(width));
        x = Vector256.Create(low) + Vector256.ConditionalSelect(far, twice - at, at);
        turned = far.AsInt64();
        return isNear;
    }
}
