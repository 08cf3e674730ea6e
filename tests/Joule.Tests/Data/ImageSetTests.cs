using Joule.Data;
using Xunit;

namespace Joule.Tests.Data;

public sealed class ImageSetTests
{
    [Fact]
    public void Every_byte_becomes_its_brightness_to_the_last_bit()
    {
        var images = ImageSet.FromBytes("all", 1, 16, 16, [.. Enumerable.Range(0, 256).Select(i => (byte)i)]);
        var values = SmallImages.Values(images, 0);
        for (var i = 0; i < 256; i++) Assert.Equal(i * (1f / 255f), values[i]);
        Assert.Equal(0f, values[0]);
        Assert.Equal(1f, values[255]);
    }

    [Fact]
    public void Floats_come_out_as_they_went_in()
    {
        float[] values = [0f, 0.25f, 1f, 0.5f, -0f, 0.125f];
        var images = ImageSet.FromFloats("f", 3, 1, 1, values);
        Assert.Equal((2, 3, 1, 1, 3), (images.Count, images.Channels, images.Height, images.Width, images.Length));
        Assert.Equal(values[3..], SmallImages.Values(images, 1));
    }

    [Theory]
    [InlineData(-0.001f)]
    [InlineData(1.001f)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_float_that_is_no_brightness_is_named_with_its_place(float value) =>
        Refused.With(() => ImageSet.FromFloats("f", 1, 1, 2, [0, 0, 0, value]), "f", "row 1, column 1", value.ToString());

    [Fact]
    public void A_slice_is_a_view_with_its_own_names_and_labels()
    {
        var images = ImageSet.FromBytes("s", 1, 1, 2, [0, 1, 2, 3, 4, 5, 6, 7], ["a", "b", "c", "d"], [9, 8, 7, 6]);
        var slice = images.Slice(1, 3).Slice(1, 2);
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
        var images = SmallImages.Grey(5, 2, 3);
        var batch = new float[12];
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
        var images = SmallImages.Grey(2, 2, 2);
        Assert.Throws<ArgumentOutOfRangeException>(() => images.Read(2, new float[4]));
        Assert.Throws<ArgumentOutOfRangeException>(() => images.Read(-1, new float[4]));
        Assert.Throws<ArgumentException>(() => images.Read(0, new float[3]));
    }

    [Fact]
    public void Reading_allocates_nothing()
    {
        var images = SmallImages.Grey(8, 28, 28);
        var batch = new float[8 * 784];
        int[] indices = [0, 1, 2, 3, 4, 5, 6, 7];
        images.Read(indices, batch);
        var before = GC.GetAllocatedBytesForCurrentThread();
        images.Read(indices, batch);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Grey_becomes_colour_with_three_equal_channels()
    {
        var colour = SmallImages.Grey(3, 2, 2).Slice(1, 2).AsChannels(3);
        var grey = SmallImages.Values(SmallImages.Grey(3, 2, 2), 2);
        Assert.Equal([.. grey, .. grey, .. grey], SmallImages.Values(colour, 1));
    }
}
