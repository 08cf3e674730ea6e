using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Joule.Compute;

/// <summary>
/// A view of <see cref="Count"/> contiguous rows of <see cref="Width"/> floats in a buffer: the form of states, energies and activations.
/// </summary>
public readonly struct Rows
{
    /// <summary>Creates a view.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The rows do not lie in the buffer.</exception>
    public Rows(DeviceBuffer buffer, int offset, int count, int width)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        if (offset < 0 || count < 0 || width < 0 || offset + (long)count * width > buffer.Length)
        {
            throw new ArgumentOutOfRangeException(
                nameof(offset), $"{count} rows of {width} floats from {offset} do not lie in a buffer of {buffer.Length}.");
        }
        Buffer = buffer;
        Offset = offset;
        Count = count;
        Width = width;
    }

    /// <summary>The memory.</summary>
    public DeviceBuffer Buffer { get; }

    /// <summary>First float of the first row.</summary>
    public int Offset { get; }

    /// <summary>Number of rows.</summary>
    public int Count { get; }

    /// <summary>Floats in a row.</summary>
    public int Width { get; }

    /// <summary>Floats in all rows.</summary>
    public int Length => Count * Width;

    /// <summary>The floats in host memory: within a program's body, or if the host sees the device's memory.</summary>
    /// <exception cref="InvalidOperationException">The host cannot see the memory: download the numbers first.</exception>
    public Span<float> Span
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Buffer.Span.Slice(Offset, Length);
    }

    /// <summary>The words as float64 numbers, two words each.</summary>
    /// <inheritdoc cref="Span"/>
    public Span<double> Doubles => MemoryMarshal.Cast<float, double>(Span);

    /// <summary>The words as 32-bit integers.</summary>
    /// <inheritdoc cref="Span"/>
    public Span<int> Integers => MemoryMarshal.Cast<float, int>(Span);

    internal unsafe float* Pointer => Buffer.Pointer + Offset;

    /// <summary>Rows [start, start + count).</summary>
    public Rows Slice(int start, int count)
    {
        if ((uint)start > (uint)Count || (uint)count > (uint)(Count - start))
            throw new ArgumentOutOfRangeException(nameof(start), $"Rows {start} to {start + count} do not lie in {Count}.");
        return new Rows(Buffer, Offset + start * Width, count, Width);
    }

    /// <summary>The floats of one row.</summary>
    public Span<float> this[int row]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Buffer.Span.Slice(Offset + row * Width, Width);
    }

    /// <summary>The same memory as rows of another width.</summary>
    public Rows Reshape(int count, int width) =>
        (long)count * width == Length
            ? new Rows(Buffer, Offset, count, width)
            : throw new ArgumentException($"{Count}×{Width} floats cannot be seen as {count}×{width}.");
}
