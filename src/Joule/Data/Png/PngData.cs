using System.Buffers.Binary;

namespace Joule.Data;

/// <summary>The data of a PNG's consecutive IDAT chunks as one stream, read in place.</summary>
/// <param name="file">The whole file, its chunks checked.</param>
/// <param name="first">Where the first IDAT chunk starts.</param>
internal sealed class PngData(ReadOnlyMemory<byte> file, int first) : ForwardStream
{
    private int _next = first;
    private ReadOnlyMemory<byte> _rest;

    public override int Read(Span<byte> buffer)
    {
        while (_rest.Length == 0)
        {
            ReadOnlyMemory<byte> chunk = file[_next..];
            if (!chunk.Span.Slice(4, 4).SequenceEqual("IDAT"u8))
                return 0; // at the latest IEND
            _rest = chunk.Slice(8, BinaryPrimitives.ReadInt32BigEndian(chunk.Span));
            _next += 12 + _rest.Length;
        }
        int count = Math.Min(buffer.Length, _rest.Length);
        _rest.Span[..count].CopyTo(buffer);
        _rest = _rest[count..];
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
}
