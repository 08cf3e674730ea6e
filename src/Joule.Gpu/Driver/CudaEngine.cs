using Joule.Gpu.Ptx;

namespace Joule.Gpu.Driver;

/// <summary>A GPU by its driver. Copies and launches follow each other on one stream; any thread may call, one at a time.</summary>
/// <param name="context">The GPU; the engine disposes it.</param>
/// <param name="cache">Its compiled kernels.</param>
internal sealed unsafe class CudaEngine(GpuContext context, KernelCache cache) : IGpuEngine
{
    private const int Slack = 256; // a kernel may read past the end, never use what it finds there
    private const int StagedWords = 1 << 20, MostStaged = StagedWords / 4;

    // Small copies go by page-locked memory and are not waited for, so that an update of a training does not wait at each of them.
    private CudaHostMemory? _staging;
    private int _staged;

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
        if (words.Length > MostStaged)
        {
            fixed (float* source = words)
                UploadLater(to, source, words.Length);
            context.Wait();
            return;
        }
        _staging ??= new CudaHostMemory(context, StagedWords);
        if (_staged + words.Length > StagedWords)
        {
            context.Wait(); // the copies before have been made
            _staged = 0;
        }
        words.CopyTo(_staging.Span[_staged..]);
        UploadLater(to, (float*)CudaHostMemory.PointerOf(_staging, StagedWords) + _staged, words.Length);
        _staged += words.Length;
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
        _staged = 0; // the copies before have been made
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
        return new Kernel(context, cache.Load(text, code => new GpuKernel(context, text, code)));
    }

    /// <inheritdoc/>
    public IGpuStream CreateStream() => new CudaStream(context);

    /// <inheritdoc/>
    public IGpuHostMemory AllocateOnHost(int words) => new CudaHostMemory(context, words);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_staging is not null)
        {
            context.MakeCurrent();
            _ = CudaLibrary.Synchronize(context.Stream);
            _staging.Dispose();
        }
        context.Dispose();
    }

    private void UploadLater(ulong to, float* from, int words) =>
        GpuDriver.Check(CudaLibrary.UploadLater(to, from, (nuint)words * sizeof(float), context.Stream), "a copy to it");

    private sealed class Kernel(GpuContext context, GpuKernel kernel) : IGpuKernel
    {
        public string Description => $"{kernel.RegistersOfThread} registers, {kernel.LocalBytesOfThread} bytes local";

        public void Launch(int blocks, params ReadOnlySpan<KernelArgument> arguments)
        {
            context.MakeCurrent();
            kernel.Launch(blocks, arguments);
        }

        public void LaunchOn(IGpuStream stream, int blocks, params ReadOnlySpan<KernelArgument> arguments)
        {
            context.MakeCurrent();
            kernel.LaunchOn(((CudaStream)stream).Handle, blocks, arguments);
        }

        public void Dispose() => kernel.Dispose();
    }
}
