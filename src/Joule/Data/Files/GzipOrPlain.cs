using System.IO.Compression;

namespace Joule.Data;

/// <summary>The content of a stream: unpacked if it starts with the gzip magic number (1f 8b), or else unchanged.</summary>
internal sealed class GzipOrPlain : IDisposable
{
    private readonly string _name;
    private readonly Stream _stream;
    private readonly byte[] _head = new byte[2];
    private readonly int _headLength;
    private int _headGiven;

    /// <summary>Examines the first two bytes.</summary>
    /// <param name="stream">The stream, at its start; left open.</param>
    /// <param name="name">Its name in messages.</param>
    public GzipOrPlain(Stream stream, string name)
    {
        _name = name;
        FileLength = stream.CanSeek ? stream.Length - stream.Position : null;
        _headLength = stream.ReadAtLeast(_head, 2, throwOnEndOfStream: false);
        IsPacked = _headLength == 2 && _head[0] == 0x1f && _head[1] == 0x8b;
        LengthLimit = IsPacked ? FileLength * ReadLimit.DeflateMostRatio : FileLength;
        _stream = IsPacked ? new GZipStream(new Rejoined(_head, stream), CompressionMode.Decompress) : stream;
        if (IsPacked)
            _headGiven = _headLength;
    }

    /// <summary>Whether the content is gzipped.</summary>
    public bool IsPacked { get; }

    /// <summary>The size of the stream itself, packed or not; null if unknown.</summary>
    public long? FileLength { get; }

    /// <summary>The length of plain content, or an upper bound of unpacked content; null if unknown.</summary>
    public long? LengthLimit { get; }

    /// <summary>Bytes of content read so far.</summary>
    public long Offset { get; private set; }

    /// <summary>Reads until the destination is full or the content ends.</summary>
    /// <returns>The bytes read.</returns>
    /// <exception cref="InvalidInputException">The gzip data are damaged.</exception>
    public int ReadUpTo(Span<byte> destination)
    {
        int given = 0;
        while (_headGiven < _headLength && given < destination.Length)
            destination[given++] = _head[_headGiven++];
        Offset += given;
        try
        {
            while (given < destination.Length)
            {
                int count = _stream.Read(destination[given..]);
                if (count == 0)
                    break;
                given += count;
                Offset += count;
            }
            return given;
        }
        catch (Exception error) when (IsDamage(error))
        {
            throw InvalidInputException.At(
                _name, Place(Offset), Offset, "the gzip data are damaged or cut short. Fetch the file again.", error);
        }
    }

    /// <summary>
    /// Whether an error is the decompressor's own, which has its own type for unexpected data, and not the disk's.
    /// </summary>
    public static bool IsDamage(Exception error) =>
        error is InvalidDataException || (error is IOException && error.GetType().Namespace == typeof(GZipStream).Namespace);

    /// <summary>A position in the content, in words.</summary>
    public string Place(long offset) => IsPacked ? $"byte {offset} of the unpacked content" : $"byte {offset}";

    /// <inheritdoc/>
    public void Dispose()
    {
        if (IsPacked)
            _stream.Dispose();
    }

    /// <summary>A stream with its first bytes put back.</summary>
    private sealed class Rejoined(byte[] head, Stream rest) : ForwardStream
    {
        private int _given;

        public override int Read(Span<byte> buffer)
        {
            if (_given == head.Length || buffer.Length == 0)
                return rest.Read(buffer);
            int count = Math.Min(buffer.Length, head.Length - _given);
            head.AsSpan(_given, count).CopyTo(buffer);
            _given += count;
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
    }
}
