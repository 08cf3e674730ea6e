namespace Joule.Energies;

/// <summary>Draws of a component by its weight.</summary>
internal static class ExactDraws
{
    /// <summary>The place of a draw among cumulative sums, the last of which is the total.</summary>
    public static int Choose(double[] sums, double uniform)
    {
        int place = Array.BinarySearch(sums, uniform * sums[^1]);
        return Math.Min(place < 0 ? ~place : place, sums.Length - 1);
    }
}
