using Joule.Data;
using Xunit;

namespace Joule.Tests.Data;

public sealed class ImageFingerprintTests
{
    private static readonly byte[] Pixels = new XorShift(5).Bytes(8 * 6);

    private static readonly ImageSet Images = ImageSet.FromBytes("images", 1, 2, 3, Pixels);

    [Fact]
    public void It_is_of_the_pixels_alone()
    {
        ImageSet same = ImageSet.FromBytes("others", 1, 2, 3, [.. Pixels], labels: new byte[8]);
        Assert.Equal(ImageFingerprint.Of(Images, Images), ImageFingerprint.Of(same, same));
        Assert.Equal(ImageFingerprint.Of(Images.Slice(2, 3), Images),
            ImageFingerprint.Of(ImageSet.FromBytes("part", 1, 2, 3, Pixels[12..30]), same));
    }

    [Fact]
    public void Every_difference_shows()
    {
        byte[] other = [.. Pixels];
        other[^1] ^= 1;
        float[] floats = new float[48], otherFloats = new float[48];
        otherFloats[40] = 0.5f;
        ImageSet[] sets =
        [
            Images, ImageSet.FromBytes("a", 1, 2, 3, other), ImageSet.FromBytes("a", 1, 3, 2, Pixels), Images.Slice(0, 7),
            ImageSet.FromFloats("f", 1, 2, 3, floats), ImageSet.FromFloats("f", 1, 2, 3, otherFloats),
        ];
        string[] prints = [.. sets.Select(s => ImageFingerprint.Of(s, Images)),
            .. sets.Skip(1).Select(s => ImageFingerprint.Of(Images, s))];
        Assert.Equal(prints.Length, prints.Distinct().Count());
    }
}
