namespace Joule.Gpu.Driver;

/// <summary>
/// Collects the operations of a GPU and sends them together. A sequence that comes again is sent as one graph, in which only the numbers
/// that differ from the last time are changed; others are sent one by one. What is computed, and in which order, stays the same.
/// </summary>
/// <param name="engine">Receives operations one by one.</param>
/// <param name="graphs">Makes graphs; null: every operation is sent at once.</param>
/// <param name="say">Receives what a user should know; null: nobody.</param>
internal sealed class LaunchQueue(IGpuEngine engine, IGpuGraphs? graphs, Action<string>? say = null) : IDisposable
{
    /// <summary>Operations that are sent without anybody's asking.</summary>
    public const int MostOperations = 256;

    /// <summary>Fewer operations are sent one by one.</summary>
    public const int LeastOperations = 4;

    /// <summary>Sequences that are remembered.</summary>
    public const int MostSequences = 64;

    private readonly GraphCache _cache = new(MostSequences);
    private readonly List<GpuOperation> _waiting = [];
    private bool _usesGraphs = graphs is not null;

    /// <summary>Operations that were sent one by one.</summary>
    public long Sent { get; private set; }

    /// <summary>Launches of graphs.</summary>
    public long GraphLaunches { get; private set; }

    /// <summary>Graphs that were made.</summary>
    public long GraphsMade { get; private set; }

    /// <summary>Operations whose numbers were changed in a graph.</summary>
    public long Changes { get; private set; }

    /// <summary>Why the driver makes no graphs; null while it does.</summary>
    public string? Refusal { get; private set; }

    /// <summary>Whether there are graphs; if not, every operation is sent at once.</summary>
    public bool UsesGraphs
    {
        get => _usesGraphs;
        set
        {
            Flush();
            _usesGraphs = value && graphs is not null && Refusal is null;
        }
    }

    /// <summary>Asks for an operation.</summary>
    /// <exception cref="GpuException">The driver refused one that was asked for so far; those that follow it are lost.</exception>
    public void Add(GpuOperation operation)
    {
        _waiting.Add(operation);
        if (!_usesGraphs)
            Flush();
        else if (_waiting.Count == MostOperations)
            Send(WholePeriods());
    }

    /// <summary>Sends everything that was asked for.</summary>
    /// <exception cref="GpuException">As for <see cref="Add"/>.</exception>
    public void Flush() => Send(_waiting.Count);

    /// <summary>Sends what was asked for, and removes all graphs with a kernel that will go.</summary>
    public void Forget(IGpuKernel kernel)
    {
        Flush();
        _cache.Forget(kernel);
    }

    /// <summary>Removes all graphs; what was not sent is lost.</summary>
    public void Dispose()
    {
        _waiting.Clear();
        _cache.Dispose();
    }

    // Steps of chains repeat: a cut after whole steps gives the same sequence again, one at any place many others.
    private int WholePeriods()
    {
        int count = _waiting.Count, half = count / 2; // whose last half repeats
        for (int period = 1; period <= half; period++)
        {
            int i = count - 1;
            while (i >= half && _waiting[i].IsLike(_waiting[i - period]))
                i--;
            if (i < half)
                return count - count % period;
        }
        return count;
    }

    // Sends the first operations, and keeps the others.
    private void Send(int count)
    {
        if (count == 0)
            return;
        GpuOperation[] operations = [.. _waiting];
        _waiting.Clear(); // an error must not send anything again, nor what follows it
        Send(operations.AsSpan(0, count));
        _waiting.AddRange(operations.AsSpan(count));
    }

    private void Send(ReadOnlySpan<GpuOperation> operations)
    {
        bool hadGraphs = _usesGraphs;
        if (hadGraphs && operations.Length >= LeastOperations && SendAsGraph(operations))
            return;
        foreach (GpuOperation operation in operations)
        {
            operation.Run(engine);
            Sent++;
        }
        // Said only now: after a fault of a kernel the driver refuses everything, and the error above says so.
        if (hadGraphs && !_usesGraphs)
            say?.Invoke($"The GPU's launches go one by one, which is slower: the driver makes no graphs of them. {Refusal}");
    }

    private bool SendAsGraph(ReadOnlySpan<GpuOperation> operations)
    {
        if (!_cache.Find(operations, out GraphCache.Sequence? sequence))
            return false;
        try
        {
            if (sequence.Graph is null)
                Make(sequence, operations);
            else
                Renew(sequence, operations);
        }
        catch (GpuException e)
        {
            _cache.Dispose(); // the numbers of a graph may be half changed
            _usesGraphs = false;
            Refusal = e.Message;
            return false;
        }
        // Nothing after this may send the operations again: they may be under way.
        sequence.Graph!.Launch();
        GraphLaunches++;
        return true;
    }

    // What the driver does not change in a graph, it may take in a new one.
    private void Renew(GraphCache.Sequence sequence, ReadOnlySpan<GpuOperation> operations)
    {
        try
        {
            Change(sequence, operations);
        }
        catch (GpuException)
        {
            sequence.Graph!.Dispose();
            sequence.Graph = null;
            Make(sequence, operations);
        }
    }

    private void Make(GraphCache.Sequence sequence, ReadOnlySpan<GpuOperation> operations)
    {
        sequence.Graph = graphs!.Create(operations);
        operations.CopyTo(sequence.Operations);
        GraphsMade++;
    }

    private void Change(GraphCache.Sequence sequence, ReadOnlySpan<GpuOperation> operations)
    {
        for (int i = 0; i < operations.Length; i++)
        {
            if (operations[i].IsSame(sequence.Operations[i]))
                continue;
            sequence.Graph!.Change(i, operations[i]);
            sequence.Operations[i] = operations[i];
            Changes++;
        }
    }
}
