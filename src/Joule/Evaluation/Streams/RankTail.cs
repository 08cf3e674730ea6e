namespace Joule.Evaluation;

/// <summary>
/// How many of m new numbers lie below the r-th smallest of n others: B has the negative hypergeometric distribution
/// P(B = b) = C(b + r − 1, b)·C(n − r + m − b, m − b)/C(n + m, m) if all are independent draws of one continuous distribution, whatever
/// it is (Wilks 1941). With ties, the numbers below are at most as many, and those at or below at least as many, in distribution.
/// </summary>
internal static class RankTail
{
    /// <summary>P(B ≥ b).</summary>
    /// <param name="b">The number below, 0 to m.</param>
    /// <param name="r">The rank, 1 to n.</param>
    /// <param name="n">Number of the others.</param>
    /// <param name="m">Number of the new ones.</param>
    public static double Upper(int b, int r, int n, int m)
    {
        (double below, double above) = Sums(b, r, n, m);
        return double.IsInfinity(above) ? 1 : (1 + above) / (below + 1 + above);
    }

    /// <summary>P(B ≤ b).</summary>
    /// <inheritdoc cref="Upper"/>
    public static double Lower(int b, int r, int n, int m)
    {
        (double below, double above) = Sums(b, r, n, m);
        return double.IsInfinity(below) ? 1 : (below + 1) / (below + 1 + above);
    }

    // The probabilities below and above b, relative to that of b, by their ratios.
    private static (double Below, double Above) Sums(int b, int r, int n, int m)
    {
        double below = 0, above = 0, term = 1;
        for (int k = b; k > 0 && term > 0; k--)
            below += term *= (double)k * (n - r + m - k + 1) / ((k - 1.0 + r) * (m - k + 1));
        term = 1;
        for (int k = b; k < m && term > 0; k++)
            above += term *= (k + (double)r) * (m - k) / ((k + 1.0) * (n - r + m - k));
        return (below, above);
    }
}
