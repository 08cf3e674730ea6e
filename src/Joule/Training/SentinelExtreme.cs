namespace Joule.Training;

/// <summary>How close a rule of the sentinel came to its warning.</summary>
/// <param name="Reason">The rule.</param>
/// <param name="Share">The figure divided by the warning's value (inverted for lower limits): above 1 it is a sign.</param>
/// <param name="Value">The figure then.</param>
/// <param name="Warning">The warning's value then.</param>
/// <param name="Update">The update, counted from 1.</param>
public readonly record struct SentinelExtreme(SentinelReason Reason, double Share, double Value, double Warning, long Update)
{
    /// <summary>Size in the sentinel's memory.</summary>
    internal const int Length = 4;

    /// <summary>Keeps a value that is closer to its warning than all before.</summary>
    internal static void Note(Span<double> memory, double share, double value, double warning, long update)
    {
        if (share > memory[0])
            (memory[0], memory[1], memory[2], memory[3]) = (Math.Min(share, double.MaxValue), value, warning, update);
    }

    internal static SentinelExtreme Read(SentinelReason reason, ReadOnlySpan<double> memory) =>
        new(reason, memory[0], memory[1], memory[2], (long)memory[3]);
}
