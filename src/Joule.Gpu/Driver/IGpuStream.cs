namespace Joule.Gpu.Driver;

/// <summary>
/// Copies and launches that follow each other, beside those of the engine and of other streams; nothing waits for them but
/// <see cref="Wait"/>.
/// </summary>
internal interface IGpuStream : IDisposable
{
    /// <summary>Lets all that follows wait for everything that the engine was asked before.</summary>
    void Follow();

    /// <summary>Copies words to the GPU; until <see cref="Wait"/> they must stay as they are.</summary>
    void Upload(ulong to, IGpuHostMemory from, int words);

    /// <summary>Copies words back; they are there after <see cref="Wait"/>.</summary>
    void Download(ulong from, IGpuHostMemory to, int words);

    /// <summary>Waits until all is done.</summary>
    /// <exception cref="GpuException">A launch failed.</exception>
    void Wait();
}

/// <summary>Memory of the host that a GPU can read and write by itself (page-locked).</summary>
internal interface IGpuHostMemory : IDisposable
{
    /// <summary>The words.</summary>
    Span<float> Span { get; }
}
