using Joule.Compute;

namespace Joule.Energies;

/// <summary>
/// The density of one column: a Gaussian kernel estimate on a grid, as a mixture of quadratic B-splines, so that it is smooth, normalised
/// and exact to draw from; and a share of a wide Cauchy distribution, which keeps it above 0 everywhere.
/// </summary>
/// <param name="fitted">The grid's first point, its step, a kernel's height at its own point, and the masses, of sum 1.</param>
internal readonly struct KernelMarginal(ReadOnlyMemory<float> fitted)
{
    /// <summary>Points of the grid.</summary>
    public const int Grid = 2048;

    /// <summary>Floats of a marginal.</summary>
    public const int Length = 3 + Grid;

    /// <summary>The share of the Cauchy distribution.</summary>
    public const double Share = 1e-3;

    /// <summary>Half the width at half the height of the Cauchy distribution.</summary>
    public const double Scale = 30;

    private const double Beyond = 4;
    private const double LeastBandwidth = 0.05;

    /// <summary>The masses of the grid's points, of sum 1, without the Cauchy distribution.</summary>
    public ReadOnlySpan<float> Masses => fitted.Span.Slice(3, Grid);

    /// <summary>The first point of the grid.</summary>
    public double First => fitted.Span[0];

    /// <summary>The distance between points of the grid.</summary>
    public double Step => fitted.Span[1];

    /// <summary>Fits a column.</summary>
    public static void Fit(double[] column, Span<float> fitted)
    {
        double[] sorted = [.. column];
        Array.Sort(sorted);
        int n = sorted.Length;
        double mean = sorted.Average(), deviation = Math.Sqrt(sorted.Average(v => (v - mean) * (v - mean)));
        double spread = Math.Min(deviation, (Quantile(sorted, 0.75) - Quantile(sorted, 0.25)) / 1.34);
        double bandwidth = Math.Max(LeastBandwidth, 0.53 * spread * Math.Pow(n, -0.2));
        double first = sorted[0] - Beyond, step = (sorted[^1] + Beyond - first) / (Grid - 1);
        double[] counts = new double[Grid], masses = new double[Grid], weights = Smoothing.Weights(bandwidth / step);
        foreach (double value in sorted)
            counts[Math.Clamp((int)Math.Round((value - first) / step), 0, Grid - 1)] += 1;
        Smoothing.Add(counts, masses, weights, 0, 1, Grid);
        double sum = masses.Sum();
        int middle = weights.Length / 2;
        double peak = (0.75 * weights[middle] + (middle > 0 ? 0.25 * weights[middle - 1] : 0)) / step;
        (fitted[0], fitted[1], fitted[2]) = ((float)first, (float)step, (float)peak);
        for (int i = 0; i < Grid; i++)
            fitted[3 + i] = (float)(masses[i] / sum);
    }

    /// <summary>Writes a standard normal density, for "not fitted".</summary>
    public static void Start(Span<float> fitted)
    {
        double step = 16.0 / (Grid - 1);
        (fitted[0], fitted[1], fitted[2]) = (-8, (float)step, 0);
        for (int i = 0; i < Grid; i++)
            fitted[3 + i] = (float)(step * Math.Exp(-0.5 * (i * step - 8) * (i * step - 8)) / Math.Sqrt(2 * Math.PI));
    }

    /// <summary>p(x) and its slope.</summary>
    public (double Density, double Slope) At(double x)
    {
        (double kernels, double kernelSlope) = Kernels(x);
        double r = x / Scale, wide = Share / (Math.PI * Scale * (1 + r * r));
        return ((1 - Share) * kernels + wide, (1 - Share) * kernelSlope - wide * 2 * r / (Scale * (1 + r * r)));
    }

    /// <summary>p(x) as if the row with this number, one of n, had been left out.</summary>
    public double Without(double x, int n)
    {
        double left = Math.Max(0, n * Kernels(x).Density - fitted.Span[2]) / (n - 1), r = x / Scale;
        return (1 - Share) * left + Share / (Math.PI * Scale * (1 + r * r));
    }

    /// <summary>∫ p(x)·f(x) dx for a function that is constant far out, by a rule that is exact for cubic functions.</summary>
    /// <param name="add">Called with points and their masses, of sum 1.</param>
    public void Integrate(Action<double, double> add)
    {
        double first = First, step = Step, apart = Math.Sqrt(0.75) * step;
        ReadOnlySpan<float> masses = Masses;
        add(first - 1e6 * step, Share * Below(first - 0.5 * step));
        for (int i = 0; i < Grid; i++)
        {
            double x = first + i * step, mass = (1 - Share) * masses[i];
            if (mass > 0)
            {
                add(x - apart, mass / 6);
                add(x + apart, mass / 6);
            }
            add(x, mass * 2 / 3 + Share * (Below(x + 0.5 * step) - Below(x - 0.5 * step)));
        }
        add(first + 1e6 * step, Share * (1 - Below(first + (Grid - 0.5) * step)));
    }

    /// <summary>Draws from p by seven uniform numbers.</summary>
    public double Draw(in RandomStream draws, uint chain, long index)
    {
        double u = draws.OpenUniform(chain, index);
        if (draws.OpenUniform(chain, index + 1) < Share)
            return Scale * Math.Tan(Math.PI * (u - 0.5));
        ReadOnlySpan<float> masses = Masses;
        int at = 0;
        for (double sum = masses[0]; sum < u && at < Grid - 1;)
            sum += masses[++at];
        double place = 0;
        for (int i = 2; i < 5; i++)
            place += draws.OpenUniform(chain, index + i) - 0.5;
        return First + Step * (at + place);
    }

    private (double Density, double Slope) Kernels(double x)
    {
        double step = Step, place = (x - First) / step;
        if (!(place > -1.5 && place < Grid + 0.5))
            return (0, 0);
        int middle = (int)Math.Round(place);
        double t = place - middle, density = 0, slope = 0;
        ReadOnlySpan<float> masses = Masses;
        ReadOnlySpan<double> values = [0.5 * (0.5 - t) * (0.5 - t), 0.75 - t * t, 0.5 * (0.5 + t) * (0.5 + t)];
        ReadOnlySpan<double> slopes = [t - 0.5, -2 * t, 0.5 + t];
        for (int i = 0; i < 3; i++)
        {
            int at = middle - 1 + i;
            if (at is < 0 or >= Grid)
                continue;
            density += masses[at] * values[i];
            slope += masses[at] * slopes[i];
        }
        return (density / step, slope / (step * step));
    }

    /// <summary>The Cauchy distribution function.</summary>
    public static double Below(double x) => 0.5 + Math.Atan(x / Scale) / Math.PI;

    private static double Quantile(double[] sorted, double share)
    {
        double place = share * (sorted.Length - 1);
        int low = Math.Min((int)place, sorted.Length - 2);
        return sorted[low] + (place - low) * (sorted[low + 1] - sorted[low]);
    }
}
