using System.Runtime.InteropServices;

namespace Joule.Data;

/// <summary>
/// NumPy's NPY format. Read: bool, integers of 8 to 64 bits and floats of 16 to 64 bits, in either byte order, in C or Fortran order.
/// Written: float32 and uint8, version 1.0.
/// </summary>
public static class NpyFile
{
    private const int Block = 1 << 13; // values

    /// <summary>Reads an array into C order.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidInputException">
    /// There is no such file, it is not a complete NPY file, or its type is another one.
    /// </exception>
    public static NpyArray Read(string path) => InputFile.Read(path, stream => Read(stream, path));

    /// <summary>Reads an array from a seekable stream that ends where the file ends.</summary>
    /// <param name="stream">The content.</param>
    /// <param name="name">Its name in messages.</param>
    /// <exception cref="InvalidInputException">It is not a complete NPY file, or its type is another one.</exception>
    public static NpyArray Read(Stream stream, string name)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (!stream.CanSeek)
            throw new InvalidInputException($"{name}: an NPY file must be a regular file, not a pipe. Save it to disk first.");
        return ReadSized(stream, name);
    }

    /// <summary>Reads an array as images.</summary>
    /// <param name="path">The file.</param>
    /// <param name="request">How to read it; null: by type and shape alone.</param>
    /// <exception cref="InvalidInputException">
    /// As for <see cref="Read(string)"/>; or it holds no images, can be read in several ways, or a value lies outside its range.
    /// </exception>
    public static ImageSet ReadImages(string path, ReadingRequest? request = null) =>
        InputFile.Read(path, stream => ReadImagesSized(stream, path, request ?? ReadingRequest.Default));

    /// <summary>Reads an array as images from a stream that tells its length and its position, whether it can seek or not.</summary>
    internal static ImageSet ReadImagesSized(Stream stream, string name, ReadingRequest request)
    {
        (NpyHeader header, ElementType type) = ReadHeader(stream, name);
        return ArrayImages.Read(stream, new ArrayOrigin(name, stream.Position), type, header.Shape, header.FortranOrder, request);
    }

    /// <summary>Reads an array from a stream that tells its length and its position, whether it can seek or not.</summary>
    internal static NpyArray ReadSized(Stream stream, string name)
    {
        (NpyHeader header, ElementType type) = ReadHeader(stream, name);
        long start = stream.Position;
        int count = (int)header.Count;
        FortranOrder? order = header.FortranOrder ? new FortranOrder(header.Shape) : null;
        if (type == ElementType.UInt8)
        {
            byte[] bytes = new byte[count];
            if (order is null)
                stream.ReadExactly(bytes);
            else
                InBlocks(stream, 1, count, (block, _) => order.Place(block, bytes));
            return new NpyArray(header.Shape, bytes) { FileOffset = start };
        }
        float[] floats = new float[count];
        if (type == ElementType.Float32 && order is null)
            FloatBytes.Read(stream, floats);
        else
        {
            (double[] numbers, float[] values) = (new double[Math.Min(count, Block)], new float[Math.Min(count, Block)]);
            InBlocks(stream, type.Size, count, (block, first) =>
            {
                Span<float> some = values.AsSpan(0, block.Length / type.Size);
                type.Decode(block, numbers.AsSpan(0, some.Length));
                Round(numbers.AsSpan(0, some.Length), some, name, start + ((long)type.Size * first), type.Size);
                if (order is null)
                    some.CopyTo(floats.AsSpan(first));
                else
                    order.Place(some, floats);
            });
        }
        return new NpyArray(header.Shape, floats) { FileOffset = start, Type = type };
    }

    /// <summary>
    /// Reads the numbers of an array in full precision, in C order, from a stream that tells its length and its position.
    /// </summary>
    /// <param name="stream">The content.</param>
    /// <param name="name">Its name in messages.</param>
    /// <param name="check">May refuse a shape before memory is allocated; also receives the position of the values.</param>
    internal static NumberArray ReadNumbersSized(Stream stream, string name, Action<int[], long> check)
    {
        (NpyHeader header, ElementType type) = ReadHeader(stream, name);
        check(header.Shape, stream.Position);
        int count = (int)header.Count;
        double[] numbers = new double[count], block = new double[Math.Min(count, Block)];
        FortranOrder? order = header.FortranOrder ? new FortranOrder(header.Shape) : null;
        InBlocks(stream, type.Size, count, (bytes, first) =>
        {
            Span<double> some = block.AsSpan(0, bytes.Length / type.Size);
            type.Decode(bytes, some);
            if (order is null)
                some.CopyTo(numbers.AsSpan(first));
            else
                order.Place(some, numbers);
        });
        return new NumberArray(header.Shape, numbers, type.IsWhole);
    }

    /// <summary>Writes a float32 array in C order, atomically.</summary>
    /// <param name="path">The file to create or replace.</param>
    /// <param name="shape">The length of each dimension.</param>
    /// <param name="values">As many values as the shape holds.</param>
    /// <exception cref="InvalidInputException">The shape does not fit the number of values, or the file cannot be written.</exception>
    public static void Write(string path, IReadOnlyList<int> shape, ReadOnlySpan<float> values)
    {
        byte[] header = HeaderFor("<f4", shape, values.Length);
        AtomicFile.Write(path, new Content<float>(header, values), static (stream, content) =>
        {
            stream.Write(content.Header);
            FloatBytes.Write(stream, content.Values);
        });
    }

    /// <summary>Writes a uint8 array in C order, atomically.</summary>
    /// <param name="path">The file to create or replace.</param>
    /// <param name="shape">The length of each dimension.</param>
    /// <param name="values">As many values as the shape holds.</param>
    /// <exception cref="InvalidInputException">The shape does not fit the number of values, or the file cannot be written.</exception>
    public static void Write(string path, IReadOnlyList<int> shape, ReadOnlySpan<byte> values)
    {
        byte[] header = HeaderFor("|u1", shape, values.Length);
        AtomicFile.Write(path, new Content<byte>(header, values), static (stream, content) =>
        {
            stream.Write(content.Header);
            stream.Write(content.Values);
        });
    }

    private static byte[] HeaderFor(string descr, IReadOnlyList<int> shape, int values)
    {
        ArgumentNullException.ThrowIfNull(shape);
        NpyHeader header = new(descr, false, [.. shape]);
        if (header.Count != (UInt128)values)
            throw new InvalidInputException($"The shape {NpyArray.Describe(shape)} does not hold the {values} values given.");
        return header.ToBytes();
    }

    /// <summary>Reads the header, and checks that the values it claims follow.</summary>
    private static (NpyHeader Header, ElementType Type) ReadHeader(Stream stream, string name)
    {
        NpyHeader header = NpyHeader.Read(stream, name);
        ElementType type = ElementType.OfNumpy(header.Descr) ?? throw NpyTypes.Unknown(header.Descr, header.Shape, name);
        long start = stream.Position;
        long has = stream.Length - start;
        UInt128 claimed = header.Count > ulong.MaxValue ? UInt128.MaxValue : header.Count * (uint)type.Size;
        if (claimed > (UInt128)has)
            throw InvalidInputException.At(
                name, start, $"{Claim(header, claimed)}, but {has} follow. The file is cut short: write it again.");
        if (claimed < (UInt128)has)
            throw More(stream, header, name, start, (long)claimed, has);
        if (header.Count > (UInt128)Array.MaxLength)
            throw InvalidInputException.At(
                name, start, $"{header.Count} values are too many to hold; at most {Array.MaxLength} can be read. Split the array.");
        return (header, type);
    }

    private static string Claim(NpyHeader header, UInt128 claimed) =>
        $"the header claims shape {NpyArray.Describe(header.Shape)} of type {ElementType.NameOf(header.Descr)}, that is {claimed} bytes";

    /// <summary>The error of a file with more than its array: a second array, if numpy.save was called twice.</summary>
    private static InvalidInputException More(Stream stream, NpyHeader header, string name, long start, long claimed, long has)
    {
        if (stream.CanSeek)
        {
            stream.Position = start + claimed;
            Span<byte> next = stackalloc byte[6];
            if (stream.ReadAtLeast(next, next.Length, throwOnEndOfStream: false) == next.Length && next[1..].SequenceEqual("NUMPY"u8))
            {
                return InvalidInputException.At(
                    name, start + claimed,
                    $"another array follows after the one of shape {NpyArray.Describe(header.Shape)}: numpy.save was called twice on one "
                    + "file. Save each array to its own file, or all to one archive: numpy.savez(path, images=array, other=other).");
            }
        }
        return InvalidInputException.At(
            name, start, $"{Claim(header, (UInt128)claimed)}, but {has} follow. The file is damaged: write it again.");
    }

    private delegate void BlockReader(ReadOnlySpan<byte> block, int first);

    /// <summary>Passes the values to a reader in blocks, with the index of the first.</summary>
    private static void InBlocks(Stream stream, int size, int count, BlockReader read)
    {
        byte[] block = new byte[Math.Min(count, Block) * size];
        for (int first = 0; first < count; first += Block)
        {
            Span<byte> some = block.AsSpan(0, Math.Min(count - first, Block) * size);
            stream.ReadExactly(some);
            read(some, first);
        }
    }

    private static void Round(ReadOnlySpan<double> numbers, Span<float> values, string name, long offset, int size)
    {
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)numbers[i];
            if (float.IsInfinity(values[i]) && double.IsFinite(numbers[i]))
                throw InvalidInputException.At(
                    name, offset + ((long)size * i), $"the value {numbers[i]} is too large for float32. Scale the array first.");
        }
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly ref struct Content<T>(byte[] header, ReadOnlySpan<T> values)
    {
        public byte[] Header { get; } = header;

        public ReadOnlySpan<T> Values { get; } = values;
    }
}
