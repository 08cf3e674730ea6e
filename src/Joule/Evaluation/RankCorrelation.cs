namespace Joule.Evaluation;

/// <summary>How well two columns of numbers agree about the order of the rows.</summary>
public static class RankCorrelation
{
    /// <summary>
    /// Spearman's rank correlation: the correlation of the ranks, equal numbers sharing their mean rank (Spearman 1904, American Journal of
    /// Psychology 15). From −1 to 1; NaN where all numbers of a column are equal.
    /// </summary>
    /// <param name="first">n finite numbers.</param>
    /// <param name="second">As many.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double Spearman(ReadOnlySpan<float> first, ReadOnlySpan<float> second)
    {
        if (first.Length != second.Length)
            throw new ArgumentException($"There are {first.Length} and {second.Length} numbers; both columns must have as many.");
        double[] x = Ranks(first), y = Ranks(second);
        double mean = (x.Length - 1) / 2.0, xy = 0, xx = 0, yy = 0;
        for (int i = 0; i < x.Length; i++)
        {
            xy += (x[i] - mean) * (y[i] - mean);
            xx += (x[i] - mean) * (x[i] - mean);
            yy += (y[i] - mean) * (y[i] - mean);
        }
        return xx > 0 && yy > 0 ? xy / Math.Sqrt(xx * yy) : double.NaN;
    }

    private static double[] Ranks(ReadOnlySpan<float> values)
    {
        float[] sorted = values.ToArray();
        int[] places = [.. Enumerable.Range(0, sorted.Length)];
        Array.Sort(sorted, places);
        double[] ranks = new double[sorted.Length];
        for (int start = 0, end; start < sorted.Length; start = end)
        {
            end = start + 1;
            while (end < sorted.Length && sorted[end] == sorted[start])
                end++;
            for (int i = start; i < end; i++)
                ranks[places[i]] = (start + end - 1) / 2.0;
        }
        return ranks;
    }
}
