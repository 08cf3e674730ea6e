using System.Buffers.Binary;

namespace Joule.Data;

/// <summary>The content of a safetensors file.</summary>
/// <param name="Tensors">The tensors in the order of the file's header.</param>
/// <param name="Metadata">Free text.</param>
public sealed record SafeTensorsContent(IReadOnlyList<NamedTensor> Tensors, IReadOnlyDictionary<string, string> Metadata)
{
    /// <summary>Where the metadata start in the file, in bytes, for errors.</summary>
    internal long MetadataOffset { get; init; }
}

/// <summary>
/// The public safetensors format: 8 bytes of header length (little-endian), a JSON header, the tensors one after another. Types F32 and U8.
/// </summary>
public static class SafeTensors
{
    internal const string MetadataKey = "__metadata__";
    private const long FormatMaxHeader = 100_000_000;
    private const long MaxHeader = 16L << 20; // a header of 65,536 tensors takes about 6 MB

    /// <summary>Writes tensors atomically. The same content gives the same bytes.</summary>
    /// <param name="path">The file to create or replace.</param>
    /// <param name="tensors">
    /// The tensors, written in this order. Put those of bytes last: some readers want float32 at multiples of 4.
    /// </param>
    /// <param name="metadata">Free text, written in enumeration order; a sorted dictionary makes it deterministic.</param>
    /// <exception cref="InvalidInputException">Two tensors have the same name, or the file cannot be written.</exception>
    public static void Write(string path, IReadOnlyList<NamedTensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        ArgumentNullException.ThrowIfNull(metadata);
        List<SafeTensorsHeader.Entry> entries = new(tensors.Count);
        HashSet<string> names = new(StringComparer.Ordinal);
        long at = 0L;
        foreach (NamedTensor tensor in tensors)
        {
            if (!names.Add(tensor.Name))
                throw new InvalidInputException($"Two tensors are named \"{tensor.Name}\". Names must be unique.");
            entries.Add(new(tensor.Name, tensor.Floats is null ? "U8" : "F32", [.. tensor.Shape], at, at + tensor.ByteLength));
            at += tensor.ByteLength;
        }
        byte[] header = new SafeTensorsHeader(entries, metadata).ToBytes();
        if (header.Length > MaxHeader)
            throw new InvalidInputException(
                $"{path}: the header takes {header.Length} bytes; at most {MaxHeader} are read back. Shorten the metadata.");
        AtomicFile.Write(path, stream =>
        {
            Span<byte> length = stackalloc byte[8];
            BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
            stream.Write(length);
            stream.Write(header);
            foreach (NamedTensor tensor in tensors)
            {
                if (tensor.Floats is not null)
                    FloatBytes.Write(stream, tensor.Floats);
                else
                    stream.Write(tensor.Bytes);
            }
        });
    }

    /// <summary>Reads the tensors and the metadata.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidInputException">
    /// There is no such file, or it is not a complete and consistent safetensors file of F32 and U8.
    /// </exception>
    public static SafeTensorsContent Read(string path) => InputFile.Read(path, stream => Read(stream, path));

    /// <summary>Reads the metadata alone. The header is checked as by <see cref="Read(string)"/>; no tensor is read.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidInputException">There is no such file, or its header does not describe it.</exception>
    public static IReadOnlyDictionary<string, string> ReadMetadata(string path) =>
        InputFile.Read(path, stream => ReadDescription(stream, path)).Metadata;

    /// <summary>Reads the metadata alone, with their position.</summary>
    internal static SafeTensorsContent ReadDescription(Stream stream, string name)
    {
        SafeTensorsHeader header = ReadHeader(stream, name);
        return new SafeTensorsContent([], header.Metadata) { MetadataOffset = header.MetadataOffset };
    }

    /// <summary>Reads from a seekable stream that ends where the file ends.</summary>
    internal static SafeTensorsContent Read(Stream stream, string name)
    {
        SafeTensorsHeader header = ReadHeader(stream, name);
        long start = stream.Position;
        List<NamedTensor> tensors = new(header.Entries.Count);
        foreach (SafeTensorsHeader.Entry entry in header.Entries)
        {
            long count = (entry.End - entry.Begin) / (entry.Type == "F32" ? 4 : 1);
            long offset = start + entry.Begin;
            if (count > Array.MaxLength)
                throw InvalidInputException.At(
                    name, offset, $"tensor \"{MessageText.Of(entry.Name)}\" has {count} values; at most {Array.MaxLength} can be read.");
            stream.Position = offset;
            if (entry.Type == "F32")
            {
                float[] values = new float[count];
                FloatBytes.Read(stream, values);
                tensors.Add(new NamedTensor(entry.Name, entry.Shape, values) { FileOffset = offset });
            }
            else
            {
                byte[] values = new byte[count];
                stream.ReadExactly(values);
                tensors.Add(new NamedTensor(entry.Name, entry.Shape, values) { FileOffset = offset });
            }
        }
        return new SafeTensorsContent(tensors, header.Metadata) { MetadataOffset = header.MetadataOffset };
    }

    /// <summary>Writes the length of a header and the header.</summary>
    internal static void WriteHeader(Stream stream, SafeTensorsHeader header)
    {
        byte[] bytes = header.ToBytes();
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)bytes.Length);
        stream.Write(length);
        stream.Write(bytes);
    }

    /// <summary>Reads the header; the stream then stands where the data start.</summary>
    internal static SafeTensorsHeader ReadHeader(Stream stream, string name)
    {
        if (!stream.CanSeek)
            throw new InvalidInputException($"{name}: a safetensors file must be a regular file, not a pipe. Save it to disk first.");
        Span<byte> bytes = stackalloc byte[8];
        int got = stream.ReadAtLeast(bytes, 8, throwOnEndOfStream: false);
        if (got < 8)
            throw InvalidInputException.At(
                name, got,
                $"the file has {got} bytes; a safetensors file starts with 8 bytes of header length. It is cut short: copy it again.");
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        long left = stream.Length - stream.Position;
        if (length > FormatMaxHeader)
            throw InvalidInputException.At(
                name, 0,
                $"the header claims {length} bytes; the format allows {FormatMaxHeader}. The file is damaged or not a safetensors file.");
        if (length > (ulong)left)
            throw InvalidInputException.At(
                name, 0, $"the header claims {length} bytes, but {left} follow. The file is cut short: copy it again.");
        if (length > MaxHeader)
            throw InvalidInputException.At(
                name, 0, $"the header has {length} bytes; at most {MaxHeader} are read. Shorten the metadata, or split the file.");
        byte[] json = new byte[length];
        stream.ReadExactly(json);
        return SafeTensorsHeader.Parse(json, 8, left - json.Length, name);
    }
}
