using Joule.Data;

namespace Joule.Evaluation;

/// <summary>The values of one column in some rows, and how those of two windows differ.</summary>
internal sealed class ColumnWindow(int rows)
{
    private readonly RowCell[] _cells = new RowCell[rows];

    /// <summary>Number of values, missing ones included.</summary>
    public int Count { get; private set; }

    /// <summary>Adds a value.</summary>
    public void Add(in RowCell cell) => _cells[Count++] = cell;

    /// <summary>Forgets all values.</summary>
    public void Clear() => Count = 0;

    /// <summary>
    /// The p-value of the hypothesis that two windows of one size come from one distribution, corrected for the several tests of a column,
    /// and what differs most. For numbers the two-sample inequality of Wei and Dudley (2012, theorem 1: P(D ≥ d) ≤ e·exp(−nd²) for n
    /// numbers each), for levels and missing values Fisher's exact test.
    /// </summary>
    public static (double PValue, string What) Compare(ColumnWindow before, ColumnWindow now)
    {
        Dictionary<string, int> levels = before.Levels(), levelsNow = now.Levels();
        string[] names = [.. levels.Keys.Union(levelsNow.Keys).Order(StringComparer.Ordinal)];
        double[] numbers = before.Numbers(), numbersNow = now.Numbers();
        int tests = names.Length + (numbers.Length > 0 || numbersNow.Length > 0 ? 1 : 0);
        (double PValue, string What) least = (1, "");
        foreach (string name in names)
        {
            int a = levels.GetValueOrDefault(name), b = levelsNow.GetValueOrDefault(name);
            double p = FisherExact.PValue(a, before.Count, b, now.Count);
            if (p < least.PValue)
                least = (p, $"{name} in {(double)a / before.Count:0.0%} of the rows before, {(double)b / now.Count:0.0%} now");
        }
        int both = Math.Min(numbers.Length, numbersNow.Length);
        if (both > 0)
        {
            double apart = Distance(numbers[..both], numbersNow[..both]);
            double p = Math.Min(1, Math.Exp(1 - both * apart * apart));
            if (p < least.PValue)
                least = (p, $"median {Median(numbers):G4} before, {Median(numbersNow):G4} now; distance of the distributions {apart:0.00}");
        }
        return (Math.Min(1, least.PValue * tests), least.What);
    }

    // The largest distance of two distribution functions (Kolmogorov and Smirnov).
    private static double Distance(double[] a, double[] b)
    {
        Array.Sort(a);
        Array.Sort(b);
        int i = 0, j = 0;
        double most = 0;
        while (i < a.Length && j < b.Length)
        {
            double value = Math.Min(a[i], b[j]);
            while (i < a.Length && a[i] == value)
                i++;
            while (j < b.Length && b[j] == value)
                j++;
            most = Math.Max(most, Math.Abs((double)i / a.Length - (double)j / b.Length));
        }
        return most;
    }

    private static double Median(double[] numbers)
    {
        double[] sorted = [.. numbers.Order()];
        return sorted[sorted.Length / 2];
    }

    private double[] Numbers() => [.. _cells.Take(Count).Where(c => c.Text is null && !c.IsMissing).Select(c => c.Number)];

    private Dictionary<string, int> Levels()
    {
        Dictionary<string, int> counts = new(StringComparer.Ordinal);
        foreach (RowCell cell in _cells.AsSpan(0, Count))
        {
            string? name = cell.IsMissing ? "no value" : cell.Text is { } text ? $"\"{MessageText.Of(text)}\"" : null;
            if (name is not null)
                counts[name] = counts.GetValueOrDefault(name) + 1;
        }
        return counts;
    }
}
