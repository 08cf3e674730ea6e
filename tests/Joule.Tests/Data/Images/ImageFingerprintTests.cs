using System.Security.Cryptography;
using Joule.Data;
using Xunit;

namespace Joule.Tests.Data;

public sealed class ImageFingerprintTests
{
    private static readonly byte[] Pixels = new XorShift(5).Bytes(8 * 6);

    private static readonly ImageSet Images = ImageSet.FromBytes("images", 1, 2, 3, Pixels);

    [Fact]
    public void It_depends_only_on_the_pixels()
    {
        ImageSet same = ImageSet.FromBytes("others", 1, 2, 3, [.. Pixels], labels: new byte[8]);
        Assert.Equal(Fingerprint(Images, Images), Fingerprint(same, same));
        Assert.Equal(Fingerprint(Images.Slice(2, 3), Images), Fingerprint(ImageSet.FromBytes("part", 1, 2, 3, Pixels[12..30]), same));
    }

    [Fact]
    public void Every_difference_changes_it()
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
        string[] prints = [.. sets.Select(s => Fingerprint(s, Images)), .. sets.Skip(1).Select(s => Fingerprint(Images, s))];
        Assert.Equal(prints.Length, prints.Distinct().Count());
    }

    private static string Fingerprint(params ImageSet[] sets)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (ImageSet set in sets)
            ImageFingerprint.AppendTo(hash, set);
        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
