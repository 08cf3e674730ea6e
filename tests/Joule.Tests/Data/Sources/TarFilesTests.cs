using System.Formats.Tar;
using System.Text;
using Joule.Data;
using Xunit;

namespace Joule.Tests.Data;

public sealed class TarFilesTests
{
    private const int Block = 512;
    private const long Plenty = 1L << 40;

    [Theory]
    [InlineData(TarEntryFormat.V7)]
    [InlineData(TarEntryFormat.Ustar)]
    [InlineData(TarEntryFormat.Pax)]
    [InlineData(TarEntryFormat.Gnu)]
    public void Regular_files_come_out_in_order_with_the_last_part_of_their_names(TarEntryFormat format)
    {
        using MemoryStream archive = new();
        using (TarWriter writer = new(archive, format, leaveOpen: true))
        {
            Write(writer, format, TarEntryType.Directory, "package/", null);
            Write(writer, format, TarEntryType.RegularFile, "package/data/one", [1, 2, 3]);
            Write(writer, format, TarEntryType.SymbolicLink, "package/link", null);
            Write(writer, format, TarEntryType.RegularFile, "../../two", []);
            Write(writer, format, TarEntryType.RegularFile, "three", new byte[1000]);
        }
        archive.Position = 0;
        Assert.Equal([("one", 3), ("two", 0), ("three", 1000)], All(new TarFiles(archive, "a.tar", Plenty)));
    }

    [Theory]
    [InlineData('x')] // extended attributes of POSIX
    [InlineData('g')]
    [InlineData('L')] // long names of GNU
    [InlineData('K')]
    [InlineData('S')] // sparse
    [InlineData('V')]
    [InlineData('2')]
    public void An_entry_of_another_kind_takes_no_memory_whatever_it_claims(char type)
    {
        const long Claimed = 64L << 20;
        using Zeros archive = new([.. Header(type, Claimed)], Claimed, [.. Header('0', 3), .. new byte[3 * Block]]);
        TarFiles tar = new(archive, "a.tar", Plenty);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal([("file", 3)], All(tar));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16 << 10);

        using MemoryStream cut = new([.. Header(type, 1L << 32), .. new byte[4 * Block]]);
        before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("cut short", Error(cut, Plenty), StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 << 10);
    }

    [Theory]
    [InlineData('0')]
    [InlineData('x')]
    [InlineData('S')]
    public void A_negative_binary_or_too_large_size_is_refused(char type)
    {
        byte[] negative = Header(type, 0, "-0000000001\0"), binary = Header(type, 0, "\u0080\0\0\0\0\0\0\0\0\0\u0001\0"),
            all = Header(type, 0, new string('\u00ff', 12));
        foreach (byte[] header in new[] { negative, binary, all })
            Assert.Contains("byte 124 of the unpacked content: the size of an entry is not an octal number",
                Error(new MemoryStream(header), Plenty), StringComparison.Ordinal);
        Assert.Contains($"claims {1L << 20} bytes; the archive may unpack to 4096", Error(new MemoryStream(Header(type, 1L << 20)), 4096),
            StringComparison.Ordinal);
    }

    [Fact]
    public void An_archive_that_is_cut_anywhere_ends_in_an_error()
    {
        byte[] archive = [.. Header('x', 20), .. new byte[Block], .. Header('0', 700), .. new byte[2 * Block]];
        for (int length = 0; length <= archive.Length; length += 100)
            Assert.Contains("cut short", Error(new MemoryStream(archive[..length]), Plenty), StringComparison.Ordinal);
        using MemoryStream whole = new([.. archive, .. new byte[Block]]);
        Assert.Equal([("file", 700)], All(new TarFiles(whole, "a.tar", Plenty)));
    }

    [Fact]
    public void A_wrong_checksum_and_content_beyond_the_limit_are_reported_with_their_position()
    {
        byte[] header = Header('0', 3);
        header[0] ^= 1;
        Assert.Contains("a.tar, byte 0 of the unpacked content: the check sum of an entry is wrong",
            Error(new MemoryStream(header), Plenty), StringComparison.Ordinal);
        using MemoryStream archive = new([.. Header('0', 3), .. new byte[Block], .. Header('0', 3), .. new byte[Block]]);
        Assert.Contains("byte 1024 of the unpacked content: the archive unpacks to more than 1100 bytes", Error(archive, 1100),
            StringComparison.Ordinal);
    }

    private static List<(string Name, int Length)> All(TarFiles tar)
    {
        List<(string, int)> found = [];
        byte[] buffer = new byte[300];
        while (tar.Next() is var (name, content))
        {
            int length = 0, count;
            while ((count = content.Read(buffer)) > 0)
                length += count;
            found.Add((name, length));
        }
        return found;
    }

    private static string Error(Stream archive, long most) =>
        Assert.Throws<InvalidInputException>(() => All(new TarFiles(archive, "a.tar", most))).Message;

    private static void Write(TarWriter writer, TarEntryFormat format, TarEntryType type, string name, byte[]? content)
    {
        if (format == TarEntryFormat.V7 && type == TarEntryType.RegularFile)
            type = TarEntryType.V7RegularFile;
        TarEntry entry = format switch
        {
            TarEntryFormat.V7 => new V7TarEntry(type, name),
            TarEntryFormat.Ustar => new UstarTarEntry(type, name),
            TarEntryFormat.Pax => new PaxTarEntry(type, name),
            _ => new GnuTarEntry(type, name),
        };
        if (type == TarEntryType.SymbolicLink)
            entry.LinkName = "data/one";
        if (content is not null)
            entry.DataStream = new MemoryStream(content);
        writer.WriteEntry(entry);
    }

    /// <summary>The header of an entry. The size is written in octal digits unless its field is given.</summary>
    private static byte[] Header(char type, long size, string? field = null)
    {
        byte[] header = new byte[Block];
        Put(0, "folder/file");
        Put(124, field ?? Convert.ToString(size, 8).PadLeft(11, '0') + "\0");
        header[156] = (byte)type;
        Put(257, "ustar\000");
        Put(148, "        ");
        int sum = 0;
        foreach (byte value in header)
            sum += value;
        Put(148, Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ");
        return header;

        void Put(int at, string text) => Encoding.Latin1.GetBytes(text).CopyTo(header, at);
    }

    /// <summary>Bytes, then zeros that take no memory, then more bytes.</summary>
    private sealed class Zeros(byte[] start, long zeros, byte[] end) : ForwardStream
    {
        private long _at;

        public override int Read(Span<byte> buffer)
        {
            int count = 0;
            for (; count < buffer.Length && _at < start.Length + zeros + end.Length; count++, _at++)
                buffer[count] = _at < start.Length ? start[_at] : _at < start.Length + zeros ? (byte)0 : end[_at - start.Length - zeros];
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
    }
}
