namespace Joule.Gpu.Driver;

/// <summary>A stream of the driver.</summary>
internal sealed unsafe class CudaStream : IGpuStream
{
    private const uint BesideOthers = 1, WithoutTime = 2; // flags of a stream and of an event

    private readonly GpuContext _context;
    private readonly nint _event;
    private nint _stream;

    /// <summary>Creates a stream.</summary>
    /// <param name="context">The GPU, which outlives the stream.</param>
    public CudaStream(GpuContext context)
    {
        _context = context;
        context.MakeCurrent();
        GpuDriver.Check(CudaLibrary.CreateStream(out _stream, BesideOthers), "the creation of a stream");
        GpuDriver.Check(CudaLibrary.CreateEvent(out _event, WithoutTime), "the creation of an event");
    }

    /// <summary>The driver's handle.</summary>
    public nint Handle => _stream;

    /// <inheritdoc/>
    public void Follow()
    {
        _context.MakeCurrent();
        GpuDriver.Check(CudaLibrary.RecordEvent(_event, _context.Stream), "an event");
        GpuDriver.Check(CudaLibrary.WaitForEvent(_stream, _event, 0), "waiting for an event");
    }

    /// <inheritdoc/>
    public void Upload(ulong to, IGpuHostMemory from, int words)
    {
        _context.MakeCurrent();
        GpuDriver.Check(CudaLibrary.UploadLater(to, CudaHostMemory.PointerOf(from, words), (nuint)words * sizeof(float), _stream),
            "a copy to it");
    }

    /// <inheritdoc/>
    public void Download(ulong from, IGpuHostMemory to, int words)
    {
        _context.MakeCurrent();
        GpuDriver.Check(CudaLibrary.DownloadLater(CudaHostMemory.PointerOf(to, words), from, (nuint)words * sizeof(float), _stream),
            "a copy from it");
    }

    /// <inheritdoc/>
    public void Wait()
    {
        _context.MakeCurrent();
        GpuDriver.Check(CudaLibrary.Synchronize(_stream), "a launch");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_stream == 0)
            return;
        _ = CudaLibrary.DestroyStream(_stream);
        _ = CudaLibrary.DestroyEvent(_event);
        _stream = 0;
    }
}

/// <summary>Page-locked memory of the driver.</summary>
internal sealed unsafe class CudaHostMemory : IGpuHostMemory
{
    private readonly int _words;
    private float* _pointer;

    /// <summary>Allocates memory; its content is undefined.</summary>
    /// <param name="context">The GPU.</param>
    /// <param name="words">Number of 32-bit words, at least 1.</param>
    public CudaHostMemory(GpuContext context, int words)
    {
        context.MakeCurrent();
        nuint bytes = (nuint)words * sizeof(float);
        GpuDriver.Check(CudaLibrary.AllocateOnHost(out void* pointer, bytes, 0),
            $"the allocation of {bytes / 1048576.0:N1} MiB of page-locked memory of this machine");
        _words = words;
        _pointer = (float*)pointer;
    }

    /// <inheritdoc/>
    public Span<float> Span
    {
        get
        {
            ObjectDisposedException.ThrowIf(_pointer is null, this);
            return new Span<float>(_pointer, _words);
        }
    }

    /// <summary>The address of the first words.</summary>
    public static void* PointerOf(IGpuHostMemory memory, int words)
    {
        CudaHostMemory own = (CudaHostMemory)memory;
        _ = own.Span[..words];
        return own._pointer;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_pointer != null)
            _ = CudaLibrary.FreeOnHost(_pointer);
        _pointer = null;
    }
}
