namespace Joule.Compute;

/// <summary>Noise at walls, and gradients against targets.</summary>
public static unsafe partial class Kernels
{
    /// <summary>
    /// Mirrors numbers at finite walls, and turns the sign of the noise of those that were mirrored an odd number of times. Stops where
    /// a number is more than twice the width of [low, high] outside or NaN, and at the last numbers, fewer than eight.
    /// </summary>
    /// <param name="numbers">The numbers.</param>
    /// <param name="noise">The noise of each.</param>
    /// <param name="low">The lower wall.</param>
    /// <param name="high">The upper wall.</param>
    /// <returns>How many numbers, from the first, are done: a multiple of eight.</returns>
    public static int Mirror(Span<float> numbers, Span<float> noise, float low, float high)
    {
        fixed (float* x = numbers, n = noise)
            return MatchingKernels.Mirror(x, n, Math.Min(numbers.Length, noise.Length), low, high);
    }

    /// <summary>r = scale·gradient − target, of one row; the target becomes factor·r.</summary>
    /// <returns>Σ r², summed in float64 in an order that depends on the length alone.</returns>
    public static double CompareWithTarget(ReadOnlySpan<float> gradient, Span<float> target, float scale, float factor)
    {
        fixed (float* g = gradient, t = target)
            return MatchingKernels.Compare(g, t, Math.Min(gradient.Length, target.Length), scale, factor);
    }
}
