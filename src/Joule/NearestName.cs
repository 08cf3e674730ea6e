namespace Joule;

/// <summary>Proposes a known name for one that is not known, so that an error can say what was probably meant.</summary>
public static class NearestName
{
    /// <summary>The known name nearest to the given one by edit distance (insertions, deletions, replacements, swaps of neighbours).</summary>
    /// <param name="given">What the user wrote.</param>
    /// <param name="known">The names that would have been accepted.</param>
    /// <returns>The nearest name, or null where none is near enough to be a likely slip.</returns>
    public static string? Find(string given, IEnumerable<string> known)
    {
        ArgumentNullException.ThrowIfNull(given);
        ArgumentNullException.ThrowIfNull(known);
        string? best = null;
        int bestDistance = int.MaxValue;
        foreach (string name in known)
        {
            int distance = Distance(given.ToUpperInvariant(), name.ToUpperInvariant());
            bool begins = given.Length >= 3 && name.StartsWith(given, StringComparison.OrdinalIgnoreCase);
            if (begins) distance = Math.Min(distance, 1);
            if (distance < bestDistance && distance <= Math.Max(1, Math.Max(given.Length, name.Length) / 3))
            {
                best = name;
                bestDistance = distance;
            }
        }

        return best;
    }

    /// <summary>The words "; did you mean 'NAME'?" for the nearest known name, or an empty string where none is near.</summary>
    /// <param name="given">What the user wrote.</param>
    /// <param name="known">The names that would have been accepted.</param>
    /// <returns>Text to append to an error message.</returns>
    public static string Hint(string given, IEnumerable<string> known) =>
        Find(given, known) is { } name ? $"; did you mean '{name}'?" : "";

    private static int Distance(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++) d[i, 0] = i;
        for (int j = 0; j <= b.Length; j++) d[0, j] = j;
        for (int i = 1; i <= a.Length; i++)
        {
            for (int j = 1; j <= b.Length; j++)
            {
                int replace = d[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                d[i, j] = Math.Min(replace, Math.Min(d[i - 1, j], d[i, j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
            }
        }

        return d[a.Length, b.Length];
    }
}
