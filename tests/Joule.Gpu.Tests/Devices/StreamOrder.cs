using Joule.Gpu.Tests.Ptx;

namespace Joule.Gpu.Tests.Devices;

/// <summary>
/// Which work of several streams surely comes before which, by vector clocks: work on the same memory, of which one writes, must be
/// ordered by its stream, by a wait of the host or by a stream that follows another.
/// </summary>
internal sealed class StreamOrder
{
    /// <summary>The stream of the engine itself.</summary>
    public const int Engine = 0;

    private const int Host = -1;

    private readonly Dictionary<int, Dictionary<int, long>> _clocks = new() { [Host] = [], [Engine] = [] };
    private readonly Dictionary<PtxAllocation, Dictionary<int, long>> _reads = [], _writes = [];

    /// <summary>Adds a stream.</summary>
    public int Add()
    {
        int stream = _clocks.Count;
        _clocks[stream] = [];
        return stream;
    }

    /// <summary>The host asks a stream for work.</summary>
    /// <returns>What surely comes before it, itself included.</returns>
    public Dictionary<int, long> Ask(int stream)
    {
        Dictionary<int, long> clock = _clocks[stream];
        Merge(clock, _clocks[Host]);
        clock[stream] = clock.GetValueOrDefault(stream) + 1;
        return new Dictionary<int, long>(clock);
    }

    /// <summary>A stream's later work waits for all that was asked of the engine.</summary>
    public void Follow(int stream) => Merge(_clocks[stream], _clocks[Engine]);

    /// <summary>The host waits for a stream.</summary>
    public void Wait(int stream) => Merge(_clocks[Host], _clocks[stream]);

    /// <summary>Checks work that was done.</summary>
    /// <param name="stream">Its stream.</param>
    /// <param name="clock">What <see cref="Ask"/> returned.</param>
    /// <param name="touched">The memory that it read and wrote.</param>
    public void Check(int stream, Dictionary<int, long> clock, IEnumerable<PtxAllocation> touched)
    {
        foreach (PtxAllocation memory in touched)
        {
            Compare(_writes.GetValueOrDefault(memory), "writes");
            if (memory.IsWritten)
                Compare(_reads.GetValueOrDefault(memory), "reads");
            Note(memory.IsWritten ? _writes : _reads, memory);
        }

        void Compare(Dictionary<int, long>? others, string what)
        {
            foreach ((int other, long at) in others ?? [])
            {
                if (clock.GetValueOrDefault(other) < at)
                    throw new PtxFault($"stream {stream} uses memory that stream {other} {what}, and nothing orders them");
            }
        }

        void Note(Dictionary<PtxAllocation, Dictionary<int, long>> all, PtxAllocation memory)
        {
            if (!all.TryGetValue(memory, out Dictionary<int, long>? ticks))
                all[memory] = ticks = [];
            ticks[stream] = clock[stream];
        }
    }

    private static void Merge(Dictionary<int, long> into, Dictionary<int, long> from)
    {
        foreach ((int stream, long at) in from)
            into[stream] = Math.Max(into.GetValueOrDefault(stream), at);
    }
}
