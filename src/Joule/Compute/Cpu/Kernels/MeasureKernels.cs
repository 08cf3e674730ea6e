namespace Joule.Compute;

/// <summary>Measurements of rows. Each result takes two words, as a float64 (<see cref="Rows.Doubles"/>).</summary>
public static unsafe partial class Kernels
{
    /// <summary>Σ x², summed in an order that depends on the length alone.</summary>
    public static void SquaredNorm(Rows x, Rows result) => result.Doubles[0] = OptimizerKernels.SquaredNorm(x.Pointer, x.Length);

    /// <summary>Σ x², summed in an order that depends on the length alone.</summary>
    public static double SquaredNorm(Rows x) => OptimizerKernels.SquaredNorm(x.Pointer, x.Length);

    /// <summary>Σ x² of each row, summed in float64.</summary>
    public static void SquaredNorms(Rows x, Span<float> norms)
    {
        for (int i = 0; i < x.Count; i++)
            norms[i] = (float)OptimizerKernels.SquaredNorm(x.Pointer + i * x.Width, x.Width);
    }

    /// <summary>Σ (a − b)², summed in an order that depends on the length alone.</summary>
    public static void SquaredDistance(Rows a, Rows b, Rows result) =>
        result.Doubles[0] = StateKernels.SquaredDistance(a.Pointer, b.Pointer, Math.Min(a.Length, b.Length));

    /// <summary>Counts the elements of at most <paramref name="low"/>, and of at least <paramref name="high"/>: two numbers.</summary>
    public static void CountAtWalls(Rows x, float low, float high, Rows result)
    {
        Span<double> counts = result.Doubles;
        (int atLow, int atHigh) = StateKernels.CountAtWalls(x.Pointer, x.Length, low, high);
        (counts[0], counts[1]) = (atLow, atHigh);
    }
}
