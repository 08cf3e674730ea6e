using Joule.Gpu.Driver;
using Joule.Gpu.Ptx;

namespace Joule.Gpu.Devices;

/// <summary>A GPU that is not there: it has no memory and runs nothing, and notes which kernels it was to run.</summary>
/// <param name="info">The GPU.</param>
internal sealed class PlanningEngine(GpuInfo info) : IGpuEngine
{
    private const ulong Alignment = 256;

    private readonly List<(KernelText Text, int Blocks)> _launches = [];
    private ulong _next = Alignment;

    /// <inheritdoc/>
    public GpuInfo Info => info;

    /// <summary>The launches since the last <see cref="Begin"/>.</summary>
    public IReadOnlyList<(KernelText Text, int Blocks)> Launches => _launches;

    /// <summary>Forgets all launches.</summary>
    public void Begin() => _launches.Clear();

    /// <inheritdoc/>
    public ulong Allocate(long words, string purpose)
    {
        ulong address = _next;
        _next += ((ulong)words * sizeof(float) / Alignment + 1) * Alignment;
        return address;
    }

    /// <inheritdoc/>
    public void Free(ulong address) { }

    /// <inheritdoc/>
    public void Upload(ulong to, ReadOnlySpan<float> words) { }

    /// <inheritdoc/>
    public void UploadLater(ulong to, IGpuHostMemory from, int first, int words) { }

    /// <summary>Gives words of ones, which are NaN, and the step of a chain that did not diverge.</summary>
    public void Download(ulong from, Span<float> words) => words.Fill(BitConverter.UInt32BitsToSingle(uint.MaxValue));

    /// <summary>As <see cref="Download"/>.</summary>
    public void DownloadLater(ulong from, IGpuHostMemory to, int words) => Download(from, to.Span[..words]);

    /// <inheritdoc/>
    public void Wait() { }

    /// <inheritdoc/>
    public void Copy(ulong from, ulong to, long words) { }

    /// <inheritdoc/>
    public void Clear(ulong address, long words) { }

    /// <inheritdoc/>
    public IGpuKernel Compile(KernelText text) => new Kernel(this, text);

    /// <inheritdoc/>
    public IGpuStream CreateStream() => throw new InvalidOperationException("A GPU that is not there has no streams.");

    /// <inheritdoc/>
    public IGpuHostMemory AllocateOnHost(int words) => new HostMemory(words);

    /// <inheritdoc/>
    public void Dispose() { }

    private sealed class HostMemory(int words) : IGpuHostMemory
    {
        private readonly float[] _words = new float[words];

        public Span<float> Span => _words;

        public void Dispose() { }
    }

    private sealed class Kernel(PlanningEngine engine, KernelText text) : IGpuKernel
    {
        public string Description => "planned";

        public void Launch(int blocks, params ReadOnlySpan<KernelArgument> arguments) => engine._launches.Add((text, blocks));

        public void LaunchOn(IGpuStream stream, int blocks, params ReadOnlySpan<KernelArgument> arguments) => Launch(blocks, arguments);

        public void Dispose() { }
    }
}
