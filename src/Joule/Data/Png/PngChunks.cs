using System.Buffers.Binary;
using System.IO.Hashing;

namespace Joule.Data;

/// <summary>The container of PNG: a signature, then chunks of length, type, data and CRC-32.</summary>
internal static class PngChunks
{
    /// <summary>The eight bytes that every PNG file starts with.</summary>
    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a];

    /// <summary>Writes the signature and the header of a picture of 8 bits.</summary>
    public static void WriteStart(Stream stream, PngImage image)
    {
        stream.Write(Signature);
        Span<byte> header = stackalloc byte[13];
        header.Clear();
        BinaryPrimitives.WriteInt32BigEndian(header, image.Width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], image.Height);
        header[8] = 8;
        header[9] = (byte)(image.Channels == 3 ? PngColor.Rgb : PngColor.Grey);
        Write(stream, "IHDR"u8, header);
    }

    /// <summary>Writes one chunk.</summary>
    public static void Write(Stream stream, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> word = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(word, data.Length);
        stream.Write(word);
        stream.Write(type);
        stream.Write(data);
        Crc32 crc = new();
        crc.Append(type);
        crc.Append(data);
        BinaryPrimitives.WriteUInt32BigEndian(word, crc.GetCurrentHashAsUInt32());
        stream.Write(word);
    }

    /// <summary>Reads the next chunk of a file and checks its CRC.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="at">Where the chunk starts; moved to the next one.</param>
    /// <param name="type">Its four letters.</param>
    /// <param name="name">The file's name in messages.</param>
    /// <returns>The chunk's data.</returns>
    /// <exception cref="InvalidInputException">The file ends within the chunk, or its CRC does not match.</exception>
    public static ReadOnlySpan<byte> Next(ReadOnlySpan<byte> file, ref int at, out ReadOnlySpan<byte> type, string name)
    {
        ReadOnlySpan<byte> bytes = file[at..];
        if (bytes.Length < 12)
            throw CutShort(name, at);
        uint length = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        if (length > (uint)bytes.Length - 12)
            throw CutShort(name, at);
        type = bytes.Slice(4, 4);
        ReadOnlySpan<byte> data = bytes.Slice(8, (int)length);
        uint stored = BinaryPrimitives.ReadUInt32BigEndian(bytes[(8 + (int)length)..]);
        uint actual = Crc32.HashToUInt32(bytes.Slice(4, 4 + (int)length));
        if (stored != actual)
        {
            throw InvalidInputException.At(
                name, at,
                $"the PNG chunk {TypeName(type)} has the CRC {actual:x8}, but {stored:x8} is stored. The file is damaged: save it again.");
        }
        at += 12 + (int)length;
        return data;
    }

    /// <summary>The four letters of a type, for a message.</summary>
    public static string TypeName(ReadOnlySpan<byte> type) => MessageText.Of(System.Text.Encoding.Latin1.GetString(type));

    private static InvalidInputException CutShort(string name, int at) =>
        InvalidInputException.At(name, at, "the PNG file ends within the chunk that starts here. It is cut short: save it again.");
}
