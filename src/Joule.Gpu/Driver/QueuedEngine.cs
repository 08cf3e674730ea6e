using Joule.Gpu.Ptx;

namespace Joule.Gpu.Driver;

/// <summary>
/// An engine whose operations are collected and sent as graphs (<see cref="LaunchQueue"/>): before the host waits, before another stream
/// follows, and before memory or a kernel goes that they may use. Small copies to the GPU go by page-locked memory and are not waited for.
/// </summary>
internal sealed class QueuedEngine : IGpuEngine
{
    private const int StagedWords = 1 << 22, MostStaged = StagedWords / 4;
    private const long MostWords = 1 << 28; // of a copy or a clear in a graph

    private readonly IGpuEngine _engine;
    private readonly LaunchQueue _queue;
    private IGpuHostMemory? _staging;
    private int _staged;

    /// <summary>Collects the operations of an engine.</summary>
    /// <param name="engine">The engine, which is disposed with this one.</param>
    /// <param name="graphs">Makes its graphs; null: every operation is sent at once.</param>
    /// <param name="say">Receives what a user should know; null: nobody.</param>
    public QueuedEngine(IGpuEngine engine, IGpuGraphs? graphs, Action<string>? say = null) =>
        (_engine, _queue) = (engine, new LaunchQueue(engine, graphs, say));

    /// <inheritdoc/>
    public GpuInfo Info => _engine.Info;

    /// <summary>The operations.</summary>
    public LaunchQueue Queue => _queue;

    /// <summary>How often the host has waited for everything.</summary>
    public long Waits { get; private set; }

    /// <inheritdoc/>
    public ulong Allocate(long words, string purpose) => _engine.Allocate(words, purpose);

    /// <inheritdoc/>
    public void Free(ulong address)
    {
        try
        {
            _queue.Flush();
        }
        finally
        {
            _engine.Free(address);
        }
    }

    /// <inheritdoc/>
    public void Upload(ulong to, ReadOnlySpan<float> words)
    {
        if (words.IsEmpty)
            return;
        if (words.Length > MostStaged)
        {
            _queue.Flush();
            _engine.Upload(to, words);
            Waited();
            return;
        }
        _staging ??= _engine.AllocateOnHost(StagedWords);
        if (_staged + words.Length > StagedWords)
            Wait();
        words.CopyTo(_staging.Span[_staged..]);
        _queue.Add(GpuOperation.OfUpload(to, _staging, _staged, words.Length));
        _staged += words.Length;
    }

    /// <inheritdoc/>
    public void UploadLater(ulong to, IGpuHostMemory from, int first, int words) =>
        Add(GpuOperation.OfUpload(to, from, first, words));

    /// <inheritdoc/>
    public void Download(ulong from, Span<float> words)
    {
        _queue.Flush();
        _engine.Download(from, words);
        Waited();
    }

    /// <inheritdoc/>
    public void DownloadLater(ulong from, IGpuHostMemory to, int words) => Add(GpuOperation.OfDownload(from, to, words));

    /// <inheritdoc/>
    public void Wait()
    {
        _queue.Flush();
        _engine.Wait();
        Waited();
    }

    /// <inheritdoc/>
    public void Copy(ulong from, ulong to, long words) => Add(GpuOperation.OfCopy(from, to, words));

    /// <inheritdoc/>
    public void Clear(ulong address, long words) => Add(GpuOperation.OfClear(address, words));

    /// <inheritdoc/>
    public IGpuKernel Compile(KernelText text) => new QueuedKernel(this, text, _engine.Compile(text));

    /// <inheritdoc/>
    public IGpuStream CreateStream() => new QueuedStream(_queue, _engine.CreateStream());

    /// <inheritdoc/>
    public IGpuHostMemory AllocateOnHost(int words) => _engine.AllocateOnHost(words);

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            _engine.Wait(); // of what nobody waits for, nothing may use memory that goes
        }
        catch (GpuException)
        {
            // Nobody asked for the results.
        }
        _queue.Dispose();
        _staging?.Dispose();
        _engine.Dispose();
    }

    // What a graph cannot hold goes by itself.
    private void Add(GpuOperation operation)
    {
        if (operation.Words == 0)
            return;
        if (operation.Words <= MostWords)
        {
            _queue.Add(operation);
            return;
        }
        _queue.Flush();
        operation.Run(_engine);
    }

    // The copies before have been made.
    private void Waited()
    {
        Waits++;
        _staged = 0;
    }

    private sealed class QueuedKernel(QueuedEngine engine, KernelText text, IGpuKernel kernel) : IGpuKernel
    {
        public string Description => kernel.Description;

        public void Launch(int blocks, params ReadOnlySpan<KernelArgument> arguments)
        {
            text.Check(blocks, arguments);
            engine._queue.Add(GpuOperation.OfLaunch(kernel, text.Name, blocks, arguments));
        }

        public void LaunchOn(IGpuStream stream, int blocks, params ReadOnlySpan<KernelArgument> arguments) =>
            kernel.LaunchOn(((QueuedStream)stream).Stream, blocks, arguments);

        public void Dispose()
        {
            try
            {
                engine._queue.Forget(kernel);
            }
            finally
            {
                kernel.Dispose();
            }
        }
    }

    private sealed class QueuedStream(LaunchQueue queue, IGpuStream stream) : IGpuStream
    {
        public IGpuStream Stream => stream;

        public void Follow()
        {
            queue.Flush();
            stream.Follow();
        }

        public void Upload(ulong to, IGpuHostMemory from, int words) => stream.Upload(to, from, words);

        public void Download(ulong from, IGpuHostMemory to, int words) => stream.Download(from, to, words);

        public void Wait() => stream.Wait();

        public void Dispose() => stream.Dispose();
    }
}
