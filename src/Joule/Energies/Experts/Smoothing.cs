namespace Joule.Energies;

/// <summary>Gaussian smoothing of histograms. What leaves the ends is lost.</summary>
internal static class Smoothing
{
    /// <summary>Weights of a Gaussian on whole numbers, from −radius to radius, of sum 1; 4 deviations wide.</summary>
    public static double[] Weights(double deviation)
    {
        int radius = (int)(4 * deviation + 0.5);
        double[] weights = new double[2 * radius + 1];
        double sum = 0;
        for (int i = 0; i < weights.Length; i++)
            sum += weights[i] = Math.Exp(-0.5 * (i - radius) * (double)(i - radius) / (deviation * deviation));
        for (int i = 0; i < weights.Length; i++)
            weights[i] /= sum;
        return weights;
    }

    /// <summary>Adds smoothed numbers: to[i] += Σⱼ from[i − j]·weight(j), with a stride between numbers.</summary>
    public static void Add(ReadOnlySpan<double> from, Span<double> to, double[] weights, int start, int stride, int count)
    {
        int radius = weights.Length / 2;
        for (int i = 0; i < count; i++)
        {
            double value = from[start + i * stride];
            if (value == 0)
                continue;
            int first = Math.Max(0, i - radius), last = Math.Min(count - 1, i + radius);
            for (int j = first; j <= last; j++)
                to[start + j * stride] += value * weights[j - i + radius];
        }
    }
}
