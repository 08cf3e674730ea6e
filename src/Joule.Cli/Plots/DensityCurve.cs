namespace Joule.Cli.Plots;

/// <summary>
/// A kernel estimate of the density of some draws, for the eye: Gaussian kernels with Silverman's bandwidth (Silverman 1986, equation
/// 3.31), reflected at walls.
/// </summary>
internal static class DensityCurve
{
    private const int Cells = 400;

    /// <summary>Estimates a density.</summary>
    /// <param name="values">The draws, at least one.</param>
    /// <param name="range">The range of places; draws outside it do not count.</param>
    /// <param name="walls">The walls of the draws; infinite where there is none.</param>
    /// <returns>Places in ascending order, none beyond the walls, and the density there.</returns>
    public static (double[] Places, double[] Heights) Of(ReadOnlySpan<double> values, RobustRange range, (double Low, double High) walls)
    {
        double[] counts = new double[Cells];
        double cell = range.Span / Cells;
        foreach (double value in values)
        {
            if (range.Contains(value))
                counts[Math.Min((int)((value - range.Low) / cell), Cells - 1)]++;
        }
        double width = Math.Max(Bandwidth(values), cell);
        double low = Math.Max(range.Low, walls.Low), high = Math.Min(range.High, walls.High);
        double[] places = [.. Enumerable.Range(0, Cells / 2 + 1).Select(i => low + i * (high - low) / (Cells / 2))];
        double[] heights = new double[places.Length];
        double scale = 1 / (Math.Sqrt(2 * Math.PI) * width * values.Length);
        for (int i = 0; i < Cells; i++)
        {
            if (counts[i] == 0)
                continue;
            double centre = Math.Clamp(range.Low + (i + 0.5) * cell, low, high);
            for (int j = 0; j < places.Length; j++)
            {
                heights[j] += scale * counts[i] * (Kernel(places[j] - centre)
                    + Kernel(places[j] - (2 * walls.Low - centre)) + Kernel(places[j] - (2 * walls.High - centre)));
            }
        }
        return (places, heights);

        double Kernel(double distance)
        {
            double z = distance / width;
            return Math.Abs(z) < 6 ? Math.Exp(-z * z / 2) : 0;
        }
    }

    private static double Bandwidth(ReadOnlySpan<double> values)
    {
        double[] sorted = values.ToArray();
        Array.Sort(sorted);
        double mean = sorted.Average(), deviation = Math.Sqrt(sorted.Sum(v => (v - mean) * (v - mean)) / sorted.Length);
        double quartiles = sorted[(int)(0.75 * (sorted.Length - 1))] - sorted[(int)(0.25 * (sorted.Length - 1))];
        double spread = quartiles > 0 ? Math.Min(deviation, quartiles / 1.34) : deviation;
        return 0.9 * spread * Math.Pow(sorted.Length, -0.2);
    }
}
