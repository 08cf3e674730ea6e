namespace Joule.Data;

/// <summary>Reads a stream from the network and gives up when it stalls.</summary>
internal sealed class ImpatientStream(Stream inner, TimeSpan stall, CancellationToken cancellation) : ForwardStream
{
    public override int Read(byte[] buffer, int offset, int count)
    {
        using CancellationTokenSource timer = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
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

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }
}
