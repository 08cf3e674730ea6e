namespace Joule.Gpu.Driver;

/// <summary>One GPU in use, with a stream on which launches follow each other. Used by one thread at a time.</summary>
public sealed class GpuContext : IDisposable
{
    private readonly int _device;
    private readonly nint _context;
    private nint _stream;
    private bool _disposed;

    /// <summary>Opens a GPU.</summary>
    /// <param name="index">Its index, from 0.</param>
    /// <exception cref="GpuException">There is no such GPU, or it is too old; the message says why.</exception>
    public GpuContext(int index = 0)
    {
        if (GpuDriver.WhyNot is string reason)
            throw new GpuException($"No GPU can be used: {reason}.");
        IReadOnlyList<GpuInfo> all = GpuDriver.List();
        if ((uint)index >= (uint)all.Count)
            throw new GpuException($"There is no GPU {index}: this machine has {all.Count}, counted from 0.");
        Info = all[index];
        if (Info.Capability < GpuInfo.LeastCapability)
        {
            throw new GpuException($"GPU {index}, {Info.Name}, has compute capability {Info.Capability}; "
                + $"Joule's kernels need {GpuInfo.LeastCapability} or later.");
        }
        GpuDriver.Check(CudaLibrary.Device(out _device, index), $"opening GPU {index}");
        GpuDriver.Check(CudaLibrary.RetainContext(out _context, _device), $"opening GPU {index}");
        MakeCurrent();
        GpuDriver.Check(CudaLibrary.CreateStream(out _stream, 1), "the creation of a stream");
    }

    /// <summary>About the GPU.</summary>
    public GpuInfo Info { get; }

    internal nint Stream => _stream;

    internal nint Handle => _context;

    /// <summary>Makes this the GPU of the calling thread.</summary>
    public void MakeCurrent() => GpuDriver.Check(CudaLibrary.SetContext(_context), "the change to a GPU");

    /// <summary>Waits until all launches are done.</summary>
    /// <exception cref="GpuException">One of them failed.</exception>
    public void Wait() => GpuDriver.Check(CudaLibrary.Synchronize(_stream), "a launch");

    /// <summary>Closes the GPU.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _ = CudaLibrary.DestroyStream(_stream);
        _stream = 0;
        _ = CudaLibrary.ReleaseContext(_device);
    }
}
