using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Joule.Data;

/// <summary>NumPy's NPY format. Read: uint8, float32 and float64 (rounded to float32), little-endian, C or Fortran order. Written: float32
/// and uint8, version 1.0.</summary>
public static class NpyFile
{
    private const int Block = 1 << 13; // values

    private delegate void BlockReader(ReadOnlySpan<byte> block, int first);

    /// <summary>Reads an array into C order.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidInputException">There is no such file, it is no whole NPY file, or its type is another one.</exception>
    public static NpyArray Read(string path) => InputFile.Read(path, stream => Read(stream, path));

    /// <summary>Reads an array from a stream that can seek and ends where the file ends.</summary>
    /// <param name="stream">The content.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="InvalidInputException">It is no whole NPY file, or its type is another one.</exception>
    public static NpyArray Read(Stream stream, string name)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (!stream.CanSeek) throw new InvalidInputException($"{name}: an NPY file must be a regular file, not a pipe. Save it to disk first.");
        return ReadSized(stream, name);
    }

    /// <summary>Reads an array from a stream that tells its length and its position, whether it can seek or not.</summary>
    internal static NpyArray ReadSized(Stream stream, string name)
    {
        var header = NpyHeader.Read(stream, name);
        var size = header.Descr switch
        {
            "|u1" or "<u1" or "u1" => 1,
            "<f4" => 4,
            "<f8" => 8,
            _ => throw UnknownType(header.Descr, name),
        };
        var start = stream.Position;
        var has = stream.Length - start;
        var claimed = header.Count > ulong.MaxValue ? UInt128.MaxValue : header.Count * (uint)size;
        if (claimed != (UInt128)has)
        {
            var what = $"the header claims shape {NpyArray.Describe(header.Shape)} of type {header.Descr}, that is {claimed} bytes, but {has} follow. ";
            throw InvalidInputException.At(name, start, what + (claimed > (UInt128)has ? "The file is cut short: write it again." : "The file is damaged: write it again."));
        }
        if (header.Count > (UInt128)Array.MaxLength)
            throw InvalidInputException.At(name, start, $"{header.Count} values are too many to hold; at most {Array.MaxLength} can be read. Split the array.");
        var count = (int)header.Count;
        var order = header.FortranOrder ? new FortranOrder(header.Shape) : null;
        if (size == 1)
        {
            var bytes = new byte[count];
            if (order is null) stream.ReadExactly(bytes);
            else InBlocks(stream, 1, count, (block, _) => order.Place(block, bytes));
            return new NpyArray(header.Shape, bytes) { FileOffset = start };
        }
        var floats = new float[count];
        if (size == 4 && order is null)
        {
            FloatBytes.Read(stream, floats);
            return new NpyArray(header.Shape, floats) { FileOffset = start };
        }
        var values = new float[Block];
        InBlocks(stream, size, count, (block, first) =>
        {
            var some = values.AsSpan(0, block.Length / size);
            if (size == 4) ToFloats(block, some);
            else Round(block, some, name, start + (8L * first));
            if (order is null) some.CopyTo(floats.AsSpan(first));
            else order.Place(some, floats);
        });
        return new NpyArray(header.Shape, floats) { FileOffset = start };
    }

    /// <summary>Writes a float32 array in C order, at once.</summary>
    /// <param name="path">The file to create or replace.</param>
    /// <param name="shape">The length of each dimension.</param>
    /// <param name="values">As many values as the shape holds.</param>
    /// <exception cref="InvalidInputException">The shape holds another number of values, or the file cannot be written.</exception>
    public static void Write(string path, IReadOnlyList<int> shape, ReadOnlySpan<float> values)
    {
        var header = HeaderFor("<f4", shape, values.Length);
        AtomicFile.Write(path, new Content<float>(header, values), static (stream, content) =>
        {
            stream.Write(content.Header);
            FloatBytes.Write(stream, content.Values);
        });
    }

    /// <summary>Writes a uint8 array in C order, at once.</summary>
    /// <param name="path">The file to create or replace.</param>
    /// <param name="shape">The length of each dimension.</param>
    /// <param name="values">As many values as the shape holds.</param>
    /// <exception cref="InvalidInputException">The shape holds another number of values, or the file cannot be written.</exception>
    public static void Write(string path, IReadOnlyList<int> shape, ReadOnlySpan<byte> values)
    {
        var header = HeaderFor("|u1", shape, values.Length);
        AtomicFile.Write(path, new Content<byte>(header, values), static (stream, content) =>
        {
            stream.Write(content.Header);
            stream.Write(content.Values);
        });
    }

    private static byte[] HeaderFor(string descr, IReadOnlyList<int> shape, int values)
    {
        ArgumentNullException.ThrowIfNull(shape);
        var header = new NpyHeader(descr, false, [.. shape]);
        if (header.Count != (UInt128)values)
            throw new InvalidInputException($"The shape {NpyArray.Describe(shape)} does not hold the {values} values given.");
        return header.ToBytes();
    }

    /// <summary>Hands the values to a reader, some at a time, each time with the number of the first.</summary>
    private static void InBlocks(Stream stream, int size, int count, BlockReader read)
    {
        var block = new byte[Math.Min(count, Block) * size];
        for (var first = 0; first < count; first += Block)
        {
            var some = block.AsSpan(0, Math.Min(count - first, Block) * size);
            stream.ReadExactly(some);
            read(some, first);
        }
    }

    private static void ToFloats(ReadOnlySpan<byte> block, Span<float> values)
    {
        for (var i = 0; i < values.Length; i++) values[i] = BinaryPrimitives.ReadSingleLittleEndian(block[(i * 4)..]);
    }

    private static void Round(ReadOnlySpan<byte> block, Span<float> values, string name, long offset)
    {
        for (var i = 0; i < values.Length; i++)
        {
            var value = BinaryPrimitives.ReadDoubleLittleEndian(block[(i * 8)..]);
            values[i] = (float)value;
            if (float.IsInfinity(values[i]) && double.IsFinite(value))
                throw InvalidInputException.At(name, offset + (8 * i), $"the value {value} is too large for float32. Scale the array first.");
        }
    }

    private static InvalidInputException UnknownType(string descr, string name)
    {
        var kind = descr.Length > 1 && descr[0] == '>' ? "is big-endian"
            : descr.Contains('O', StringComparison.Ordinal) ? "holds Python objects"
            : "is not read";
        return InvalidInputException.At(
            name, 10, $"the array's type '{MessageText.Of(descr)}' {kind}; uint8 ('|u1'), float32 ('<f4') and float64 ('<f8') are. Convert it: numpy.save(path, array.astype('float32')).");
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly ref struct Content<T>(byte[] header, ReadOnlySpan<T> values)
    {
        public byte[] Header { get; } = header;

        public ReadOnlySpan<T> Values { get; } = values;
    }
}
