namespace Joule;

/// <summary>Suggests the known name that a mistyped one most likely means.</summary>
public static class NearestName
{
    /// <summary>
    /// Finds the known name nearest to the given one: fewest insertions, deletions, replacements and swaps of neighbours (optimal string
    /// alignment), ignoring case. A name that starts with the given one (three letters or more) also counts as near.
    /// </summary>
    /// <param name="given">The given name.</param>
    /// <param name="known">The known names. Of two equally near names, the first wins.</param>
    /// <returns>The nearest name; null if more than a third of its letters (and more than one letter) would have to change.</returns>
    public static string? Find(string given, IEnumerable<string> known)
    {
        ArgumentNullException.ThrowIfNull(given);
        ArgumentNullException.ThrowIfNull(known);
        if (given.Length is 0 or > 256)
            return null;
        string? best = null;
        int bestDistance = int.MaxValue;
        foreach (string name in known)
        {
            int distance = Distance(given.ToUpperInvariant(), name.ToUpperInvariant());
            int limit = Math.Max(1, Math.Max(given.Length, name.Length) / 3);
            if (given.Length >= 3 && name.StartsWith(given, StringComparison.OrdinalIgnoreCase))
                distance = Math.Min(distance, limit);
            if (distance > limit || distance >= bestDistance)
                continue;
            best = name;
            bestDistance = distance;
        }
        return best;
    }

    /// <summary>
    /// The optimal string alignment distance: the least number of single-letter edits and swaps of neighbours between two words.
    /// </summary>
    internal static int Distance(string a, string b)
    {
        int[] beforeLast = new int[b.Length + 1];
        int[] last = new int[b.Length + 1];
        int[] row = new int[b.Length + 1];
        for (int j = 0; j <= b.Length; j++)
            last[j] = j;
        for (int i = 1; i <= a.Length; i++)
        {
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int replace = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                row[j] = Math.Min(replace, Math.Min(last[j], row[j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    row[j] = Math.Min(row[j], beforeLast[j - 2] + 1);
            }
            (beforeLast, last, row) = (last, row, beforeLast);
        }
        return last[b.Length];
    }
}
