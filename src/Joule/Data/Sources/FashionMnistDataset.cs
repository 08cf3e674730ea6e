namespace Joule.Data;

/// <summary>Fashion-MNIST: pictures of clothes (Xiao, Rasul, Vollgraf 2017).</summary>
public sealed class FashionMnistDataset : Dataset
{
    /// <inheritdoc/>
    public override string Name => "fashion-mnist";

    /// <inheritdoc/>
    public override string Description => "Clothes in 10 classes, grey, 28×28: 60,000 for training, 10,000 for test.";

    /// <inheritdoc/>
    public override IReadOnlyList<DatasetFile> Files { get; } =
    [
        new("train-images-idx3-ubyte", 47_040_016, "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"),
        new("train-labels-idx1-ubyte", 60_008, "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"),
        new("t10k-images-idx3-ubyte", 7_840_016, "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"),
        new("t10k-labels-idx1-ubyte", 10_008, "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"),
    ];

    /// <inheritdoc/>
    public override IReadOnlyList<IDatasetSource> Sources { get; } =
    [
        // plain HTTP is all it speaks; the checksums guard the content
        new MirrorSource(new Uri("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/")),
        new FolderSource(
            "/usr/share/datasets/fashion-mnist", "the Debian package dataset-fashion-mnist",
            "it is not installed (apt-get install dataset-fashion-mnist)"),
    ];
}
