using System.Security.Cryptography;
using Joule.Data;
using Xunit;

namespace Joule.Tests.Data;

public sealed class ImageSetTests
{
    [Fact]
    public void Every_byte_becomes_its_brightness_to_the_last_bit()
    {
        ImageSet images = ImageSet.FromBytes("all", 1, 16, 16, [.. Enumerable.Range(0, 256).Select(i => (byte)i)]);
        float[] values = SmallImages.Values(images, 0);
        for (int i = 0; i < 256; i++)
            Assert.Equal(i * (1f / 255f), values[i]);
        Assert.Equal(0f, values[0]);
        Assert.Equal(1f, values[255]);
    }

    [Fact]
    public void Floats_are_unchanged()
    {
        float[] values = [0f, 0.25f, 1f, 0.5f, -0f, 0.125f];
        ImageSet images = ImageSet.FromFloats("f", 3, 1, 1, values);
        Assert.Equal((2, 3, 1, 1, 3), (images.Count, images.Channels, images.Height, images.Width, images.Length));
        Assert.Equal(values[3..], SmallImages.Values(images, 1));
    }

    [Theory]
    [InlineData(-0.001f)]
    [InlineData(1.001f)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_float_that_is_not_a_brightness_is_named_with_its_position(float value) =>
        Refused.With(() => ImageSet.FromFloats("f", 1, 1, 2, [0, 0, 0, value]), "f", "row 1, column 1", value.ToString());

    [Fact]
    public void A_slice_is_a_view_with_its_own_names_and_labels()
    {
        ImageSet images = ImageSet.FromBytes("s", 1, 1, 2, [0, 1, 2, 3, 4, 5, 6, 7], ["a", "b", "c", "d"], [9, 8, 7, 6]);
        ImageSet slice = images.Slice(1, 3).Slice(1, 2);
        Assert.Equal(2, slice.Count);
        Assert.Equal(["c", "d"], slice.Names!);
        Assert.Equal([7, 6], slice.Labels!);
        Assert.Equal([6 * (1f / 255f), 7 * (1f / 255f)], SmallImages.Values(slice, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => images.Slice(3, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => images.Slice(0, 0));
    }

    [Fact]
    public void A_batch_is_its_images_one_after_another()
    {
        ImageSet images = SmallImages.Grey(5, 2, 3);
        float[] batch = new float[12];
        images.Read([4, 0], batch);
        Assert.Equal([.. SmallImages.Values(images, 4), .. SmallImages.Values(images, 0)], batch);
    }

    [Fact]
    public void Wrong_sizes_are_refused()
    {
        Refused.With(() => ImageSet.FromBytes("w", 1, 2, 2, new byte[7]), "w", "7 values", "1×2×2");
        Refused.With(() => ImageSet.FromBytes("w", 1, 2, 2, []), "w");
        Refused.With(() => ImageSet.FromBytes("w", 1, 0, 2, new byte[2]), "w");
        Refused.With(() => ImageSet.FromBytes("w", 1, 1, 1, new byte[2], labels: [1]), "2 images have 1 labels");
        Refused.With(() => ImageSet.FromBytes("w", 1, 1, 1, new byte[2], ["a"]), "2 images have 1 names");
        ImageSet images = SmallImages.Grey(2, 2, 2);
        Assert.Throws<ArgumentOutOfRangeException>(() => images.Read(2, new float[4]));
        Assert.Throws<ArgumentOutOfRangeException>(() => images.Read(-1, new float[4]));
        Assert.Throws<ArgumentException>(() => images.Read(0, new float[3]));
    }

    [Fact]
    public void Reading_allocates_nothing()
    {
        ImageSet images = SmallImages.Grey(8, 28, 28);
        float[] batch = new float[8 * 784];
        int[] indices = [0, 1, 2, 3, 4, 5, 6, 7];
        images.Read(indices, batch);
        long before = GC.GetAllocatedBytesForCurrentThread();
        images.Read(indices, batch);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Grey_becomes_colour_with_three_equal_channels()
    {
        ImageSet colour = SmallImages.Grey(3, 2, 2).Slice(1, 2).AsChannels(3);
        float[] grey = SmallImages.Values(SmallImages.Grey(3, 2, 2), 2);
        Assert.Equal([.. grey, .. grey, .. grey], SmallImages.Values(colour, 1));
    }

    [Fact]
    public void Colour_whose_channels_agree_becomes_grey_and_real_colour_is_named()
    {
        ImageSet grey = ImageSet.FromBytes("a", 3, 1, 2, [1, 2, 1, 2, 1, 2, 7, 8, 7, 8, 7, 8]);
        Assert.Equal([7 * (1f / 255f), 8 * (1f / 255f)], SmallImages.Values(grey.AsChannels(1), 1));
        ImageSet floats = ImageSet.FromFloats("a", 1, 1, 2, [0.25f, 1]).AsChannels(3);
        Assert.Equal([0.25f, 1, 0.25f, 1, 0.25f, 1], SmallImages.Values(floats, 0));
        Assert.Equal([0.25f, 1], SmallImages.Values(floats.AsChannels(1), 0));
        ImageSet colour = ImageSet.FromBytes("a", 3, 1, 2, [1, 2, 1, 2, 1, 2, 7, 8, 7, 9, 7, 8]);
        Refused.With(() => colour.AsChannels(1), "a: row 1 is a colour image", "array.mean");
        Assert.Equal(1, colour.Slice(0, 1).AsChannels(1).Channels); // one picture does not affect another
        Refused.With(() => ImageSet.FromBytes("a", 3, 1, 1, [1, 2, 3], ["x.png"]).AsChannels(1), "a: x.png is a colour image", "mogrify");
        Assert.Same(colour, colour.AsChannels(4));
    }

    [Fact]
    public void Chosen_images_are_a_view_in_the_order_given()
    {
        ImageSet all = SmallImages.Grey(5, 2, 2);
        ImageSet some = all.Slice(1, 4).Select([3, 0, 2]);
        Assert.Equal(SmallImages.Values(all, 4), SmallImages.Values(some, 0));
        Assert.Equal(SmallImages.Values(all, 1), SmallImages.Values(some.Select([1]), 0));
        Assert.Equal(SmallImages.Values(all, 3), SmallImages.Values(some.Slice(2, 1).AsChannels(3), 0)[4..8]);
        Assert.Throws<ArgumentOutOfRangeException>(() => all.Select([5]));
        Assert.Throws<ArgumentOutOfRangeException>(() => all.Select([]));
    }

    [Fact]
    public void A_view_has_the_fingerprint_of_a_copy()
    {
        ImageSet all = SmallImages.Grey(5, 2, 2);
        byte[] Bytes(int i) => [.. SmallImages.Values(all, i).Select(v => (byte)MathF.Round(v * 255))];
        ImageSet copy = ImageSet.FromBytes("copy", 1, 2, 2, [.. Bytes(4), .. Bytes(2)]);
        Assert.Equal(Fingerprint(copy), Fingerprint(all.Select([4, 2])));
        ImageSet colour = ImageSet.FromBytes("copy", 3, 2, 2, [.. Bytes(4), .. Bytes(4), .. Bytes(4)]);
        Assert.Equal(Fingerprint(colour), Fingerprint(all.Slice(4, 1).AsChannels(3)));
        Assert.Equal(Fingerprint(all.Slice(4, 1)), Fingerprint(colour.AsChannels(1)));
    }

    private static string Fingerprint(params ImageSet[] sets)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (ImageSet set in sets)
            ImageFingerprint.AppendTo(hash, set);
        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
