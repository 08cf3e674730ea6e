using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;

namespace Joule.Data;

/// <summary>
/// The unpacked content of a member of a zip archive, stored or deflated, read once from start to end. Its length is known before anything
/// is unpacked, and it ends exactly there.
/// </summary>
internal sealed class ZipContent : ForwardStream
{
    private const int HeaderLength = 30;
    private readonly string _archive;
    private readonly string _name;
    private readonly ZipMember _member;
    private readonly Stream _source;
    private readonly Crc32 _crc = new();
    private long _position;

    private ZipContent(string archive, string name, ZipMember member, Stream source)
    {
        _archive = archive;
        _name = name;
        _member = member;
        _source = source;
    }

    public override long Length => (long)_member.Length;

    public override long Position { get => _position; set => throw new NotSupportedException(); }

    /// <summary>Opens a member's content.</summary>
    /// <param name="file">The archive; left open. Nothing else may use it meanwhile.</param>
    /// <param name="directory">The archive's directory.</param>
    /// <param name="member">One of its members.</param>
    /// <param name="archive">The archive's name in messages.</param>
    /// <param name="name">The content's name in messages.</param>
    /// <exception cref="InvalidInputException">As for <see cref="Find"/>.</exception>
    public static ZipContent Open(Stream file, ZipDirectory directory, ZipMember member, string archive, string name)
    {
        file.Position = Find(file, directory, member, archive);
        PackedBytes packed = new(file, (long)member.Packed);
        return new ZipContent(
            archive, name, member, member.Method == ZipMember.Deflate ? new DeflateStream(packed, CompressionMode.Decompress) : packed);
    }

    /// <summary>Finds the byte of the archive where a member's content starts, and checks the claims about it.</summary>
    /// <exception cref="InvalidInputException">
    /// It is encrypted, packed in another way, not where it should be, or cannot be as long as claimed.
    /// </exception>
    public static long Find(Stream file, ZipDirectory directory, ZipMember member, string archive)
    {
        if (member.IsEncrypted)
            throw Bad("is encrypted. Decrypt it: unzip the archive with its password, and write the array again with numpy.savez");
        if (member.Method is not (ZipMember.Stored or ZipMember.Deflate))
            throw Bad($"is packed with {member.Compression}; stored and deflate, as numpy.savez and numpy.savez_compressed write them, are "
                + "read. Write it again");
        if (member.Offset > (ulong)directory.Start || (ulong)directory.Start - member.Offset < HeaderLength)
            throw Damaged($"should start at byte {member.Offset}, and the directory starts at byte {directory.Start}");
        Span<byte> header = stackalloc byte[HeaderLength];
        file.Position = (long)member.Offset;
        file.ReadExactly(header);
        if (!header.StartsWith("PK\x03\x04"u8))
            throw Damaged($"does not start at byte {member.Offset}, where it should");
        int nameLength = BinaryPrimitives.ReadUInt16LittleEndian(header[26..]);
        long start = (long)member.Offset + HeaderLength + nameLength + BinaryPrimitives.ReadUInt16LittleEndian(header[28..]);
        if (start > directory.Start || member.Packed > (ulong)(directory.Start - start))
            throw Damaged($"claims {member.Packed} bytes from byte {start}, and the directory starts at byte {directory.Start}");
        if (nameLength > Encoding.UTF8.GetMaxByteCount(member.Name.Length) || NameIn(file, nameLength) != member.Name)
            throw Damaged($"has another name at byte {member.Offset}");
        bool isDeflated = member.Method == ZipMember.Deflate;
        if (!isDeflated && member.Length != member.Packed)
            throw Damaged($"is stored in {member.Packed} bytes and claims {member.Length}");
        if (isDeflated && member.Length > (UInt128)member.Packed * ReadLimit.DeflateMostRatio)
            throw Damaged($"claims to unpack to {member.Length} bytes, more than its {member.Packed} bytes can hold");
        return start;

        InvalidInputException Damaged(string problem) => Bad($"{problem}. The zip archive is damaged: write or fetch it again");

        InvalidInputException Bad(string problem) =>
            InvalidInputException.At(archive, member.Place, $"the member '{MessageText.Of(member.Name)}' {problem}.");
    }

    /// <summary>Checks at the end that nothing follows and that the CRC is right.</summary>
    /// <exception cref="InvalidInputException">More follows, or the CRC does not match.</exception>
    public void CheckEnd()
    {
        Span<byte> more = stackalloc byte[1];
        if (ReadPacked(more) > 0)
            throw InvalidInputException.At(
                _name, _position,
                $"the member unpacks to more than the {Length} bytes that are claimed. The archive is damaged: write or fetch it again.");
        uint found = _crc.GetCurrentHashAsUInt32();
        if (found == _member.Crc)
            return;
        throw InvalidInputException.At(
            _archive, _member.Place,
            $"the member '{MessageText.Of(_member.Name)}' has the CRC {found:x8}, but {_member.Crc:x8} is stored. The archive is damaged: "
                + "write or fetch it again.");
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        Span<byte> some = buffer[..(int)Math.Min(buffer.Length, Length - _position)];
        if (some.Length == 0)
            return 0;
        int count = ReadPacked(some);
        if (count == 0)
            throw InvalidInputException.At(
                _name, _position,
                $"the member ends after {_position} of the {Length} bytes that are claimed. The archive is damaged: write or fetch it "
                    + "again.");
        _crc.Append(some[..count]);
        _position += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _source.Dispose();
        base.Dispose(disposing);
    }

    private static string NameIn(Stream file, int length)
    {
        byte[] bytes = new byte[length];
        file.ReadExactly(bytes);
        return Encoding.UTF8.GetString(bytes);
    }

    private int ReadPacked(Span<byte> buffer)
    {
        try
        {
            return _source.Read(buffer);
        }
        catch (Exception error) when (GzipOrPlain.IsDamage(error))
        {
            throw InvalidInputException.At(
                _name, _position, "the member's deflate data are damaged or cut short. Write or fetch the archive again.", error);
        }
    }

    /// <summary>The packed bytes of one member; the archive stays open.</summary>
    private sealed class PackedBytes(Stream file, long left) : ForwardStream
    {
        public override int Read(Span<byte> buffer)
        {
            int count = file.Read(buffer[..(int)Math.Min(buffer.Length, left)]);
            left -= count;
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
    }
}
