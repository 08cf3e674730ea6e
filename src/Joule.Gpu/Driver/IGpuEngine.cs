using Joule.Gpu.Ptx;

namespace Joule.Gpu.Driver;

/// <summary>What a device needs of a GPU: memory, copies and launches, in order. The tests have one that interprets kernels.</summary>
internal interface IGpuEngine : IDisposable
{
    /// <summary>About the GPU.</summary>
    GpuInfo Info { get; }

    /// <summary>Allocates zeroed memory.</summary>
    /// <param name="words">Number of 32-bit words, at least 1.</param>
    /// <param name="purpose">What for, in errors.</param>
    /// <returns>Its address.</returns>
    /// <exception cref="GpuException">There is too little memory.</exception>
    ulong Allocate(long words, string purpose);

    /// <summary>Frees memory.</summary>
    void Free(ulong address);

    /// <summary>Copies words to the GPU.</summary>
    void Upload(ulong to, ReadOnlySpan<float> words);

    /// <summary>Copies words to the GPU from page-locked memory; until <see cref="Wait"/> they must stay as they are.</summary>
    /// <param name="to">Where to.</param>
    /// <param name="from">The memory of the host.</param>
    /// <param name="first">Its first word to copy.</param>
    /// <param name="words">Number of words, at least 1.</param>
    void UploadLater(ulong to, IGpuHostMemory from, int first, int words);

    /// <summary>Copies words back, after all launches so far, and waits for them.</summary>
    /// <exception cref="GpuException">A launch failed.</exception>
    void Download(ulong from, Span<float> words);

    /// <summary>Copies words back, after all launches so far; they are there after <see cref="Wait"/>.</summary>
    void DownloadLater(ulong from, IGpuHostMemory to, int words);

    /// <summary>Waits until everything that was asked is done.</summary>
    /// <exception cref="GpuException">A launch failed.</exception>
    void Wait();

    /// <summary>Copies words within the GPU.</summary>
    void Copy(ulong from, ulong to, long words);

    /// <summary>Zeroes words.</summary>
    void Clear(ulong address, long words);

    /// <summary>Compiles a kernel.</summary>
    /// <exception cref="GpuException">The driver refuses it.</exception>
    IGpuKernel Compile(KernelText text);

    /// <summary>Creates a stream.</summary>
    IGpuStream CreateStream();

    /// <summary>Allocates memory of the host for the copies of streams; its content is undefined.</summary>
    /// <param name="words">Number of 32-bit words, at least 1.</param>
    /// <exception cref="GpuException">There is too little memory.</exception>
    IGpuHostMemory AllocateOnHost(int words);
}

/// <summary>A kernel that can be launched.</summary>
internal interface IGpuKernel : IDisposable
{
    /// <summary>What the compiler made of it, in words.</summary>
    string Description { get; }

    /// <summary>Launches the kernel, after all launches and copies before.</summary>
    /// <param name="blocks">Number of blocks.</param>
    /// <param name="arguments">One for each parameter.</param>
    void Launch(int blocks, params ReadOnlySpan<KernelArgument> arguments);

    /// <summary>Launches the kernel on a stream.</summary>
    /// <inheritdoc cref="Launch"/>
    void LaunchOn(IGpuStream stream, int blocks, params ReadOnlySpan<KernelArgument> arguments);
}
