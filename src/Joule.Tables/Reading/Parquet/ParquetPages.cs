using System.Buffers.Binary;
using Joule.Data;
using Parquet.Meta;

namespace Joule.Tables;

/// <summary>
/// Reads the pages of one column of a row group, one after another, with checked headers that hold only known fields. No page expands
/// beyond the limits, whatever size the compressed data claim.
/// </summary>
internal static class ParquetPages
{
    private const int MostHeader = 1 << 20;
    private const int Dictionary = 2, DataVersion1 = 0, DataVersion2 = 3, Index = 1;
    private const int KindField = 1, UnpackedField = 2, PackedField = 3, CrcField = 4, Version1 = 500, DictionaryPage = 700, Version2 = 800;

    /// <summary>Reads the pages.</summary>
    /// <param name="stream">The file.</param>
    /// <param name="file">Its name in messages.</param>
    /// <param name="column">The metadata of the column.</param>
    /// <param name="name">The column's name, for errors.</param>
    /// <param name="rows">The number of values it should have.</param>
    /// <param name="end">The offset at which the pages of the file end.</param>
    /// <exception cref="InvalidInputException">The pages are damaged or too large.</exception>
    public static byte[] Read(Stream stream, string file, ColumnMetaData column, string name, long rows, long end)
    {
        long at = new[] { column.DictionaryPageOffset ?? 0, column.DataPageOffset }.Where(offset => offset > 0).DefaultIfEmpty(0).Min();
        long most = ReadLimit.Unpacked(stream.Length), unpackedSum = 0, values = 0;
        using MemoryStream pages = new();
        bool hasDictionary = false;
        while (values < rows)
        {
            if (at < 4 || at >= end)
                throw Bad(Math.Max(0, at), $"the pages of column \"{MessageText.Of(name)}\" end after {values:N0} of {rows:N0} values");
            byte[] head = new byte[Math.Min(MostHeader, end - at)];
            stream.Position = at;
            int got = stream.ReadAtLeast(head, Math.Min(head.Length, 512), throwOnEndOfStream: false);
            ThriftCopy header = Header(stream, file, at, head, got);
            long packed = Number(header, PackedField), unpacked = Number(header, UnpackedField), kind = Number(header, KindField);
            long start = at + header.Length;
            if (packed < 0 || unpacked < 0 || packed > end - start)
                throw Bad(at, $"a page of column \"{MessageText.Of(name)}\" claims {packed} bytes, but only {end - start} follow");
            unpackedSum += unpacked;
            if (unpackedSum > most)
            {
                throw InvalidInputException.At(file, at, $"column \"{MessageText.Of(name)}\" unpacks to more than {most:N0} bytes, "
                    + $"the limit for a file of {stream.Length:N0} bytes. Save it without compression, or in smaller row groups.");
            }
            byte[] data = new byte[packed];
            stream.Position = start;
            stream.ReadExactly(data);
            if (header.Numbers.TryGetValue(CrcField, out long crc) && (uint)crc != System.IO.Hashing.Crc32.HashToUInt32(data))
                throw Bad(at, $"a page of column \"{MessageText.Of(name)}\" does not match its stored checksum");
            at = start + packed;
            if (kind == Index)
                continue;
            long levels = 0;
            long count = kind switch
            {
                DataVersion1 => Number(header, Version1 + 1),
                DataVersion2 => Number(header, Version2 + 1),
                Dictionary when !hasDictionary => Number(header, DictionaryPage + 1),
                _ => -1,
            };
            if (kind == DataVersion2)
            {
                levels = Number(header, Version2 + 5) + Number(header, Version2 + 6);
                if (Number(header, Version2 + 5) < 0 || Number(header, Version2 + 6) < 0 || levels > Math.Min(packed, unpacked)
                    || Number(header, Version2 + 2) < 0 || Number(header, Version2 + 2) > count)
                {
                    throw Bad(start, $"a page of column \"{MessageText.Of(name)}\" claims levels that it has no room for");
                }
            }
            bool isPacked = column.Codec != CompressionCodec.UNCOMPRESSED
                && !(kind == DataVersion2 && header.Numbers.GetValueOrDefault(Version2 + 7, 1) == 0);
            long claimed = isPacked ? Claimed(column.Codec, data.AsSpan((int)levels), unpacked) : packed;
            if (claimed > unpacked)
            {
                throw Bad(start, $"a page of column \"{MessageText.Of(name)}\" claims to unpack to {unpacked} bytes, but its data "
                    + $"claim {claimed}");
            }
            // Each value of a dictionary takes at least one bit; a data page may repeat one value many times.
            if (count < 0 || count > (kind == Dictionary ? 8 * unpacked : rows - values))
                throw Bad(start, $"a page of column \"{MessageText.Of(name)}\" claims {count} values");
            if (kind == Dictionary)
                hasDictionary = true;
            else
                values += count;
            pages.Write(header.Copied);
            pages.Write(data);
        }
        return pages.ToArray();

        InvalidInputException Bad(long offset, string why) =>
            InvalidInputException.At(file, offset, $"{why}. The Parquet file is damaged: write or fetch it again.");
    }

    private static long Number(ThriftCopy header, int field) => header.Numbers.GetValueOrDefault(field, field is KindField ? -1 : 0);

    // Most headers are short; one with long statistics needs a second read.
    private static ThriftCopy Header(Stream stream, string file, long at, byte[] head, int got)
    {
        if (got < head.Length)
        {
            try
            {
                return new ThriftCopy(head.AsMemory(0, got), file, at).Run(ThriftShape.Page);
            }
            catch (InvalidInputException)
            {
                got += stream.ReadAtLeast(head.AsSpan(got), head.Length - got, throwOnEndOfStream: false);
            }
        }
        return new ThriftCopy(head.AsMemory(0, got), file, at).Run(ThriftShape.Page);
    }

    /// <summary>The size that compressed data claim, for codecs where the library trusts it; otherwise the page's own.</summary>
    private static long Claimed(CompressionCodec codec, ReadOnlySpan<byte> data, long unpacked)
    {
        if (codec == CompressionCodec.SNAPPY)
        {
            long length = 0;
            for (int i = 0; i < Math.Min(5, data.Length); i++)
            {
                length |= (long)(data[i] & 127) << (7 * i);
                if (data[i] < 128)
                    return length;
            }
            return long.MaxValue;
        }
        return codec == CompressionCodec.ZSTD ? Zstandard(data) : unpacked;
    }

    // RFC 8878: a magic number, a descriptor, perhaps a window and a dictionary, and the content's size.
    private static long Zstandard(ReadOnlySpan<byte> data)
    {
        if (data.Length < 18 && (data.Length < 6 || BinaryPrimitives.ReadUInt32LittleEndian(data) != 0xFD2FB528))
            return long.MaxValue;
        Span<byte> head = stackalloc byte[32];
        data[..Math.Min(data.Length, head.Length)].CopyTo(head);
        if (BinaryPrimitives.ReadUInt32LittleEndian(head) != 0xFD2FB528)
            return long.MaxValue;
        byte descriptor = head[4];
        bool isSingle = (descriptor & 32) != 0;
        int at = 5 + (isSingle ? 0 : 1) + ((descriptor & 3) switch { 0 => 0, 1 => 1, 2 => 2, _ => 4 });
        return (descriptor >> 6) switch
        {
            0 => isSingle ? head[at] : long.MaxValue,
            1 => BinaryPrimitives.ReadUInt16LittleEndian(head[at..]) + 256,
            2 => BinaryPrimitives.ReadUInt32LittleEndian(head[at..]),
            _ => (long)Math.Min(BinaryPrimitives.ReadUInt64LittleEndian(head[at..]), long.MaxValue),
        };
    }
}
