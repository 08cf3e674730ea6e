namespace Joule.Data;

/// <summary>Reads a stream from the network and gives up when it stalls.</summary>
internal sealed class ImpatientStream(Stream inner, TimeSpan stall, CancellationToken cancellation) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count)
    {
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timer.CancelAfter(stall);
        try
        {
            return inner.ReadAsync(buffer.AsMemory(offset, count), timer.Token).AsTask().WaitAsync(timer.Token).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException error) when (!cancellation.IsCancellationRequested)
        {
            throw new SourceException($"nothing came for {stall.TotalSeconds:0.##} s", error);
        }
        catch (Exception error) when (error is IOException or HttpRequestException)
        {
            throw new SourceException("the connection broke: " + error.Message.TrimEnd('.'), error);
        }
    }

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }
}
