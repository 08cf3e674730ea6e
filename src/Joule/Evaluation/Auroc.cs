namespace Joule.Evaluation;

/// <summary>
/// The area under the ROC curve: how well a number separates two sets, over all thresholds. It is the probability that a member of one set
/// has a lower number than a member of the other (Mann and Whitney 1947; Hanley and McNeil 1982).
/// </summary>
public static class Auroc
{
    /// <summary>P(low &lt; high) + ½ P(low = high) over all pairs, in O(n log n).</summary>
    /// <param name="low">The set expected to have the lower numbers, for example energies of data. At least one; not changed.</param>
    /// <param name="high">The set expected to have the higher numbers, for example energies of noise. At least one; not changed.</param>
    /// <returns>1 if every pair is ordered as expected, ½ for no separation, 0 if every pair is reversed.</returns>
    /// <exception cref="InvalidInputException">A set is empty.</exception>
    /// <exception cref="DivergenceException">A number is NaN.</exception>
    public static double Of(ReadOnlySpan<float> low, ReadOnlySpan<float> high)
    {
        if (low.IsEmpty || high.IsEmpty)
        {
            throw new InvalidInputException(
                $"An AUROC compares two sets with at least one number each; they have {low.Length} and {high.Length}.");
        }
        float[] a = Sorted(low), b = Sorted(high);
        long below = 0, equal = 0;
        int i = 0, j = 0;
        // For each number of b, in order: how many of a lie below it (i) and how many are equal to it (j − i).
        foreach (float value in b)
        {
            while (i < a.Length && a[i] < value)
                i++;
            j = Math.Max(i, j);
            while (j < a.Length && a[j] == value)
                j++;
            below += i;
            equal += j - i;
        }
        return (below + 0.5 * equal) / ((double)a.Length * b.Length);
    }

    private static float[] Sorted(ReadOnlySpan<float> values)
    {
        float[] sorted = values.ToArray();
        int bad = Array.FindIndex(sorted, float.IsNaN);
        if (bad >= 0)
            throw new DivergenceException("number to compare", 0, bad, float.NaN);
        Array.Sort(sorted);
        return sorted;
    }
}
