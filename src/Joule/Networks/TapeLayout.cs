namespace Joule.Networks;

/// <summary>
/// Where a tape's values, gradients and what operations kept lie in its memory. Values that are never needed at one time share a place, and where only the state's gradient is
/// asked for, gradients take the places of the values: the memory that a block of states goes through stays small, and so in a nearer cache.
/// </summary>
internal sealed class TapeLayout
{
    private const int Unit = 16; // floats: rows of places start at whole lines of the cache

    private readonly int _capacity;

    /// <summary>Plans the memory for up to <paramref name="capacity"/> rows.</summary>
    public TapeLayout(NetworkPlan plan, int capacity, TapeUse use)
    {
        _capacity = capacity;
        Values = new long[plan.Widths.Count];
        Gradients = new long[plan.Widths.Count];
        Kept = new long[plan.Operations.Count];
        (int[] last, bool[] stays) = Times(plan, use);
        for (int o = 0; o < Kept.Length && use != TapeUse.Values; o++)
            Kept[o] = TakeForGood(plan.Operations[o].KeptWidth);
        for (int v = 1; v < stays.Length; v++)
        {
            if (!stays[v])
                continue;
            Values[v] = TakeForGood(plan.Widths[v]);
            Gradients[v] = TakeForGood(plan.Widths[v]);
        }
        Share(plan, last, stays);
    }

    /// <summary>The first float of every value.</summary>
    public long[] Values { get; }

    /// <summary>The first float of every value's gradient.</summary>
    public long[] Gradients { get; }

    /// <summary>The first float of what every operation kept.</summary>
    public long[] Kept { get; }

    /// <summary>Floats in all.</summary>
    public long Length { get; private set; }

    // Up to which operation a value is needed, and whether it has to stay for a reverse.
    private static (int[] Last, bool[] Stays) Times(NetworkPlan plan, TapeUse use)
    {
        int values = plan.Widths.Count, operations = plan.Operations.Count;
        int[] last = new int[values];
        bool[] stays = new bool[values];
        for (int i = 0; i < operations; i++)
        {
            Operation operation = plan.Operations[i];
            foreach (int value in (ReadOnlySpan<int>)[operation.Input, operation.Second, operation.Output])
            {
                if (value < 0)
                    continue;
                last[value] = i;
                stays[value] |= use == TapeUse.Parameters || (use == TapeUse.States && operation.ReverseReadsValues);
            }
        }
        last[plan.Output] = operations; // it is read when all have run
        return (last, stays);
    }

    private long Size(long width) => (width * _capacity + Unit - 1) / Unit * Unit;

    private long TakeForGood(long width)
    {
        long at = Length;
        Length += Size(width);
        return at;
    }

    // In order of time, each value at the first place that is wide enough and free. Reverse runs through the same times backwards: two gradients are needed at one time
    // exactly where their values are, so the values' places serve the gradients.
    private void Share(NetworkPlan plan, int[] last, bool[] stays)
    {
        long start = Length;
        bool[] placed = new bool[stays.Length]; // an operation in place writes a value that has its place
        List<Place> taken = []; // in order of place
        for (int i = 0; i < plan.Operations.Count; i++)
        {
            int v = plan.Operations[i].Output, now = i;
            if (stays[v] || placed[v])
                continue;
            placed[v] = true;
            taken.RemoveAll(t => t.Last < now);
            long at = start, length = Size(plan.Widths[v]);
            int index = 0;
            while (index < taken.Count && taken[index].Start < at + length)
                at = taken[index++].End;
            taken.Insert(index, new Place(at, at + length, last[v]));
            Values[v] = Gradients[v] = at;
            Length = Math.Max(Length, at + length);
        }
    }

    // An object: lists of objects are compiled ahead of time, lists of structures are not.
    private sealed record Place(long Start, long End, int Last);
}
