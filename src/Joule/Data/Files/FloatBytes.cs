using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Joule.Data;

/// <summary>Copies float32 between memory and little-endian streams.</summary>
internal static class FloatBytes
{
    private const int Block = 1 << 20; // values at a time: a span of bytes cannot cover the largest arrays at once

    /// <summary>Fills the span from a stream of little-endian float32.</summary>
    /// <exception cref="EndOfStreamException">The stream ends early.</exception>
    public static void Read(Stream stream, Span<float> values)
    {
        while (values.Length > 0)
        {
            Span<float> block = values[..Math.Min(Block, values.Length)];
            stream.ReadExactly(MemoryMarshal.AsBytes(block));
            if (!BitConverter.IsLittleEndian)
            {
                Span<int> words = MemoryMarshal.Cast<float, int>(block);
                BinaryPrimitives.ReverseEndianness(words, words);
            }
            values = values[block.Length..];
        }
    }

    /// <summary>Writes the values as little-endian float32.</summary>
    public static void Write(Stream stream, ReadOnlySpan<float> values)
    {
        int[] swapped = BitConverter.IsLittleEndian ? [] : new int[Math.Min(Block, values.Length)];
        while (values.Length > 0)
        {
            ReadOnlySpan<float> block = values[..Math.Min(Block, values.Length)];
            if (BitConverter.IsLittleEndian)
            {
                stream.Write(MemoryMarshal.AsBytes(block));
            }
            else
            {
                Span<int> words = swapped.AsSpan(0, block.Length);
                BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<float, int>(block), words);
                stream.Write(MemoryMarshal.AsBytes(words));
            }
            values = values[block.Length..];
        }
    }
}
