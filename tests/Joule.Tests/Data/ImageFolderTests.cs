using Joule.Data;
using Xunit;

namespace Joule.Tests.Data;

public sealed class ImageFolderTests
{
    [Fact]
    public void Pictures_are_read_in_the_order_of_their_names()
    {
        using var folder = new TempFolder();
        PngFile.Write(folder["b.PNG"], new PngImage(2, 1, 1, [3, 4]));
        PngFile.Write(folder["a10.png"], new PngImage(2, 1, 1, [1, 2]));
        PngFile.Write(folder["Z.png"], new PngImage(2, 1, 1, [0, 255]));
        folder.Write("note.txt", "no picture"u8);
        folder.Write("sub/c.png", "no picture either"u8);
        var images = ImageFolder.Read(folder.Path);
        Assert.Equal(["Z.png", "a10.png", "b.PNG"], images.Names!);
        Assert.Equal((3, 1, 1, 2), (images.Count, images.Channels, images.Height, images.Width));
        Assert.Equal([0f, 1f], SmallImages.Values(images, 0));
    }

    [Fact]
    public void Colour_is_laid_out_channel_by_channel()
    {
        using var folder = new TempFolder();
        PngFile.Write(folder["a.png"], new PngImage(2, 1, 3, [1, 2, 3, 4, 5, 6]));
        PngFile.Write(folder["b.png"], new PngImage(2, 1, 1, [7, 8]));
        var images = ImageFolder.Read(folder.Path);
        Assert.Equal(3, images.Channels);
        Assert.Equal(new float[] { 1, 4, 2, 5, 3, 6 }.Select(v => v * (1f / 255f)), SmallImages.Values(images, 0));
        Assert.Equal(new float[] { 7, 8, 7, 8, 7, 8 }.Select(v => v * (1f / 255f)), SmallImages.Values(images, 1));
    }

    [Fact]
    public void Colour_pictures_without_colour_are_grey()
    {
        using var folder = new TempFolder();
        PngFile.Write(folder["a.png"], new PngImage(2, 1, 3, [1, 1, 1, 4, 4, 4]));
        Assert.Equal(1, ImageFolder.Read(folder.Path).Channels);
    }

    [Fact]
    public void Two_sizes_are_named()
    {
        using var folder = new TempFolder();
        PngFile.Write(folder["a.png"], new PngImage(2, 1, 1, [1, 1]));
        PngFile.Write(folder["b.png"], new PngImage(1, 2, 1, [1, 1]));
        Refused.With(() => ImageFolder.Read(folder.Path), "b.png is 1×2", "a.png is 2×1");
    }

    [Fact]
    public void An_empty_folder_none_and_a_false_picture_are_named()
    {
        using var folder = new TempFolder();
        Refused.With(() => ImageFolder.Read(folder.Path), "no *.png");
        Refused.With(() => ImageFolder.Read(folder["none"]), "There is no folder");
        folder.Write("a.png", "text"u8);
        Refused.With(() => ImageFolder.Read(folder.Path), "a.png", "no PNG");
    }
}
