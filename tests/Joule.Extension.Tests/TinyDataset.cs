using Joule.Data;

namespace Joule.Extension.Tests;

/// <summary>A dataset for <c>joule data</c>. It has no source, so its files must be in the cache already.</summary>
public sealed class TinyDataset : Dataset
{
    private static readonly string NoHash = new('0', 64);

    /// <inheritdoc/>
    public override string Name => "extension-tiny";

    /// <inheritdoc/>
    public override string Description => "A dataset of another assembly.";

    /// <inheritdoc/>
    public override IReadOnlyList<DatasetFile> Files { get; } =
    [
        new("train-images-idx3-ubyte", 16, NoHash), new("train-labels-idx1-ubyte", 8, NoHash),
        new("t10k-images-idx3-ubyte", 16, NoHash), new("t10k-labels-idx1-ubyte", 8, NoHash),
    ];

    /// <inheritdoc/>
    public override IReadOnlyList<IDatasetSource> Sources => [];
}
