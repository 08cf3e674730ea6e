namespace Joule.Data;

/// <summary>Timeouts of a server.</summary>
/// <param name="Answer">Time to the first line of the response, connection included.</param>
/// <param name="Stall">Time between two pieces of the content.</param>
public sealed record MirrorPatience(TimeSpan Answer, TimeSpan Stall)
{
    /// <summary>4 seconds for the answer, 10 between two pieces.</summary>
    public static MirrorPatience Default { get; } = new(TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(10));
}

/// <summary>Downloads gzipped files from a public mirror. After the first failure the mirror is not used again.</summary>
public sealed class MirrorSource : IDatasetSource
{
    private static readonly Lazy<HttpClient> Shared = new(
        () => NewClient(new SocketsHttpHandler { ConnectTimeout = MirrorPatience.Default.Answer }));

    private readonly Uri _folder;
    private readonly Lazy<HttpClient> _client;
    private readonly MirrorPatience _patience;

    /// <summary>Creates a mirror on the network.</summary>
    /// <param name="folder">The address of the folder, ending in a slash.</param>
    public MirrorSource(Uri folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        (_folder, _client, _patience) = (folder, Shared, MirrorPatience.Default);
    }

    /// <summary>Creates a mirror with a custom handler, for a proxy or a test.</summary>
    /// <param name="folder">The address of the folder, ending in a slash.</param>
    /// <param name="handler">Sends the requests.</param>
    /// <param name="patience">The timeouts.</param>
    public MirrorSource(Uri folder, HttpMessageHandler handler, MirrorPatience patience)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(patience);
        (_folder, _client, _patience) = (folder, new Lazy<HttpClient>(() => NewClient(handler)), patience);
    }

    /// <inheritdoc/>
    public string Name => _folder.ToString();

    /// <inheritdoc/>
    public void Bring(IReadOnlyList<DatasetFile> wanted, DatasetFileSink sink, Action<string> log, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        ArgumentNullException.ThrowIfNull(sink);
        ArgumentNullException.ThrowIfNull(log);
        foreach (DatasetFile file in wanted)
        {
            Uri address = new(_folder, file.Name + ".gz");
            using HttpResponseMessage response = Ask(address, cancellation);
            if (!response.IsSuccessStatusCode)
                throw new SourceException($"{file.Name}.gz: the server answers {(int)response.StatusCode} {response.ReasonPhrase}");
            log($"downloading {file.Name}.gz{(response.Content.Headers.ContentLength is long size ? $" ({size / 1e6:0.0} MB)" : "")}");
            using ImpatientStream content = new(response.Content.ReadAsStream(cancellation), _patience.Stall, cancellation);
            sink(file, content);
        }
    }

    private HttpResponseMessage Ask(Uri address, CancellationToken cancellation)
    {
        using CancellationTokenSource timer = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timer.CancelAfter(_patience.Answer);
        try
        {
            // A timeout from outside as well: a look-up of the host's name does not always observe the token.
            return _client.Value.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, timer.Token).WaitAsync(timer.Token)
                .GetAwaiter().GetResult();
        }
        catch (OperationCanceledException error) when (!cancellation.IsCancellationRequested)
        {
            throw new SourceException($"no answer in {_patience.Answer.TotalSeconds:0.##} s", error);
        }
        catch (HttpRequestException error)
        {
            throw new SourceException(error.InnerException?.Message ?? error.Message, error);
        }
    }

    private static HttpClient NewClient(HttpMessageHandler handler)
    {
        HttpClient client = new(handler) { Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.UserAgent.ParseAdd("joule");
        return client;
    }
}
