namespace Joule.Evaluation;

/// <summary>Fisher's exact test (1922) of two shares.</summary>
internal static class FisherExact
{
    /// <summary>The two-sided p-value that two samples have one probability: twice the smaller tail, at most 1.</summary>
    /// <param name="a">Events in the first sample.</param>
    /// <param name="n">Size of the first sample.</param>
    /// <param name="b">Events in the second sample.</param>
    /// <param name="m">Size of the second sample.</param>
    public static double PValue(int a, int n, int b, int m)
    {
        int events = a + b, low = Math.Max(0, events - m), high = Math.Min(n, events);
        // Probabilities relative to that of a, by their ratios; the sum of all normalises them.
        double below = 0, above = 0, term = 1;
        for (int k = a; k > low && term > 0; k--)
            below += term *= (double)k * (m - events + k) / ((double)(n - k + 1) * (events - k + 1));
        term = 1;
        for (int k = a; k < high && term > 0; k++)
            above += term *= (double)(n - k) * (events - k) / ((double)(k + 1) * (m - events + k + 1));
        double all = below + 1 + above;
        if (double.IsInfinity(all))
            return 0; // below 1e-308
        return Math.Min(1, 2 * Math.Min((below + 1) / all, (above + 1) / all));
    }
}
