namespace Joule.Tables;

/// <summary>Counts over the training rows of a column.</summary>
internal sealed class ColumnFacts
{
    private ColumnFacts(TableColumn column, int count)
    {
        Column = column;
        Count = count;
    }

    /// <summary>The column.</summary>
    public TableColumn Column { get; }

    /// <summary>The number of training rows.</summary>
    public int Count { get; }

    /// <summary>The number of training rows without a value.</summary>
    public int Missing { get; private init; }

    /// <summary>The number of distinct values.</summary>
    public int Distinct { get; private init; }

    /// <summary>The numbers that are not missing, in ascending order; empty for text.</summary>
    public double[] Sorted { get; private init; } = [];

    /// <summary>
    /// The texts with their counts, most frequent first and equal counts in ordinal order. Numbers appear as text.
    /// </summary>
    public IReadOnlyList<(string Text, int Count)> Levels => field ??= FindLevels();

    private int[] Rows { get; init; } = [];

    /// <summary>Counts the training rows of a column.</summary>
    public static ColumnFacts Of(TableColumn column, int[] rows)
    {
        int missing = rows.Count(column.IsMissing);
        if (column is not NumberColumn numbers)
        {
            HashSet<int> codes = [.. rows.Select(row => ((TextColumn)column).Codes[row])];
            codes.Remove(-1);
            return new ColumnFacts(column, rows.Length) { Missing = missing, Distinct = codes.Count, Rows = rows };
        }
        double[] sorted = new double[rows.Length - missing];
        int at = 0;
        foreach (int row in rows)
        {
            if (!numbers.IsMissing(row))
                sorted[at++] = numbers.Values[row];
        }
        Array.Sort(sorted);
        int distinct = sorted.Length == 0 ? 0 : 1;
        for (int i = 1; i < sorted.Length; i++)
            distinct += sorted[i] != sorted[i - 1] ? 1 : 0;
        return new ColumnFacts(column, rows.Length) { Missing = missing, Distinct = distinct, Sorted = sorted, Rows = rows };
    }

    private (string, int)[] FindLevels()
    {
        Dictionary<string, int> counts = new(StringComparer.Ordinal);
        foreach (int row in Rows)
        {
            if (Column.IsMissing(row))
                continue;
            string text = Column.Text(row);
            counts[text] = counts.GetValueOrDefault(text) + 1;
        }
        return [.. counts.OrderByDescending(c => c.Value).ThenBy(c => c.Key, StringComparer.Ordinal).Select(c => (c.Key, c.Value))];
    }
}
