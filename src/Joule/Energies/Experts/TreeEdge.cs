namespace Joule.Energies;

/// <summary>An edge of a tree: two columns and their copula.</summary>
/// <param name="Parent">The column nearer the root.</param>
/// <param name="Child">The other.</param>
/// <param name="Copula">c at the centres of bins.</param>
internal readonly record struct TreeEdge(int Parent, int Child, ReadOnlyMemory<float> Copula)
{
    /// <summary>c and its slopes in the ranks.</summary>
    public (double Value, double First, double Second) At(double first, double second)
    {
        ReadOnlySpan<float> c = Copula.Span;
        (int row, double down) = RankCopula.Place(first);
        (int column, double along) = RankCopula.Place(second);
        int at = row * RankCopula.Bins + column;
        double a = c[at], b = c[at + 1], d = c[at + RankCopula.Bins], e = c[at + RankCopula.Bins + 1];
        double top = a + along * (b - a), bottom = d + along * (e - d);
        return (top + down * (bottom - top), (bottom - top) * RankCopula.SlopeOf(first),
            ((1 - down) * (b - a) + down * (e - d)) * RankCopula.SlopeOf(second));
    }

    /// <summary>The largest c for a rank of the parent.</summary>
    public double Largest(double first)
    {
        ReadOnlySpan<float> c = Copula.Span;
        (int row, double down) = RankCopula.Place(first);
        double largest = 0;
        for (int column = 0; column < RankCopula.Bins; column++)
        {
            int at = row * RankCopula.Bins + column;
            largest = Math.Max(largest, c[at] + down * ((double)c[at + RankCopula.Bins] - c[at]));
        }
        return largest;
    }
}
