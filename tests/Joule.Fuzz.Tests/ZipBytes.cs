using System.IO.Compression;
using System.IO.Hashing;
using System.Text;

namespace Joule.Fuzz.Tests;

/// <summary>
/// Zip archives as NumPy writes them, with zip64 sizes in the members' own headers. Deflate uses stored blocks, which are fast to write.
/// </summary>
internal static class ZipBytes
{
    /// <summary>One member.</summary>
    /// <param name="Name">The name.</param>
    /// <param name="Packed">The bytes in the archive.</param>
    /// <param name="Method">0 stored, 8 deflate.</param>
    /// <param name="Crc">CRC of the unpacked content.</param>
    /// <param name="Length">Length of the unpacked content.</param>
    public sealed record Member(string Name, byte[] Packed, ushort Method, uint Crc, uint Length);

    public static Member Stored(string name, byte[] content) => new(name, content, 0, Crc32.HashToUInt32(content), (uint)content.Length);

    public static Member Deflated(string name, byte[] content) =>
        new(name, Checksums.Deflate(content), 8, Crc32.HashToUInt32(content), (uint)content.Length);

    /// <summary>A member packed by a compressor.</summary>
    public static Member Packed(string name, byte[] content)
    {
        using MemoryStream packed = new();
        using (DeflateStream deflate = new(packed, CompressionLevel.Optimal, leaveOpen: true))
            deflate.Write(content);
        return new(name, packed.ToArray(), 8, Crc32.HashToUInt32(content), (uint)content.Length);
    }

    /// <summary>The archive; with <paramref name="large"/>, the directory uses zip64 numbers too.</summary>
    public static byte[] Archive(IReadOnlyList<Member> members, bool large = false)
    {
        using MemoryStream archive = new(), directory = new();
        using BinaryWriter local = new(archive), entry = new(directory);
        foreach (Member member in members)
        {
            uint start = (uint)archive.Length;
            byte[] name = Encoding.UTF8.GetBytes(member.Name);
            local.Write("PK\x03\x04"u8);
            Write(local, 45, 0, member.Method, 0, 0x21);
            local.Write(member.Crc);
            local.Write(ulong.MaxValue);
            Write(local, (ushort)name.Length, 20);
            local.Write(name);
            Write(local, 1, 16);
            local.Write((ulong)member.Length);
            local.Write((ulong)member.Packed.Length);
            local.Write(member.Packed);
            entry.Write("PK\x01\x02"u8);
            Write(entry, 0x314, 45, 0, member.Method, 0, 0x21);
            entry.Write(member.Crc);
            entry.Write(large ? uint.MaxValue : (uint)member.Packed.Length);
            entry.Write(large ? uint.MaxValue : member.Length);
            Write(entry, (ushort)name.Length, (ushort)(large ? 28 : 0), 0, 0, 0);
            entry.Write(0);
            entry.Write(large ? uint.MaxValue : start);
            entry.Write(name);
            if (!large)
                continue;
            Write(entry, 1, 24);
            foreach (ulong number in (ulong[])[member.Length, (ulong)member.Packed.Length, start])
                entry.Write(number);
        }
        ulong at = (ulong)archive.Length, length = (ulong)directory.Length, count = (ulong)members.Count;
        local.Write(directory.ToArray());
        if (large)
        {
            local.Write("PK\x06\x06"u8);
            local.Write(44UL);
            Write(local, 45, 45, 0, 0, 0, 0);
            foreach (ulong number in (ulong[])[count, count, length, at])
                local.Write(number);
            local.Write("PK\x06\x07"u8);
            local.Write(0);
            local.Write(at + length);
            local.Write(1);
        }
        local.Write("PK\x05\x06"u8);
        Write(local, 0, 0, (ushort)(large ? ushort.MaxValue : count), (ushort)(large ? ushort.MaxValue : count));
        local.Write(large ? uint.MaxValue : (uint)length);
        local.Write(large ? uint.MaxValue : (uint)at);
        Write(local, 0);
        return archive.ToArray();
    }

    private static void Write(BinaryWriter writer, params ReadOnlySpan<ushort> numbers)
    {
        foreach (ushort number in numbers)
            writer.Write(number);
    }
}
