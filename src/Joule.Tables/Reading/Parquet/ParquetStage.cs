namespace Joule.Tables;

/// <summary>
/// The stream that the Parquet library reads: first the footer of a file, then the pages of one column after another. Reading past the
/// end throws, so the library cannot loop forever.
/// </summary>
internal sealed class ParquetStage : Stream
{
    /// <summary>The offset of a column's pages; not 0, which would mean that there are none.</summary>
    public const int Start = 4;

    private byte[] _bytes;

    /// <summary>Presents a footer.</summary>
    /// <param name="footer">The checked footer.</param>
    public ParquetStage(byte[] footer) => _bytes = [.. "PAR1"u8, .. footer, .. BitConverter.GetBytes(footer.Length), .. "PAR1"u8];

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => _bytes.Length;

    public override long Position { get; set; }

    /// <summary>Presents the pages of a column, starting at <see cref="Start"/>.</summary>
    public void Show(byte[] pages) => _bytes = [.. "PAR1"u8, .. pages];

    public override int Read(Span<byte> buffer)
    {
        int count = (int)Math.Min(buffer.Length, Math.Max(0, _bytes.Length - Position));
        if (count == 0 && buffer.Length > 0)
            throw new EndOfStreamException("the pages end too soon");
        _bytes.AsSpan((int)Position, count).CopyTo(buffer);
        Position += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin) => Position = offset + origin switch
    {
        SeekOrigin.Begin => 0,
        SeekOrigin.Current => Position,
        _ => Length,
    };

    public override void Flush() { }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
