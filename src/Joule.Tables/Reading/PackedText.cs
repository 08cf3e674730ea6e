using System.Buffers.Binary;
using System.IO.Hashing;
using Joule.Data;

namespace Joule.Tables;

/// <summary>
/// The bytes of a text file, decompressed if it is gzipped. .NET's decompressor ends without an error on truncated data, which would
/// silently lose rows, so the checksum and the length at the end of the file are verified.
/// </summary>
internal sealed class PackedText : IDisposable
{
    private const int TrailerLength = 8;
    private readonly GzipOrPlain _source;
    private readonly string _file;
    private readonly byte[] _trailer = new byte[TrailerLength];
    private readonly long _most;
    private readonly Crc32 _crc = new();

    /// <summary>Reads the first and last bytes of the file.</summary>
    /// <param name="stream">The file, at its start. It must be seekable and is not disposed.</param>
    /// <param name="file">Its name in messages.</param>
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

    /// <summary>The size of the file, in bytes, before decompression.</summary>
    public long FileLength { get; }

    /// <summary>Reads until the destination is full or the content ends.</summary>
    /// <exception cref="InvalidInputException">The compressed data are damaged, truncated or too large when decompressed.</exception>
    public int ReadUpTo(Span<byte> destination)
    {
        int count = _source.ReadUpTo(destination);
        if (!IsPacked)
            return count;
        _crc.Append(destination[..count]);
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
        if (crc == _crc.GetCurrentHashAsUInt32() && length == (uint)_source.Offset)
            return;
        throw InvalidInputException.At(_file, _source.Place(_source.Offset), _source.Offset,
            "the gzip data are damaged or truncated, or several gzip files were joined: the checksum at the end of the file does not "
            + "match the content. Fetch it again, or unpack it: gunzip -k FILE.");
    }
}
