using Joule.Gpu.Ptx;

namespace Joule.Gpu.Driver;

/// <summary>What a GPU does by itself.</summary>
internal enum OperationKind
{
    /// <summary>A kernel runs.</summary>
    Launch,

    /// <summary>Words go from page-locked memory of the host to the GPU.</summary>
    Upload,

    /// <summary>Words go from the GPU to page-locked memory of the host.</summary>
    Download,

    /// <summary>Words are copied within the GPU.</summary>
    Copy,

    /// <summary>Words become zero.</summary>
    Clear,
}

/// <summary>An operation of a GPU with all that it needs, which can be asked for later.</summary>
internal sealed record GpuOperation
{
    private GpuOperation(OperationKind kind) => Kind = kind;

    /// <summary>Its kind.</summary>
    public OperationKind Kind { get; }

    /// <summary>The kernel of a launch.</summary>
    public IGpuKernel? Kernel { get; private init; }

    /// <summary>The name of that kernel, for errors.</summary>
    public string Name { get; private init; } = "";

    /// <summary>Blocks of a launch.</summary>
    public int Blocks { get; private init; }

    /// <summary>Arguments of a launch.</summary>
    public KernelArgument[] Arguments { get; private init; } = [];

    /// <summary>The GPU's memory that is read; 0 for a launch, an upload and a clear.</summary>
    public ulong From { get; private init; }

    /// <summary>The GPU's memory that is written; 0 for a launch and a download.</summary>
    public ulong To { get; private init; }

    /// <summary>The host's memory of an upload or a download.</summary>
    public IGpuHostMemory? Host { get; private init; }

    /// <summary>The first word of that memory.</summary>
    public int First { get; private init; }

    /// <summary>Number of 32-bit words; 0 for a launch.</summary>
    public long Words { get; private init; }

    /// <summary>A launch.</summary>
    public static GpuOperation OfLaunch(IGpuKernel kernel, string name, int blocks, ReadOnlySpan<KernelArgument> arguments) =>
        new(OperationKind.Launch) { Kernel = kernel, Name = name, Blocks = blocks, Arguments = arguments.ToArray() };

    /// <summary>A copy to the GPU.</summary>
    public static GpuOperation OfUpload(ulong to, IGpuHostMemory from, int first, int words) =>
        new(OperationKind.Upload) { To = to, Host = from, First = first, Words = words };

    /// <summary>A copy to the host.</summary>
    public static GpuOperation OfDownload(ulong from, IGpuHostMemory to, int words) =>
        new(OperationKind.Download) { From = from, Host = to, Words = words };

    /// <summary>A copy within the GPU.</summary>
    public static GpuOperation OfCopy(ulong from, ulong to, long words) =>
        new(OperationKind.Copy) { From = from, To = to, Words = words };

    /// <summary>A clear.</summary>
    public static GpuOperation OfClear(ulong at, long words) => new(OperationKind.Clear) { To = at, Words = words };

    /// <summary>Whether only numbers differ: addresses, sizes, blocks and arguments.</summary>
    public bool IsLike(GpuOperation other) => Kind == other.Kind && ReferenceEquals(Kernel, other.Kernel);

    /// <summary>Whether nothing differs.</summary>
    public bool IsSame(GpuOperation other) => IsLike(other) && Blocks == other.Blocks && (From, To) == (other.From, other.To)
        && ReferenceEquals(Host, other.Host) && (First, Words) == (other.First, other.Words)
        && Arguments.AsSpan().SequenceEqual(other.Arguments);

    /// <summary>Asks an engine for the operation.</summary>
    /// <exception cref="GpuException">The driver refuses it.</exception>
    public void Run(IGpuEngine engine)
    {
        switch (Kind)
        {
            case OperationKind.Launch:
                Kernel!.Launch(Blocks, Arguments);
                break;
            case OperationKind.Upload:
                engine.UploadLater(To, Host!, First, (int)Words);
                break;
            case OperationKind.Download:
                engine.DownloadLater(From, Host!, (int)Words);
                break;
            case OperationKind.Copy:
                engine.Copy(From, To, Words);
                break;
            case OperationKind.Clear:
                engine.Clear(To, Words);
                break;
        }
    }
}
