using System.IO.Compression;

namespace Joule.Data;

/// <summary>The content of a stream, unpacked where it starts with the gzip magic number (1f 8b), as it is otherwise.</summary>
internal sealed class GzipOrPlain : IDisposable
{
    private readonly string name;
    private readonly Stream stream;
    private readonly byte[] head = new byte[2];
    private readonly int headLength;
    private int headGiven;

    /// <summary>Looks at the first two bytes.</summary>
    /// <param name="stream">The stream, at its start; left open.</param>
    /// <param name="name">What messages call it.</param>
    public GzipOrPlain(Stream stream, string name)
    {
        this.name = name;
        FileLength = stream.CanSeek ? stream.Length - stream.Position : null;
        headLength = stream.ReadAtLeast(head, 2, throwOnEndOfStream: false);
        IsPacked = headLength == 2 && head[0] == 0x1f && head[1] == 0x8b;
        LengthLimit = IsPacked ? FileLength * ReadLimit.DeflateMostRatio : FileLength;
        this.stream = IsPacked ? new GZipStream(new Rejoined(head, stream), CompressionMode.Decompress) : stream;
        if (IsPacked) headGiven = headLength;
    }

    /// <summary>Whether the content is gzipped.</summary>
    public bool IsPacked { get; }

    /// <summary>The size of the stream as it is, packed or not; null where it is not known.</summary>
    public long? FileLength { get; }

    /// <summary>The length of the plain content, or a bound that the unpacked content cannot pass; null where nothing is known.</summary>
    public long? LengthLimit { get; }

    /// <summary>Bytes of content read so far.</summary>
    public long Offset { get; private set; }

    /// <summary>Reads until the destination is full or the content ends.</summary>
    /// <returns>The bytes read.</returns>
    /// <exception cref="InvalidInputException">The gzip data are damaged.</exception>
    public int ReadUpTo(Span<byte> destination)
    {
        var given = 0;
        while (headGiven < headLength && given < destination.Length) destination[given++] = head[headGiven++];
        Offset += given;
        try
        {
            while (given < destination.Length)
            {
                var count = stream.Read(destination[given..]);
                if (count == 0) break;
                given += count;
                Offset += count;
            }
            return given;
        }
        catch (Exception error) when (IsDamage(error))
        {
            throw InvalidInputException.At(name, Place(Offset), Offset, "the gzip data are damaged or cut short. Fetch the file again.", error);
        }
    }

    /// <summary>Whether an error is the decompressor's own, which has a type of its own for what it does not expect, and not the disk's.</summary>
    public static bool IsDamage(Exception error) =>
        error is InvalidDataException || (error is IOException && error.GetType().Namespace == typeof(GZipStream).Namespace);

    /// <summary>A place of the content in words.</summary>
    public string Place(long offset) => IsPacked ? $"byte {offset} of the unpacked content" : $"byte {offset}";

    /// <inheritdoc/>
    public void Dispose()
    {
        if (IsPacked) stream.Dispose();
    }

    /// <summary>A stream with its first bytes put back.</summary>
    private sealed class Rejoined(byte[] head, Stream rest) : ForwardStream
    {
        private int given;

        public override int Read(Span<byte> buffer)
        {
            if (given == head.Length || buffer.Length == 0) return rest.Read(buffer);
            var count = Math.Min(buffer.Length, head.Length - given);
            head.AsSpan(given, count).CopyTo(buffer);
            given += count;
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
    }
}
