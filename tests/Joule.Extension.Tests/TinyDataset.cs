using Joule.Data;

namespace Joule.Extension.Tests;

/// <summary>A dataset that another assembly adds.</summary>
public sealed class TinyDataset : Dataset
{
    /// <inheritdoc/>
    public override string Name => "extension-tiny";

    /// <inheritdoc/>
    public override string Description => "A dataset of another assembly.";

    /// <inheritdoc/>
    public override IReadOnlyList<DatasetFile> Files { get; } = [new("train-images-idx3-ubyte", 16, new string('0', 64))];

    /// <inheritdoc/>
    public override IReadOnlyList<IDatasetSource> Sources => [];
}
