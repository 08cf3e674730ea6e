using Joule.Compute;
using Joule.Data;

namespace Joule.Compare.Cases;

/// <summary>
/// The images of the cases: MNIST if it is in the cache, otherwise random ones of the same size. Nothing is fetched.
/// </summary>
internal static class BenchImages
{
    private const int Side = 28;

    private static readonly Lazy<ImageSet> TrainImages = new(() => Load(0, 4096, "train"));
    private static readonly Lazy<ImageSet> TestImages = new(() => Load(2, 10_000, "test"));

    public static ImageSet Train => TrainImages.Value;

    public static ImageSet Test => TestImages.Value;

    private static ImageSet Load(int file, int count, string part)
    {
        MnistDataset mnist = new();
        string path = DataCache.Default.PathOf(mnist, mnist.Files[file]);
        if (File.Exists(path))
        {
            ImageSet all = IdxFile.ReadImages(path);
            if (all.Count >= count && all.Height == Side && all.Width == Side)
                return all.Slice(0, count);
        }
        byte[] pixels = new byte[count * Side * Side];
        RandomStream stream = new(1, RandomPurpose.User, (ulong)file);
        float[] row = new float[Side * Side];
        for (int i = 0; i < count; i++)
        {
            stream.FillUniform(row, (uint)i, 0, 255);
            for (int j = 0; j < row.Length; j++)
                pixels[i * row.Length + j] = (byte)row[j];
        }
        return ImageSet.FromBytes($"random images ({part})", 1, Side, Side, pixels);
    }
}
