using System.Runtime.InteropServices;

namespace Joule.Compute;

/// <summary>
/// A block of float32 in a device's memory, aligned to 64 bytes, zero at the start. Kernels may read (never write) up to
/// <see cref="Slack"/> floats past its end, so that a vector load at the last element needs no branch.
/// </summary>
public sealed unsafe class DeviceBuffer : IDisposable
{
    /// <summary>Floats past the end that a kernel may read.</summary>
    public const int Slack = 64;

    private const long LargeLength = 1 << 26;

    private float* _pointer;

    internal DeviceBuffer(long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if (length > int.MaxValue - Slack)
            throw TooLarge(length, $"at most {int.MaxValue - Slack:N0} can be held");
        Length = (int)length;
        nuint bytes = (nuint)(length + Slack) * sizeof(float);
        if (length > LargeLength && GC.GetGCMemoryInfo().TotalAvailableMemoryBytes is var available && (long)bytes > available)
            throw TooLarge(length, $"this machine has {available >> 20:N0} MiB for all of them");
        _pointer = (float*)NativeMemory.AlignedAlloc(bytes, 64);
        NativeMemory.Clear(_pointer, bytes);
        GC.AddMemoryPressure((long)bytes);
    }

    /// <summary>Frees the memory if <see cref="Dispose"/> was not called.</summary>
    ~DeviceBuffer() => Free();

    /// <summary>Number of floats.</summary>
    public int Length { get; }

    /// <summary>The floats, as the host sees them.</summary>
    /// <exception cref="ObjectDisposedException">The buffer was disposed.</exception>
    public Span<float> Span
    {
        get
        {
            ObjectDisposedException.ThrowIf(_pointer == null, this);
            return new Span<float>(_pointer, Length);
        }
    }

    internal float* Pointer => _pointer;

    /// <summary>The whole buffer as <paramref name="count"/> rows.</summary>
    public Rows AsRows(int count, int width) => new(this, 0, count, width);

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private static InvalidInputException TooLarge(long length, string limit) =>
        new($"{length:N0} numbers in one piece, {length >> 18:N0} MiB, are too many: {limit}. Make the batch, the buffer of chains, the images or the layers smaller.");

    private void Free()
    {
        if (_pointer == null)
            return;
        NativeMemory.AlignedFree(_pointer);
        GC.RemoveMemoryPressure(((long)Length + Slack) * sizeof(float));
        _pointer = null;
    }
}
