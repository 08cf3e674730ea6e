namespace Joule.Networks;

/// <summary>
/// The memory layout of a tape: values, gradients and what operations keep. Values with disjoint lifetimes share a place, and for the
/// state's gradient alone, gradients use the places of values: a block's memory stays small, and so in a nearer cache.
/// </summary>
internal sealed class TapeLayout
{
    private const int Unit = 16; // floats: places start at cache lines

    private readonly int _capacity;

    /// <summary>Lays out the memory for up to <paramref name="capacity"/> rows.</summary>
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

    /// <summary>The first float of each value.</summary>
    public long[] Values { get; }

    /// <summary>The first float of each value's gradient.</summary>
    public long[] Gradients { get; }

    /// <summary>The first float of what each operation keeps.</summary>
    public long[] Kept { get; }

    /// <summary>Total floats.</summary>
    public long Length { get; private set; }

    // The last operation that needs each value, and whether the value must stay for a reverse.
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
        last[plan.Output] = operations; // read after all operations
        return (last, stays);
    }

    private long Size(long width) => (width * _capacity + Unit - 1) / Unit * Unit;

    private long TakeForGood(long width)
    {
        long at = Length;
        Length += Size(width);
        return at;
    }

    // In order of time, puts each value at the first free place that is wide enough. Reverse passes through the same times backwards: two
    // gradients are needed together exactly when their values are, so gradients can use the places of the values.
    private void Share(NetworkPlan plan, int[] last, bool[] stays)
    {
        long start = Length;
        bool[] placed = new bool[stays.Length]; // an operation in place writes a value that already has a place
        List<Place> taken = []; // in order of position
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

    // A class, not a struct: lists of classes are compiled ahead of time.
    private sealed record Place(long Start, long End, int Last);
}
