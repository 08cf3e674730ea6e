using System.Runtime.InteropServices;

namespace Joule.Gpu.Driver;

/// <summary>Memory of a GPU.</summary>
public sealed unsafe class GpuMemory : SafeHandle
{
    private const int Slack = 256; // a kernel may prefetch past the end, never use what it finds there

    /// <summary>Allocates memory; its content is undefined.</summary>
    /// <param name="context">The GPU, current on this thread.</param>
    /// <param name="words">Number of 32-bit words.</param>
    /// <param name="purpose">What for, in errors.</param>
    /// <exception cref="GpuException">There is too little memory; the message says how much was needed for what.</exception>
    public GpuMemory(GpuContext context, long words, string purpose) : base(0, ownsHandle: true)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentOutOfRangeException.ThrowIfNegative(words);
        Words = words;
        nuint bytes = (nuint)words * sizeof(float) + Slack;
        GpuDriver.Check(CudaLibrary.Allocate(out ulong pointer, bytes), $"the allocation of {bytes >> 20:N0} MiB for {purpose}");
        SetHandle((nint)pointer);
    }

    /// <summary>Number of 32-bit words.</summary>
    public long Words { get; }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    internal ulong Pointer => (ulong)handle;

    /// <summary>Copies numbers to the GPU.</summary>
    public void Upload<T>(ReadOnlySpan<T> values) where T : unmanaged
    {
        CheckRoom<T>(values.Length);
        fixed (T* source = values)
            GpuDriver.Check(CudaLibrary.Upload(Pointer, source, (nuint)values.Length * (nuint)sizeof(T)), "a copy to it");
    }

    /// <summary>Copies the first numbers back.</summary>
    public void Download<T>(Span<T> values) where T : unmanaged
    {
        CheckRoom<T>(values.Length);
        fixed (T* target = values)
            GpuDriver.Check(CudaLibrary.Download(target, Pointer, (nuint)values.Length * (nuint)sizeof(T)), "a copy from it");
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => CudaLibrary.Free(Pointer) == 0;

    private void CheckRoom<T>(int count) where T : unmanaged
    {
        if ((long)count * sizeof(T) > Words * sizeof(float))
            throw new ArgumentException($"{count} numbers of {sizeof(T)} bytes do not fit {Words} words of a GPU's memory.");
    }
}
