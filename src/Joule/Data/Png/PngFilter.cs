namespace Joule.Data;

/// <summary>The five row filters of PNG.</summary>
internal static class PngFilter
{
    /// <summary>The number of filters.</summary>
    public const int Count = 5;

    /// <summary>Undoes the filter of a row.</summary>
    /// <param name="filter">0 none, 1 left, 2 above, 3 mean, 4 Paeth.</param>
    /// <param name="row">The row, filtered; plain when done.</param>
    /// <param name="above">The plain row above, or zeros.</param>
    /// <param name="step">Bytes from a pixel to the next, at least 1.</param>
    /// <returns>False if there is no such filter.</returns>
    public static bool Undo(int filter, Span<byte> row, ReadOnlySpan<byte> above, int step)
    {
        if (filter >= Count)
            return false;
        if (filter == 0)
            return true;
        for (int i = 0; i < row.Length; i++)
        {
            int left = i >= step ? row[i - step] : 0;
            int corner = i >= step ? above[i - step] : 0;
            row[i] += (byte)Predict(filter, left, above[i], corner);
        }
        return true;
    }

    /// <summary>Filters a row.</summary>
    /// <param name="filter">0 none, 1 left, 2 above, 3 mean, 4 Paeth.</param>
    /// <param name="row">The plain row.</param>
    /// <param name="above">The plain row above, or zeros.</param>
    /// <param name="step">Bytes from a pixel to the next.</param>
    /// <param name="filtered">The filtered row.</param>
    /// <returns>The sum of the absolute values of the result, read as signed: small values usually compress well.</returns>
    public static long Apply(int filter, ReadOnlySpan<byte> row, ReadOnlySpan<byte> above, int step, Span<byte> filtered)
    {
        long sum = 0L;
        for (int i = 0; i < row.Length; i++)
        {
            int left = i >= step ? row[i - step] : 0;
            int corner = i >= step ? above[i - step] : 0;
            filtered[i] = (byte)(row[i] - Predict(filter, left, above[i], corner));
            sum += Math.Abs((int)(sbyte)filtered[i]);
        }
        return sum;
    }

    private static int Predict(int filter, int left, int above, int corner)
    {
        switch (filter)
        {
            case 0: return 0;
            case 1: return left;
            case 2: return above;
            case 3: return (left + above) / 2;
            default:
                int estimate = left + above - corner;
                (int toLeft, int toAbove, int toCorner) =
                    (Math.Abs(estimate - left), Math.Abs(estimate - above), Math.Abs(estimate - corner));
                return toLeft <= toAbove && toLeft <= toCorner ? left : toAbove <= toCorner ? above : corner;
        }
    }
}
