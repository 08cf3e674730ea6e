namespace Joule.Training;

/// <summary>The last values of a figure and their median, which a single outlier does not change. The caller provides the memory.</summary>
internal static class RecentValues
{
    /// <summary>Size of the memory for this many values: the count so far, then a ring of values.</summary>
    public static int Length(int size) => 1 + size;

    /// <summary>Adds a value.</summary>
    public static void Add(Span<double> memory, double value)
    {
        int size = memory.Length - 1;
        memory[1 + (int)((long)memory[0] % size)] = value;
        memory[0]++;
    }

    /// <summary>The lower median; NaN until half of the places are filled.</summary>
    /// <param name="memory">The memory.</param>
    /// <param name="scratch">Room for as many values.</param>
    public static double Median(ReadOnlySpan<double> memory, Span<double> scratch)
    {
        int size = memory.Length - 1, count = (int)Math.Min(memory[0], size);
        if (2 * count < size)
            return double.NaN;
        Span<double> sorted = scratch[..count];
        memory.Slice(1, count).CopyTo(sorted);
        sorted.Sort();
        return sorted[(count - 1) / 2];
    }
}
