using System.Text;
using Joule.Gpu.Driver;
using Joule.Gpu.Ptx;
using Joule.Gpu.Tests.Ptx;

namespace Joule.Gpu.Tests.Devices;

/// <summary>A GPU whose kernels the interpreter runs: with two small multiprocessors, so that a few chains make several blocks.</summary>
internal sealed class InterpretedGpu : IGpuEngine
{
    private readonly PtxMemory _memory = new();

    public GpuInfo Info { get; init; } = new(0, "an interpreter", new Version(8, 0), 1 << 28)
    {
        Multiprocessors = 2,
        SharedBytesOfBlock = 160 * 1024,
        SharedBytesOfMultiprocessor = 160 * 1024,
        ThreadsOfBlock = 64,
    };

    /// <summary>Changes a kernel's text before it is run, to plant a fault.</summary>
    public Func<string, string> Change { get; init; } = text => text;

    /// <summary>Keeps compiled kernels, as a driver's engine does; null: each is compiled.</summary>
    public KernelCache? Cache { get; init; }

    /// <summary>The names of the kernels that were compiled.</summary>
    public List<string> Compiled { get; } = [];

    /// <summary>Allocations that were not freed.</summary>
    public int Open { get; private set; }

    public ulong Allocate(long words, string purpose)
    {
        Open++;
        return _memory.Allocate<float>(new float[words]).Bits;
    }

    public void Free(ulong address) => Open--;

    public void Upload(ulong to, ReadOnlySpan<float> words) => _memory.Write(to, words);

    public void Download(ulong from, Span<float> words) => _memory.Read(from, words);

    public void Copy(ulong from, ulong to, long words)
    {
        float[] copy = new float[words];
        _memory.Read<float>(from, copy);
        _memory.Write<float>(to, copy);
    }

    public void Clear(ulong address, long words) => _memory.Write<float>(address, new float[words]);

    public IGpuKernel Compile(KernelText text)
    {
        Compiled.Add(text.Name);
        return Cache is null ? Load(Change(text.Ptx)) : Cache.Load(text, code => Load(Encoding.ASCII.GetString(code)));

        Kernel Load(string ptx) => new(new PtxInterpreter(text with { Ptx = ptx }) { Global = _memory });
    }

    public void Dispose() { }

    private sealed class Kernel(PtxInterpreter interpreter) : IGpuKernel
    {
        public string Description => "interpreted";

        public void Launch(int blocks, params ReadOnlySpan<KernelArgument> arguments) => interpreter.Run(blocks, arguments);

        public void Dispose() { }
    }
}
