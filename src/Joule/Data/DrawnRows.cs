using Joule.Compute;

namespace Joule.Data;

/// <summary>Draws test or validation rows from a source. Both the drawn and the remaining rows keep their order.</summary>
internal static class DrawnRows
{
    /// <summary>Draws the first rows of a permutation.</summary>
    /// <param name="draws">The draws; each kind of part uses its own step.</param>
    /// <param name="rows">Rows of the source.</param>
    /// <param name="count">Number of rows to draw.</param>
    public static (int[] Left, int[] Drawn) Of(in RandomStream draws, int rows, int count)
    {
        int[] order = new int[rows];
        draws.FillPermutation(order, 0);
        order.AsSpan(0, count).Sort();
        order.AsSpan(count).Sort();
        return (order[count..], order[..count]);
    }
}
