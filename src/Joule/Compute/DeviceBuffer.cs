using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Joule.Compute;

/// <summary>
/// A block of 32-bit words in device memory, initially zero; most hold float32. Memory of a processor is aligned to 64 bytes, and kernels
/// may read (never write) up to <see cref="Slack"/> floats past its end, so that a vector load at the last element needs no branch.
/// </summary>
public unsafe class DeviceBuffer : IDisposable
{
    /// <summary>Floats past the end that a kernel may read.</summary>
    public const int Slack = 64;

    private const long LargeLength = 1 << 26;

    private readonly bool _isHidden;
    private float* _pointer;

    /// <summary>Describes device memory that the host does not see. The derived class allocates and frees it.</summary>
    /// <param name="length">Number of words.</param>
    /// <param name="device">The device that owns it.</param>
    /// <exception cref="InvalidInputException">The length is too large.</exception>
    protected DeviceBuffer(long length, Device device)
    {
        Device = device;
        Length = Checked(length);
        _isHidden = true;
    }

    /// <summary>Allocates host memory.</summary>
    /// <param name="length">Number of words.</param>
    /// <param name="device">The device that owns it; null for the host.</param>
    /// <param name="isHidden">Whether only programs may see it, as if it were on another device.</param>
    internal DeviceBuffer(long length, Device? device = null, bool isHidden = false)
    {
        Device = device;
        Length = Checked(length);
        _isHidden = isHidden;
        nuint bytes = (nuint)(length + Slack) * sizeof(float);
        if (length > LargeLength && GC.GetGCMemoryInfo().TotalAvailableMemoryBytes is var available && (long)bytes > available)
            throw TooLarge(length, $"this machine has {available >> 20:N0} MiB for all of them");
        _pointer = (float*)NativeMemory.AlignedAlloc(bytes, 64);
        NativeMemory.Clear(_pointer, bytes);
        GC.AddMemoryPressure((long)bytes);
    }

    /// <summary>Frees the memory if <see cref="Dispose()"/> was not called.</summary>
    ~DeviceBuffer() => Dispose(false);

    /// <summary>The device that owns it; null for the host.</summary>
    public Device? Device { get; }

    /// <summary>Number of words.</summary>
    public int Length { get; }

    /// <summary>Allocates host memory, for numbers to or from a device.</summary>
    /// <param name="length">Number of words.</param>
    /// <exception cref="InvalidInputException">The host does not have enough memory.</exception>
    public static DeviceBuffer OnHost(long length) => new(length, null, isHidden: false);

    /// <summary>The floats in host memory. The body of a program on a processor sees all memory.</summary>
    /// <exception cref="ObjectDisposedException">The buffer was disposed.</exception>
    /// <exception cref="InvalidOperationException">The host cannot see the memory: download the numbers first.</exception>
    public Span<float> Span
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            if (_isHidden || _pointer == null)
                Check();
            return new Span<float>(_pointer, Length);
        }
    }

    /// <summary>The floats, without a check; for copies between host and device.</summary>
    internal Span<float> Unguarded => new(_pointer, Length);

    internal float* Pointer
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            if (_isHidden)
                Check();
            return _pointer;
        }
    }

    /// <summary>The whole buffer as <paramref name="count"/> rows.</summary>
    public Rows AsRows(int count, int width) => new(this, 0, count, width);

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the memory.</summary>
    /// <param name="disposing">False if called by the finaliser.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (_pointer == null)
            return;
        NativeMemory.AlignedFree(_pointer);
        GC.RemoveMemoryPressure(((long)Length + Slack) * sizeof(float));
        _pointer = null;
    }

    private static int Checked(long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        return length <= int.MaxValue - Slack
            ? (int)length
            : throw TooLarge(length, $"at most {int.MaxValue - Slack:N0} can be held");
    }

    private static InvalidInputException TooLarge(long length, string limit) =>
        new($"{length:N0} numbers in one piece, {length >> 18:N0} MiB, are too many: {limit}. "
            + "Make the batch, the buffer of chains, the images or the layers smaller.");

    // Separate, so that access to the numbers stays short.
    private void Check()
    {
        if (_isHidden && (_pointer == null || !WorkerPool.IsInsideBlock))
        {
            throw new InvalidOperationException(
                "The host cannot see this memory: it belongs to a device. Download the numbers, or read them in a program.");
        }
        ObjectDisposedException.ThrowIf(_pointer == null, this);
    }
}
