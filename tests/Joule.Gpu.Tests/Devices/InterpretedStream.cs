using Joule.Gpu.Driver;
using Joule.Gpu.Tests.Ptx;

namespace Joule.Gpu.Tests.Devices;

/// <summary>
/// A stream that works only when it is waited for: results are NaN until then, and a source that has changed since is a fault.
/// </summary>
internal sealed class InterpretedStream(PtxMemory memory, StreamOrder order, Action disposed) : IGpuStream
{
    private readonly int _stream = order.Add();
    private readonly Queue<(Action Run, Dictionary<int, long> Clock)> _asked = [];

    /// <summary>Asks for work.</summary>
    public void Ask(Action run) => _asked.Enqueue((run, order.Ask(_stream)));

    public void Follow() => order.Follow(_stream);

    public void Upload(ulong to, IGpuHostMemory from, int words)
    {
        float[] asked = from.Span[..words].ToArray();
        Ask(() =>
        {
            Span<float> now = from.Span[..words];
            if (!now.SequenceEqual(asked))
                throw new PtxFault("the host changed memory whose copy to the GPU was under way");
            memory.Write<float>(to, now);
        });
    }

    public void Download(ulong from, IGpuHostMemory to, int words)
    {
        to.Span[..words].Fill(float.NaN);
        Ask(() => memory.Read(from, to.Span[..words]));
    }

    public void Wait()
    {
        while (_asked.TryDequeue(out (Action Run, Dictionary<int, long> Clock) next))
            order.Check(_stream, next.Clock, memory.Watch(next.Run));
        order.Wait(_stream);
    }

    public void Dispose()
    {
        if (_asked.Count > 0)
            throw new PtxFault("a stream was disposed with work under way");
        disposed();
    }
}

/// <summary>Memory of the host; using it after it was freed is an error.</summary>
internal sealed class InterpretedHostMemory(int words) : IGpuHostMemory
{
    private float[]? _words = [.. Enumerable.Repeat(float.NaN, words)];

    public Span<float> Span => _words ?? throw new PtxFault("page-locked memory is used after it was freed");

    public void Dispose() => _words = null;
}
