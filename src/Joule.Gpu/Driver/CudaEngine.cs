using Joule.Gpu.Ptx;

namespace Joule.Gpu.Driver;

/// <summary>A GPU by its driver. Copies and launches follow each other on one stream; any thread may call, one at a time.</summary>
/// <param name="context">The GPU; the engine disposes it.</param>
/// <param name="cache">Its compiled kernels.</param>
internal sealed unsafe class CudaEngine(GpuContext context, KernelCache cache) : IGpuEngine
{
    private const int Slack = 256; // a kernel may read past the end, never use what it finds there

    /// <inheritdoc/>
    public GpuInfo Info => context.Info;

    /// <inheritdoc/>
    public ulong Allocate(long words, string purpose)
    {
        context.MakeCurrent();
        nuint bytes = (nuint)words * sizeof(float) + Slack;
        GpuDriver.Check(CudaLibrary.Allocate(out ulong address, bytes), $"the allocation of {bytes / 1048576.0:N1} MiB for {purpose}");
        Clear(address, words);
        return address;
    }

    /// <inheritdoc/>
    public void Free(ulong address)
    {
        context.MakeCurrent();
        GpuDriver.Check(CudaLibrary.Free(address), "the release of memory");
    }

    /// <inheritdoc/>
    public void Upload(ulong to, ReadOnlySpan<float> words)
    {
        context.MakeCurrent();
        fixed (float* source = words)
            UploadLater(to, source, words.Length);
        context.Wait();
    }

    /// <inheritdoc/>
    public void UploadLater(ulong to, IGpuHostMemory from, int first, int words)
    {
        context.MakeCurrent();
        UploadLater(to, (float*)CudaHostMemory.PointerOf(from, first + words) + first, words);
    }

    /// <inheritdoc/>
    public void Download(ulong from, Span<float> words)
    {
        context.MakeCurrent();
        fixed (float* target = words)
            GpuDriver.Check(CudaLibrary.DownloadLater(target, from, (nuint)words.Length * sizeof(float), context.Stream), "a copy from it");
        context.Wait();
    }

    /// <inheritdoc/>
    public void DownloadLater(ulong from, IGpuHostMemory to, int words)
    {
        context.MakeCurrent();
        GpuDriver.Check(
            CudaLibrary.DownloadLater(CudaHostMemory.PointerOf(to, words), from, (nuint)words * sizeof(float), context.Stream),
            "a copy from it");
    }

    /// <inheritdoc/>
    public void Wait()
    {
        context.MakeCurrent();
        context.Wait();
    }

    /// <inheritdoc/>
    public void Copy(ulong from, ulong to, long words)
    {
        context.MakeCurrent();
        GpuDriver.Check(CudaLibrary.CopyLater(to, from, (nuint)words * sizeof(float), context.Stream), "a copy within it");
    }

    /// <inheritdoc/>
    public void Clear(ulong address, long words)
    {
        context.MakeCurrent();
        GpuDriver.Check(CudaLibrary.FillLater(address, 0, (nuint)words, context.Stream), "the clearing of memory");
    }

    /// <inheritdoc/>
    public IGpuKernel Compile(KernelText text)
    {
        context.MakeCurrent();
        return new CudaKernel(context, cache.Load(text, code => new GpuKernel(context, text, code)));
    }

    /// <inheritdoc/>
    public IGpuStream CreateStream() => new CudaStream(context);

    /// <inheritdoc/>
    public IGpuHostMemory AllocateOnHost(int words) => new CudaHostMemory(context, words);

    /// <inheritdoc/>
    public void Dispose() => context.Dispose();

    private void UploadLater(ulong to, float* from, int words) =>
        GpuDriver.Check(CudaLibrary.UploadLater(to, from, (nuint)words * sizeof(float), context.Stream), "a copy to it");
}
