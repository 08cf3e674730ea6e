using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using Joule.Data;

namespace Joule.Fuzz.Tests;

/// <summary>Wraps mutated content with correct checksums, so that mutations reach the code behind the checks.</summary>
internal static class Checksums
{
    /// <summary>Gzip (RFC 1952) in one stored block, which is fast to write.</summary>
    public static byte[] Gzip(byte[] content) =>
        [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255, .. Stored(content), .. Little(Crc32.HashToUInt32(content)), .. Little((uint)content.Length)];

    /// <summary>Zlib (RFC 1950) in one stored block.</summary>
    public static byte[] Zlib(byte[] content) => [0x78, 0x01, .. Stored(content), .. Big(Adler(content))];

    /// <summary>Deflate (RFC 1951) in stored blocks.</summary>
    public static byte[] Deflate(byte[] content) => Stored(content);

    /// <summary>The content of a gzip file, or as much as can be read if it is damaged.</summary>
    public static byte[] Gunzip(byte[] file) => Unpacked(new GZipStream(new MemoryStream(file), CompressionMode.Decompress));

    /// <summary>The content of zlib data, or as much as can be read if they are damaged.</summary>
    public static byte[] Unzlib(byte[] data) => Unpacked(new ZLibStream(new MemoryStream(data), CompressionMode.Decompress));

    /// <summary>One PNG chunk.</summary>
    public static byte[] Chunk(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        using MemoryStream stream = new();
        PngChunks.Write(stream, type, data);
        return stream.ToArray();
    }

    public static byte[] Big(uint value) => [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];

    private static byte[] Little(uint value) => [(byte)value, (byte)(value >> 8), (byte)(value >> 16), (byte)(value >> 24)];

    private static byte[] Stored(byte[] content)
    {
        const int Most = 65535;
        using MemoryStream blocks = new();
        Span<byte> head = stackalloc byte[5];
        int at = 0;
        do
        {
            int count = Math.Min(Most, content.Length - at);
            head[0] = (byte)(at + count == content.Length ? 1 : 0);
            BinaryPrimitives.WriteUInt16LittleEndian(head[1..], (ushort)count);
            BinaryPrimitives.WriteUInt16LittleEndian(head[3..], (ushort)~count);
            blocks.Write(head);
            blocks.Write(content, at, count);
            at += count;
        }
        while (at < content.Length);
        return blocks.ToArray();
    }

    private static uint Adler(byte[] content)
    {
        uint a = 1, b = 0;
        foreach (byte value in content)
        {
            a = (a + value) % 65521;
            b = (b + a) % 65521;
        }
        return (b << 16) | a;
    }

    private static byte[] Unpacked(Stream packed)
    {
        using MemoryStream content = new();
        byte[] block = new byte[1 << 12];
        try
        {
            using (packed)
            {
                int count;
                while (content.Length < 1 << 20 && (count = packed.Read(block)) > 0)
                    content.Write(block, 0, count);
            }
        }
        catch (Exception e) when (GzipOrPlain.IsDamage(e))
        {
            // The content before the damage is enough.
        }
        return content.ToArray();
    }
}
