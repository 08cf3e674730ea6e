using System.Text;
using Joule.Gpu.Driver;
using Joule.Gpu.Ptx;
using Joule.Gpu.Tests.Ptx;

namespace Joule.Gpu.Tests.Devices;

/// <summary>
/// A GPU whose kernels the interpreter runs: with two small multiprocessors, so that a few chains make several blocks. What is asked of the
/// engine itself is done at once; what is asked of a stream, as late as its <see cref="IGpuStream.Wait"/> allows. Work whose order nothing
/// ensures is a fault.
/// </summary>
internal sealed class InterpretedGpu : IGpuEngine
{
    private readonly PtxMemory _memory = new();
    private readonly StreamOrder _order = new();
    private readonly Queue<Action> _underWay = new();

    public GpuInfo Info { get; init; } = new(0, "an interpreter", new Version(8, 0), 1 << 28)
    {
        Multiprocessors = 2,
        SharedBytesOfBlock = 160 * 1024,
        SharedBytesOfMultiprocessor = 160 * 1024,
        ThreadsOfBlock = 64,
    };

    /// <summary>Changes a kernel's text before it is run, to plant a fault.</summary>
    public Func<string, string> Change { get; init; } = text => text;

    /// <summary>Called at every launch with the kernel's name, and says whether it is to run; null: all run.</summary>
    public Func<string, bool>? Launched { get; init; }

    /// <summary>Keeps compiled kernels, as a driver's engine does; null: each is compiled.</summary>
    public KernelCache? Cache { get; init; }

    /// <summary>The names of the kernels that were compiled.</summary>
    public List<string> Compiled { get; } = [];

    /// <summary>Allocations that were not freed.</summary>
    public int Open { get; private set; }

    /// <summary>What was asked of the engine itself.</summary>
    public EngineCounts Counts { get; } = new();

    /// <summary>Streams that were not disposed.</summary>
    public int Streams { get; private set; }

    public ulong Allocate(long words, string purpose)
    {
        Open++;
        ulong address = _memory.Allocate<float>(new float[words]).Bits;
        Clear(address, words);
        return address;
    }

    public void Free(ulong address) => Open--;

    public void Upload(ulong to, ReadOnlySpan<float> words)
    {
        Counts.Uploads++;
        float[] copy = words.ToArray();
        Do(() => _memory.Write<float>(to, copy), isWaitedFor: true);
    }

    public void UploadLater(ulong to, IGpuHostMemory from, int first, int words)
    {
        Counts.Uploads++;
        Do(() => _memory.Write<float>(to, from.Span.Slice(first, words)));
    }

    public void Download(ulong from, Span<float> words)
    {
        Counts.Waits++;
        float[] copy = new float[words.Length];
        Do(() => _memory.Read<float>(from, copy));
        copy.CopyTo(words);
        Deliver();
    }

    public void DownloadLater(ulong from, IGpuHostMemory to, int words)
    {
        Counts.Reads++;
        to.Span[..words].Fill(float.NaN);
        float[] copy = new float[words];
        Do(() => _memory.Read<float>(from, copy));
        _underWay.Enqueue(() => copy.CopyTo(to.Span));
    }

    public void Wait()
    {
        Counts.Waits++;
        Deliver();
    }

    public void Copy(ulong from, ulong to, long words)
    {
        Counts.Copies++;
        Do(() =>
        {
            float[] copy = new float[words];
            _memory.Read<float>(from, copy);
            _memory.Write<float>(to, copy);
        });
    }

    public void Clear(ulong address, long words)
    {
        Counts.Clears++;
        Do(() => _memory.Write<float>(address, new float[words]));
    }

    public IGpuKernel Compile(KernelText text)
    {
        Compiled.Add(text.Name);
        return Cache is null ? Load(Change(text.Ptx)) : Cache.Load(text, code => Load(Encoding.ASCII.GetString(code)));

        Kernel Load(string ptx) => new(this, text.Name, new PtxInterpreter(text with { Ptx = ptx }) { Global = _memory });
    }

    public IGpuStream CreateStream()
    {
        Streams++;
        return new InterpretedStream(_memory, _order, () => Streams--);
    }

    public IGpuHostMemory AllocateOnHost(int words) => new InterpretedHostMemory(words);

    public void Dispose() { }

    // Numbers for the host are there when it has waited for them.
    private void Deliver()
    {
        _order.Wait(StreamOrder.Engine);
        while (_underWay.TryDequeue(out Action? deliver))
            deliver();
    }

    private void Do(Action run, bool isWaitedFor = false)
    {
        Dictionary<int, long> clock = _order.Ask(StreamOrder.Engine);
        _order.Check(StreamOrder.Engine, clock, _memory.Watch(run));
        if (isWaitedFor)
            _order.Wait(StreamOrder.Engine);
    }

    private sealed class Kernel(InterpretedGpu gpu, string name, PtxInterpreter interpreter) : IGpuKernel
    {
        public string Description => "interpreted";

        public void Launch(int blocks, params ReadOnlySpan<KernelArgument> arguments)
        {
            gpu.Counts.Kernels++;
            KernelArgument[] copy = arguments.ToArray();
            if (gpu.Launched?.Invoke(name) == false)
                return;
            gpu.Do(() => interpreter.Run(blocks, copy));
        }

        public void LaunchOn(IGpuStream stream, int blocks, params ReadOnlySpan<KernelArgument> arguments)
        {
            KernelArgument[] copy = arguments.ToArray();
            ((InterpretedStream)stream).Ask(() => interpreter.Run(blocks, copy));
        }

        public void Dispose() { }
    }
}
