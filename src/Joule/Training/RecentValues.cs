namespace Joule.Training;

/// <summary>The last values of a figure, and their median: one wild value among them changes nothing. Its numbers lie in the memory of whoever asks.</summary>
internal static class RecentValues
{
    /// <summary>Numbers that this many values need: how many came so far, then the values in a ring.</summary>
    public static int Length(int size) => 1 + size;

    /// <summary>Takes note of a value.</summary>
    public static void Add(Span<double> memory, double value)
    {
        int size = memory.Length - 1;
        memory[1 + (int)((long)memory[0] % size)] = value;
        memory[0]++;
    }

    /// <summary>The median, of two in the middle the lower; not a number before half of the places are filled.</summary>
    /// <param name="memory">The numbers.</param>
    /// <param name="scratch">As many places as there are values at most.</param>
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
