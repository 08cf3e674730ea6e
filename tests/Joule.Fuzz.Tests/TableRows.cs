using Joule.Tables;

namespace Joule.Fuzz.Tests;

/// <summary>Uses a table that was read: infers and fits its columns, and turns its rows into states and back.</summary>
internal static class TableRows
{
    public static void Use(Table table)
    {
        TableTransform transform;
        try
        {
            transform = TableTransform.Fit(table, [.. Enumerable.Range(0, table.RowCount)], new TableFitting());
        }
        catch (InvalidInputException error) when (error.Offset is null)
        {
            return; // no column is left; the error names columns, not bytes
        }
        TableStateSet set = transform.Apply(table);
        float[] state = new float[set.Space.Width];
        for (int i = 0; i < Math.Min(set.Count, 100); i++)
        {
            set.Read(i, state);
            if (Array.Exists(state, number => !float.IsFinite(number)))
                throw new InvalidOperationException($"row {i} has a number that is not finite");
            transform.Row(state);
        }
    }
}
