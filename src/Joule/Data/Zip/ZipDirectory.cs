using System.Buffers.Binary;
using System.Text;

namespace Joule.Data;

/// <summary>
/// The directory at the end of a zip archive (APPNOTE.TXT 6.3, sections 4.3.12 to 4.3.16), zip64 or not. The base library is not used
/// because it takes any number of claimed entries into memory.
/// </summary>
internal sealed class ZipDirectory
{
    /// <summary>Largest number of members.</summary>
    public const int MostMembers = 1024;

    private const int MostBytes = 1 << 17;
    private const int MostComment = ushort.MaxValue;
    private const int EndLength = 22;
    private const int LocatorLength = 20;
    private const int LargeEndLength = 56;
    private const int EntryLength = 46;
    private readonly string _name;

    private ZipDirectory(Stream stream, string name)
    {
        _name = name;
        (ulong count, ulong length, ulong start, long limit) = End(stream);
        if (count > MostMembers)
            throw Bad(limit, $"the directory claims {count} members; at most {MostMembers} are read. Write fewer arrays into one archive.");
        if (length > MostBytes)
            throw Bad(
                limit,
                $"the directory claims {length} bytes; at most {MostBytes} are read. Write fewer arrays, or shorter names, into one "
                    + "archive.");
        if (start > (ulong)limit || length > (ulong)limit - start)
            throw Damaged(limit, $"the directory claims {length} bytes from byte {start}, but ends at byte {limit}");
        if (length < count * EntryLength)
            throw Damaged(limit, $"the directory claims {count} members in {length} bytes");
        Start = (long)start;
        byte[] bytes = new byte[length];
        stream.Position = Start;
        stream.ReadExactly(bytes);
        ZipMember[] members = new ZipMember[count];
        int at = 0;
        for (int i = 0; i < members.Length; i++)
            members[i] = Entry(bytes, ref at);
        if (at != bytes.Length)
            throw Damaged(Start + at, $"{bytes.Length - at} bytes of the directory follow after its {count} members");
        Members = members;
    }

    /// <summary>The byte where the directory starts and the members' content ends.</summary>
    public long Start { get; }

    /// <summary>The members in the order of the directory.</summary>
    public IReadOnlyList<ZipMember> Members { get; }

    /// <summary>Reads the directory.</summary>
    /// <param name="stream">The archive, from its byte 0; can seek.</param>
    /// <param name="name">The archive's name in messages.</param>
    /// <exception cref="InvalidInputException">The directory is missing, damaged, or too large.</exception>
    public static ZipDirectory Read(Stream stream, string name) => new(stream, name);

    private (ulong Count, ulong Length, ulong Start, long Limit) End(Stream stream)
    {
        (byte[] bytes, long place) = FindEnd(stream);
        Span<byte> end = bytes.AsSpan();
        ulong count = BinaryPrimitives.ReadUInt16LittleEndian(end[10..]);
        ulong length = BinaryPrimitives.ReadUInt32LittleEndian(end[12..]);
        ulong start = BinaryPrimitives.ReadUInt32LittleEndian(end[16..]);
        bool isLarge = count == ushort.MaxValue || length == uint.MaxValue || start == uint.MaxValue;
        if (isLarge)
            return LargeEnd(stream, place);
        CheckOneDisk(BinaryPrimitives.ReadUInt16LittleEndian(end[4..]), BinaryPrimitives.ReadUInt16LittleEndian(end[6..]),
            BinaryPrimitives.ReadUInt16LittleEndian(end[8..]), count, place);
        return (count, length, start, place);
    }

    /// <summary>The record at the end of the archive: 22 bytes and a comment, usually empty.</summary>
    private (byte[] Bytes, long Place) FindEnd(Stream stream)
    {
        foreach (int most in (ReadOnlySpan<int>)[EndLength, EndLength + MostComment])
        {
            byte[] tail = new byte[Math.Min(most, stream.Length)];
            stream.Position = stream.Length - tail.Length;
            stream.ReadExactly(tail);
            for (int at = tail.Length - EndLength; at >= 0; at--)
            {
                Span<byte> record = tail.AsSpan(at);
                if (record.StartsWith("PK\x05\x06"u8) && BinaryPrimitives.ReadUInt16LittleEndian(record[20..]) == record.Length - EndLength)
                    return (record[..EndLength].ToArray(), stream.Length - tail.Length + at);
            }
        }
        throw Bad(
            stream.Length,
            "the zip archive ends without its directory. It is cut short, or bytes follow after it: write or fetch it again.");
    }

    private (ulong Count, ulong Length, ulong Start, long Limit) LargeEnd(Stream stream, long end)
    {
        Span<byte> locator = stackalloc byte[LocatorLength];
        long place = end - LocatorLength;
        if (place < 0 || !ReadAt(stream, place, locator).StartsWith("PK\x06\x07"u8))
            throw Damaged(end, "the directory claims to be a large one (zip64), and its locator is missing");
        ulong start = BinaryPrimitives.ReadUInt64LittleEndian(locator[8..]);
        Span<byte> record = stackalloc byte[LargeEndLength];
        if (place < LargeEndLength || start > (ulong)(place - LargeEndLength)
            || !ReadAt(stream, (long)start, record).StartsWith("PK\x06\x06"u8))
            throw Damaged(place, $"the directory's end (zip64) is not at byte {start}, where it should be");
        ulong count = BinaryPrimitives.ReadUInt64LittleEndian(record[32..]);
        CheckOneDisk(BinaryPrimitives.ReadUInt32LittleEndian(record[16..]), BinaryPrimitives.ReadUInt32LittleEndian(record[20..]),
            BinaryPrimitives.ReadUInt64LittleEndian(record[24..]), count, (long)start);
        return (count, BinaryPrimitives.ReadUInt64LittleEndian(record[40..]), BinaryPrimitives.ReadUInt64LittleEndian(record[48..]),
            (long)start);
    }

    private void CheckOneDisk(uint disk, uint directoryDisk, ulong countHere, ulong count, long place)
    {
        if (disk != 0 || directoryDisk != 0 || countHere != count)
            throw Bad(place, "the zip archive is one of several parts. Join them: write it again with numpy.savez.");
    }

    private ZipMember Entry(ReadOnlySpan<byte> directory, ref int at)
    {
        long place = Start + at;
        ReadOnlySpan<byte> entry = directory[at..];
        if (entry.Length < EntryLength || !entry.StartsWith("PK\x01\x02"u8))
            throw Damaged(place, "an entry of the directory should start here");
        int nameLength = BinaryPrimitives.ReadUInt16LittleEndian(entry[28..]);
        int extraLength = BinaryPrimitives.ReadUInt16LittleEndian(entry[30..]);
        int total = EntryLength + nameLength + extraLength + BinaryPrimitives.ReadUInt16LittleEndian(entry[32..]);
        if (total > entry.Length)
            throw Damaged(place, "the entry that starts here is longer than the directory");
        ulong packed = BinaryPrimitives.ReadUInt32LittleEndian(entry[20..]);
        ulong length = BinaryPrimitives.ReadUInt32LittleEndian(entry[24..]);
        ulong offset = BinaryPrimitives.ReadUInt32LittleEndian(entry[42..]);
        ReadOnlySpan<byte> large = LargeNumbers(entry.Slice(EntryLength + nameLength, extraLength));
        // Contains only the numbers that do not fit their fields, in this order.
        if (length == uint.MaxValue)
            length = NextLarge(ref large, place);
        if (packed == uint.MaxValue)
            packed = NextLarge(ref large, place);
        if (offset == uint.MaxValue)
            offset = NextLarge(ref large, place);
        at += total;
        return new ZipMember(
            Encoding.UTF8.GetString(entry.Slice(EntryLength, nameLength)), place, BinaryPrimitives.ReadUInt16LittleEndian(entry[8..]),
            BinaryPrimitives.ReadUInt16LittleEndian(entry[10..]),
            BinaryPrimitives.ReadUInt32LittleEndian(entry[16..]), packed, length, offset);
    }

    /// <summary>The extra field of zip64 (identifier 1), or nothing.</summary>
    private static ReadOnlySpan<byte> LargeNumbers(ReadOnlySpan<byte> extra)
    {
        while (extra.Length >= 4)
        {
            int length = BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]);
            if (length > extra.Length - 4)
                return [];
            if (BinaryPrimitives.ReadUInt16LittleEndian(extra) == 1)
                return extra.Slice(4, length);
            extra = extra[(4 + length)..];
        }
        return [];
    }

    private ulong NextLarge(ref ReadOnlySpan<byte> numbers, long place)
    {
        if (numbers.Length < 8)
            throw Damaged(place, "the entry that starts here claims a large number (zip64) that is missing");
        ulong number = BinaryPrimitives.ReadUInt64LittleEndian(numbers);
        numbers = numbers[8..];
        return number;
    }

    private static ReadOnlySpan<byte> ReadAt(Stream stream, long place, Span<byte> destination)
    {
        stream.Position = place;
        stream.ReadExactly(destination);
        return destination;
    }

    private InvalidInputException Damaged(long place, string problem) =>
        Bad(place, $"{problem}. The zip archive is damaged: write or fetch it again.");

    private InvalidInputException Bad(long place, string problem) => InvalidInputException.At(_name, place, problem);
}
