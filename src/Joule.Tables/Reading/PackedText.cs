using System.Buffers.Binary;
using Joule.Data;

namespace Joule.Tables;

/// <summary>
/// The bytes of a text file, unpacked where it is gzipped. .NET's decompressor ends without an error where packed data are cut short, so
/// that the table would lose
/// rows and nobody would know: the checksum and the length at the file's end tell.
/// </summary>
internal sealed class PackedText : IDisposable
{
    private const int TrailerLength = 8;
    private readonly GzipOrPlain _source;
    private readonly string _file;
    private readonly byte[] _trailer = new byte[TrailerLength];
    private readonly long _most;
    private uint _crc;

    /// <summary>Looks at the file's first and last bytes.</summary>
    /// <param name="stream">The file, at its start; it can seek, and is left open.</param>
    /// <param name="file">What messages call it.</param>
    public PackedText(Stream stream, string file)
    {
        _file = file;
        FileLength = stream.Length;
        _most = TableLimit.UnpackedText(FileLength);
        if (stream.Length >= TrailerLength)
        {
            stream.Position = stream.Length - TrailerLength;
            stream.ReadExactly(_trailer);
            stream.Position = 0;
        }
        _source = new GzipOrPlain(stream, file);
    }

    /// <summary>Whether the file is gzipped.</summary>
    public bool IsPacked => _source.IsPacked;

    /// <summary>The size of the file as it is.</summary>
    public long FileLength { get; }

    /// <summary>Reads until the destination is full or the content ends.</summary>
    /// <exception cref="InvalidInputException">The packed data are damaged, cut short or too large once they are unpacked.</exception>
    public int ReadUpTo(Span<byte> destination)
    {
        int count = _source.ReadUpTo(destination);
        if (!IsPacked)
            return count;
        _crc = Crc32.Of(_crc, destination[..count]);
        if (_source.Offset > _most)
        {
            throw InvalidInputException.At(_file, _source.Place(_source.Offset), _source.Offset,
                $"the file of {FileLength:N0} bytes unpacks to more than {_most:N0} bytes. Unpack it first: gunzip -k FILE.");
        }
        if (count < destination.Length)
            CheckEnd();
        return count;
    }

    /// <inheritdoc/>
    public void Dispose() => _source.Dispose();

    private void CheckEnd()
    {
        uint crc = BinaryPrimitives.ReadUInt32LittleEndian(_trailer), length = BinaryPrimitives.ReadUInt32LittleEndian(_trailer.AsSpan(4));
        if (crc == _crc && length == (uint)_source.Offset)
            return;
        throw InvalidInputException.At(_file, _source.Place(_source.Offset), _source.Offset,
            "the gzip data are damaged or cut short, or several gzip files were joined to one: the checksum at the file's end is not "
                + "that of the content. Fetch it again, or unpack it: gunzip -k FILE.");
    }
}
