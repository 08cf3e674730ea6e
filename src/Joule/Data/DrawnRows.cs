using Joule.Compute;

namespace Joule.Data;

/// <summary>Draws a part of the rows of a source, to test or to validate with. What is drawn, and what is left, keeps its order.</summary>
internal static class DrawnRows
{
    /// <summary>Draws the first rows of a permutation.</summary>
    /// <param name="draws">The draws; each kind of part takes a step of its own.</param>
    /// <param name="rows">Rows of the source.</param>
    /// <param name="count">How many are drawn.</param>
    public static (int[] Left, int[] Drawn) Of(in RandomStream draws, int rows, int count)
    {
        int[] order = new int[rows];
        draws.FillPermutation(order, 0);
        order.AsSpan(0, count).Sort();
        order.AsSpan(count).Sort();
        return (order[count..], order[..count]);
    }
}
