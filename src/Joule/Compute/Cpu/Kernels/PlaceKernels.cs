namespace Joule.Compute;

/// <summary>Places of the smallest numbers of a row.</summary>
public static unsafe partial class Kernels
{
    /// <summary>Largest rank that <see cref="Bound"/> takes, and the least room that <see cref="FindAtMost"/> needs.</summary>
    public const int MostRank = SelectionKernels.MostRank;

    /// <summary>
    /// A number that at least <paramref name="rank"/> numbers of a row do not exceed, near the smallest such number; +∞ if there is none.
    /// </summary>
    /// <param name="x">The row.</param>
    /// <param name="rank">At least 1, at most <see cref="MostRank"/>.</param>
    public static float Bound(Rows x, int rank)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rank, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rank, MostRank);
        return SelectionKernels.Bound(x.Pointer, x.Length, rank);
    }

    /// <summary>
    /// Finds the places of numbers of a row that are not above a limit, in ascending order. NaN is not above it. Call it again for the rest
    /// until <paramref name="start"/> is the length of the row.
    /// </summary>
    /// <param name="x">The row.</param>
    /// <param name="start">The place to begin with; receives the place to go on with.</param>
    /// <param name="limit">The limit.</param>
    /// <param name="places">Receives the places; at least <see cref="MostRank"/>.</param>
    /// <returns>Number of places.</returns>
    public static int FindAtMost(Rows x, ref int start, float limit, Span<int> places)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfLessThan(places.Length, MostRank);
        fixed (int* to = places)
            return SelectionKernels.Find(x.Pointer, ref start, x.Length, limit, to, places.Length);
    }
}
