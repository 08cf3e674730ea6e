using System.Net;
using System.Security.Cryptography;
using Joule.Data;

namespace Joule.Tests.Data;

/// <summary>A dataset of ten small images with sources given by the test.</summary>
internal sealed class TinyDataset : Dataset
{
    public TinyDataset(params IDatasetSource[] sources)
    {
        Sources = sources;
        using TempFolder folder = new();
        IdxFile.WriteImages(folder["train-images-idx3-ubyte"], SmallImages.Grey(7, 4, 4));
        IdxFile.WriteLabels(folder["train-labels-idx1-ubyte"], [0, 1, 2, 3, 4, 5, 6]);
        IdxFile.WriteImages(folder["t10k-images-idx3-ubyte"], SmallImages.Grey(3, 4, 4, 2));
        IdxFile.WriteLabels(folder["t10k-labels-idx1-ubyte"], [7, 8, 9]);
        foreach (string path in Directory.GetFiles(folder.Path))
            Content[Path.GetFileName(path)] = File.ReadAllBytes(path);
        Files = [.. Content.Select(
            pair => new DatasetFile(pair.Key, pair.Value.Length, Convert.ToHexStringLower(SHA256.HashData(pair.Value))))];
    }

    public Dictionary<string, byte[]> Content { get; } = [];

    public override string Name => "tiny";

    public override string Description => "Noise.";

    public override IReadOnlyList<DatasetFile> Files { get; }

    public override IReadOnlyList<IDatasetSource> Sources { get; }
}

/// <summary>A server in memory.</summary>
internal sealed class FakeServer(Func<string, HttpResponseMessage> answer, TimeSpan? delay = null) : HttpMessageHandler
{
    public List<string> Asked { get; } = [];

    public MirrorSource Mirror(double seconds = 0.05) =>
        new(new Uri("https://example.org/tiny/"), this,
            new MirrorPatience(TimeSpan.FromSeconds(delay is null ? 30 : seconds), TimeSpan.FromSeconds(seconds)));

    public static HttpResponseMessage Ok(byte[] content) => new(HttpStatusCode.OK) { Content = new ByteArrayContent(content) };

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Asked.Add(request.RequestUri!.Segments[^1]);
        if (delay is TimeSpan wait)
            await Task.Delay(wait, cancellationToken);
        return answer(request.RequestUri!.Segments[^1]);
    }
}

/// <summary>A response body that stalls or fails after some bytes.</summary>
internal sealed class StallingStream(byte[] first, bool breaks) : Stream
{
    private int _given;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_given == first.Length && breaks)
            throw new IOException("reset by peer");
        if (_given == first.Length)
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        int count = Math.Min(buffer.Length, first.Length - _given);
        first.AsMemory(_given, count).CopyTo(buffer);
        _given += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
