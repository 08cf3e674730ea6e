using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Joule.Data;

/// <summary>NumPy's NPY format. Read: uint8, float32 and float64 (rounded to float32), little-endian, C or Fortran order. Written: float32
/// and uint8, version 1.0.</summary>
public static class NpyFile
{
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
        var header = NpyHeader.Read(stream, name);
        var size = header.Descr switch
        {
            "|u1" or "<u1" or "u1" => 1,
            "<f4" => 4,
            "<f8" => 8,
            _ => throw UnknownType(header.Descr, name),
        };
        var has = stream.Length - stream.Position;
        var claimed = header.Count > ulong.MaxValue ? UInt128.MaxValue : header.Count * (uint)size;
        if (claimed != (UInt128)has)
        {
            var what = $"{name}: the header claims shape {NpyArray.Describe(header.Shape)} of type {header.Descr}, that is {claimed} bytes, but {has} follow. ";
            throw new InvalidInputException(what + (claimed > (UInt128)has ? "The file is cut short: write it again." : "The file is damaged: write it again."));
        }
        if (header.Count > (UInt128)Array.MaxLength)
            throw new InvalidInputException($"{name}: {header.Count} values are too many to hold; at most {Array.MaxLength} can be read. Split the array.");
        var count = (int)header.Count;
        if (size == 1)
        {
            var bytes = new byte[count];
            stream.ReadExactly(bytes);
            return new NpyArray(header.Shape, header.FortranOrder ? FromFortran(bytes, header.Shape) : bytes);
        }
        var floats = new float[count];
        if (size == 4) FloatBytes.Read(stream, floats);
        else ReadDoubles(stream, floats);
        return new NpyArray(header.Shape, header.FortranOrder ? FromFortran(floats, header.Shape) : floats);
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

    private static void ReadDoubles(Stream stream, Span<float> values)
    {
        var block = new byte[Math.Min(values.Length, 1 << 13) * 8];
        while (values.Length > 0)
        {
            var count = Math.Min(values.Length, block.Length / 8);
            stream.ReadExactly(block.AsSpan(0, count * 8));
            for (var i = 0; i < count; i++)
                values[i] = (float)BinaryPrimitives.ReadDoubleLittleEndian(block.AsSpan(i * 8));
            values = values[count..];
        }
    }

    private static T[] FromFortran<T>(T[] values, int[] shape)
    {
        if (shape.Length < 2 || values.Length == 0) return values;
        var ordered = new T[values.Length];
        var index = new int[shape.Length];
        var strides = new int[shape.Length];
        strides[0] = 1;
        for (var d = 1; d < shape.Length; d++) strides[d] = strides[d - 1] * shape[d - 1];
        var from = 0;
        for (var to = 0; to < ordered.Length; to++)
        {
            ordered[to] = values[from];
            for (var d = shape.Length - 1; d >= 0; d--)
            {
                from += strides[d];
                if (++index[d] < shape[d]) break;
                from -= strides[d] * shape[d];
                index[d] = 0;
            }
        }
        return ordered;
    }

    private static InvalidInputException UnknownType(string descr, string name)
    {
        var kind = descr.Length > 1 && descr[0] == '>' ? "is big-endian"
            : descr.Contains('O', StringComparison.Ordinal) ? "holds Python objects"
            : "is not read";
        return new InvalidInputException(
            $"{name}: the array's type '{descr}' {kind}; uint8 ('|u1'), float32 ('<f4') and float64 ('<f8') are. Convert it: numpy.save(path, array.astype('float32')).");
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly ref struct Content<T>(byte[] header, ReadOnlySpan<T> values)
    {
        public byte[] Header { get; } = header;

        public ReadOnlySpan<T> Values { get; } = values;
    }
}
