using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Joule.Data;

/// <summary>Moves float32 between memory and little-endian streams.</summary>
internal static class FloatBytes
{
    /// <summary>Fills the span from a stream of little-endian float32.</summary>
    /// <exception cref="EndOfStreamException">The stream ends early.</exception>
    public static void Read(Stream stream, Span<float> values)
    {
        stream.ReadExactly(MemoryMarshal.AsBytes(values));
        if (BitConverter.IsLittleEndian) return;
        var words = MemoryMarshal.Cast<float, int>(values);
        BinaryPrimitives.ReverseEndianness(words, words);
    }

    /// <summary>Writes the values as little-endian float32.</summary>
    public static void Write(Stream stream, ReadOnlySpan<float> values)
    {
        if (BitConverter.IsLittleEndian)
        {
            stream.Write(MemoryMarshal.AsBytes(values));
            return;
        }
        var words = new int[values.Length];
        BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<float, int>(values), words);
        stream.Write(MemoryMarshal.AsBytes(words.AsSpan()));
    }
}
