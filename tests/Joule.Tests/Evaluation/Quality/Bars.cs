using Joule.Compute;
using Joule.Data;
using Joule.Evaluation;

namespace Joule.Tests.Evaluation;

/// <summary>Grey images of 8×8 with three classes: a bright bar at the left, in the middle or at the right, on weak noise.</summary>
internal static class Bars
{
    public const int Side = 8;

    /// <summary>A recipe that a test can wait for.</summary>
    public static ClassifierTraining Recipe { get; } = new() { Batch = 16, LeastUpdates = 60, MostUpdates = 60 };

    /// <summary>n images; image i has class i mod 3.</summary>
    public static ImageSet Images(string name, int count, ulong seed, bool labelled = true)
    {
        byte[] pixels = new byte[count * Side * Side];
        float[] noise = new float[pixels.Length];
        new RandomStream(seed, RandomPurpose.User, 0).FillUniform(noise, 0, 0, 60);
        for (int p = 0; p < pixels.Length; p++)
        {
            int x = p % Side, from = 1 + 2 * (p / (Side * Side) % 3);
            pixels[p] = (byte)(noise[p] + (x >= from && x < from + 2 ? 180 : 0));
        }
        byte[]? labels = labelled ? [.. Enumerable.Range(0, count).Select(i => (byte)(i % 3))] : null;
        return ImageSet.FromBytes(name, 1, Side, Side, pixels, null, labels);
    }

    public static LabelledImages Labelled(int train = 90, int test = 30)
    {
        ImageTransform plain = new();
        return LabelledImages.Of(
            new ImageStateSet(Images("train", train, 1), plain), new ImageStateSet(Images("test", test, 2), plain));
    }
}
