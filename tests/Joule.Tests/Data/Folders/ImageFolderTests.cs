using Joule.Data;
using Xunit;

namespace Joule.Tests.Data;

public sealed class ImageFolderTests
{
    [Fact]
    public void Pictures_are_read_in_the_order_of_their_names()
    {
        using TempFolder folder = new();
        PngFile.Write(folder["b.PNG"], new PngImage(2, 1, 1, [3, 4]));
        PngFile.Write(folder["a10.png"], new PngImage(2, 1, 1, [1, 2]));
        PngFile.Write(folder["Z.png"], new PngImage(2, 1, 1, [0, 255]));
        folder.Write("note.txt", "no picture"u8);
        folder.Write("sub/c.png", "no picture either"u8);
        ImageSet images = ImageFolder.Read(folder.Path);
        Assert.Equal(["Z.png", "a10.png", "b.PNG"], images.Names!);
        Assert.Equal((3, 1, 1, 2), (images.Count, images.Channels, images.Height, images.Width));
        Assert.Equal([0f, 1f], SmallImages.Values(images, 0));
    }

    [Fact]
    public void Colour_is_laid_out_channel_by_channel()
    {
        using TempFolder folder = new();
        PngFile.Write(folder["a.png"], new PngImage(2, 1, 3, [1, 2, 3, 4, 5, 6]));
        PngFile.Write(folder["b.png"], new PngImage(2, 1, 1, [7, 8]));
        ImageSet images = ImageFolder.Read(folder.Path);
        Assert.Equal(3, images.Channels);
        Assert.Equal(new float[] { 1, 4, 2, 5, 3, 6 }.Select(v => v * (1f / 255f)), SmallImages.Values(images, 0));
        Assert.Equal(new float[] { 7, 8, 7, 8, 7, 8 }.Select(v => v * (1f / 255f)), SmallImages.Values(images, 1));
    }

    [Fact]
    public void Colour_files_with_grey_pixels_are_grey()
    {
        using TempFolder folder = new();
        PngFile.Write(folder["a.png"], new PngImage(2, 1, 3, [1, 1, 1, 4, 4, 4]));
        Assert.Equal(1, ImageFolder.Read(folder.Path).Channels);
    }

    [Fact]
    public void Two_sizes_are_named()
    {
        using TempFolder folder = new();
        PngFile.Write(folder["a.png"], new PngImage(2, 1, 1, [1, 1]));
        PngFile.Write(folder["b.png"], new PngImage(1, 2, 1, [1, 1]));
        Refused.With(() => ImageFolder.Read(folder.Path), "b.png is 1×2", "a.png is 2×1");
    }

    [Fact]
    public void An_empty_folder_a_missing_one_and_a_false_picture_are_named()
    {
        using TempFolder folder = new();
        Refused.With(() => ImageFolder.Read(folder.Path), "no *.png");
        Refused.With(() => ImageFolder.Read(folder["none"]), "There is no folder");
        folder.Write("a.png", "text"u8);
        Refused.With(() => ImageFolder.Read(folder.Path), "a.png", "not a PNG");
    }

    [Fact]
    public void Grey_before_colour_becomes_colour()
    {
        using TempFolder folder = new();
        PngFile.Write(folder["a.png"], new PngImage(2, 1, 1, [7, 8]));
        PngFile.Write(folder["b.png"], new PngImage(2, 1, 1, [9, 10]));
        PngFile.Write(folder["c.png"], new PngImage(2, 1, 3, [1, 2, 3, 4, 5, 6]));
        ImageSet images = ImageFolder.Read(folder.Path);
        Assert.Equal(new float[] { 7, 8, 7, 8, 7, 8 }.Select(v => v * (1f / 255f)), SmallImages.Values(images, 0));
        Assert.Equal(new float[] { 9, 10, 9, 10, 9, 10 }.Select(v => v * (1f / 255f)), SmallImages.Values(images, 1));
        Assert.Equal(new float[] { 1, 4, 2, 5, 3, 6 }.Select(v => v * (1f / 255f)), SmallImages.Values(images, 2));
    }

    [Fact]
    public void A_link_is_followed_inside_the_folder_only()
    {
        if (OperatingSystem.IsWindows())
            return; // links need a privilege on Windows
        using TempFolder folder = new();
        Directory.CreateDirectory(folder["in"]);
        PngFile.Write(folder["in/a.png"], new PngImage(1, 1, 1, [7]));
        PngFile.Write(folder["secret.png"], new PngImage(1, 1, 1, [8]));
        File.CreateSymbolicLink(folder["in/b.png"], "a.png");
        Assert.Equal(2, ImageFolder.Read(folder["in"]).Count);
        foreach (string target in new[] { "../secret.png", folder["secret.png"], "none/../../secret.png" })
        {
            File.CreateSymbolicLink(folder["in/c.png"], target);
            Refused.With(() => ImageFolder.Read(folder["in"]), "c.png is a link to", "out of ");
            File.Delete(folder["in/c.png"]);
        }
        File.CreateSymbolicLink(folder["in/c.png"], "c.png");
        Refused.With(() => ImageFolder.Read(folder["in"]), "c.png");
    }

    [Fact]
    public void A_pipe_among_the_pictures_is_not_waited_for()
    {
        if (OperatingSystem.IsWindows())
            return;
        using TempFolder folder = new();
        using (System.Diagnostics.Process mkfifo = System.Diagnostics.Process.Start("mkfifo", folder["a.png"]))
            mkfifo.WaitForExit();
        Refused.With(() => ImageFolder.Read(folder.Path), "a.png", "pipe");
    }

    [Fact]
    public void All_pictures_together_may_unpack_to_twice_their_files_and_63_MiB()
    {
        PngImage picture = new(1024, 1024, 1, new byte[1 << 20]);
        PictureFile[] files = Enumerable.Range(0, 64).Select(i => new PictureFile($"{i}.png", 1000, () => picture)).ToArray();
        Refused.With(() => ImageFolder.Read("many", files), "many: 64 pictures", "numpy.save");
        Assert.Equal(62, ImageFolder.Read("fewer", files[..62]).Count);
    }
}
