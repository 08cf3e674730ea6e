using Joule.Data;
using Xunit;

namespace Joule.Tests.Data;

public sealed class PartFoldersTests
{
    [Fact]
    public void Classes_are_numbered_in_the_order_of_their_names()
    {
        using TempFolder folder = new();
        Pictures(folder, "pets/dog", 2);
        Pictures(folder, "pets/cat", 3);
        ImageSet images = ImageFolder.Read(folder["pets"]);
        Assert.Equal([0, 0, 0, 1, 1], images.Labels!);
        Assert.Equal(["cat/0.png", "cat/1.png", "cat/2.png", "dog/0.png", "dog/1.png"], images.Names!);
        Assert.Contains("2 classes: cat, dog", images.Reading!.Notes);
        Assert.Empty(images.Reading.Warnings);
    }

    [Fact]
    public void Parts_share_the_numbers_of_their_classes()
    {
        using TempFolder folder = new();
        Pictures(folder, "train/good", 4);
        Pictures(folder, "test/broken", 2);
        Pictures(folder, "test/good", 1);
        Pictures(folder, "ground_truth/broken", 2);
        ImageParts parts = PartFolders.Read(folder.Path)!;
        Assert.Equal((4, 3), (parts.Train.Count, parts.Test!.Count));
        Assert.Equal([1, 1, 1, 1], parts.Train.Labels!);
        Assert.Equal([0, 0, 1], parts.Test.Labels!);
        Assert.Equal("folder ground_truth", Assert.Single(parts.LeftOut).What);
        Pictures(folder, "valid/good", 2);
        Assert.Equal(2, PartFolders.Read(folder.Path)!.Validation!.Count);
        Pictures(folder, "val/good", 2);
        Refused.With(() => PartFolders.Read(folder.Path), "val and valid mean the same");
    }

    [Fact]
    public void A_training_and_a_validation_set_draw_their_test_set()
    {
        using TempFolder folder = new();
        Pictures(folder, "train", 7);
        Pictures(folder, "val", 2);
        TrainTest sets = DataSource.Open(folder.Path, null, new ImageSplit(3), _ => { }, CancellationToken.None);
        Assert.Equal((6, 1, 2, 3UL), (sets.Train.Count, sets.Test.Count, sets.Validation!.Count, sets.TestSeed));
        Refused.With(() => DataSource.OpenImages(folder.Path, null, _ => { }, CancellationToken.None), "no test images", folder["val"]);
    }

    [Fact]
    public void Ignored_files_are_counted_in_a_note()
    {
        using TempFolder folder = new();
        Pictures(folder, "mixed", 4);
        foreach (string name in (string[])["a.jpg", "b.JPG", "c.bmp", ".hidden.jpg", "Thumbs.db", "note.txt"])
            folder.Write("mixed/" + name, "x"u8);
        Pictures(folder, "mixed/old", 1);
        ImageReading reading = ImageFolder.Read(folder["mixed"]).Reading!;
        Assert.Equal([("*.jpg", 2), ("*.bmp", 1)], reading.LeftOut.Select(left => (left.What, left.Count)));
        Assert.Contains("3 of 7 pictures are not PNG and were left out: 2 *.jpg, 1 *.bmp; convert them: mogrify -format png *.jpg *.bmp",
            reading.Warnings[0], StringComparison.Ordinal);
        Assert.Contains("folder old not read", reading.Warnings[1], StringComparison.Ordinal);
        Pictures(folder, "classes/a", 2);
        folder.Write("classes/b/x.webp", "x"u8);
        reading = ImageFolder.Read(folder["classes"]).Reading!;
        Assert.Contains("1 of 3 pictures is not PNG", reading.Warnings[0], StringComparison.Ordinal);
        Assert.Contains("folder b without PNG pictures", reading.Warnings[1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_PNG_says_what_to_do()
    {
        using TempFolder folder = new();
        folder.Write("jpg/a.jpg", "x"u8);
        Refused.With(() => ImageFolder.Read(folder["jpg"]), "no *.png", "1 *.jpg", "mogrify -format png *.jpg");
        folder.Write("classes/a/a.jpeg", "x"u8);
        folder.Write("classes/b/b.jpeg", "x"u8);
        Refused.With(() => ImageFolder.Read(folder["classes"]), "2 *.jpeg", "mogrify");
        folder.Write("arrays/x.npy", "x"u8);
        Refused.With(() => ImageFolder.Read(folder["arrays"]), "1 *.npy", "Name the file", "x.npy");
        Directory.CreateDirectory(folder["nothing/in/it"]);
        Refused.With(() => ImageFolder.Read(folder["nothing"]), "no *.png", "Nor is there one in its folders: in");
    }

    [Fact]
    public void Grey_stored_as_colour_is_read_as_grey_and_reported()
    {
        using TempFolder folder = new();
        foreach (string name in (string[])["a.png", "b.png"])
            PngFile.Write(folder[name], new PngImage(1, 2, 3, [1, 1, 1, 2, 2, 2]));
        ImageSet images = ImageFolder.Read(folder.Path);
        Assert.Equal((1, "stored as colour, all grey: read as grey"), (images.Channels, Assert.Single(images.Reading!.Notes)));
    }

    [Fact]
    public void A_link_out_of_a_class_is_refused()
    {
        if (OperatingSystem.IsWindows())
            return;
        using TempFolder folder = new();
        Pictures(folder, "in/a", 1);
        Pictures(folder, "store", 1);
        File.CreateSymbolicLink(folder["in/a/l.png"], folder["store/0.png"]);
        Refused.With(() => ImageFolder.Read(folder["in"]), "l.png is a link to", "out of ");
        File.Delete(folder["in/a/l.png"]);
        Directory.CreateSymbolicLink(folder["in/b"], folder["store"]);
        Refused.With(() => ImageFolder.Read(folder["in"]), "b is a link to", "out of ");
    }

    private static void Pictures(TempFolder folder, string name, int count)
    {
        Directory.CreateDirectory(folder[name]);
        for (int i = 0; i < count; i++)
            PngFile.Write(folder[$"{name}/{i}.png"], new PngImage(2, 2, 1, [(byte)i, 1, 2, 3]));
    }

    [Fact]
    public void A_class_named_like_a_set_is_reported()
    {
        using TempFolder folder = new();
        foreach (string name in (string[])["cat", "dog", "test"])
        {
            Directory.CreateDirectory(folder[name]);
            PngFile.Write(folder[name + "/0.png"], new PngImage(2, 2, 1, [1, 2, 3, 4]));
        }
        Assert.Contains(
            "folder test is read as a class", Assert.Single(ImageFolder.Read(folder.Path).Reading!.Warnings), StringComparison.Ordinal);
        Directory.Delete(folder["test"], recursive: true);
        Assert.Empty(ImageFolder.Read(folder.Path).Reading!.Warnings);
    }

    [Fact]
    public void Ambiguous_names_of_sets_and_classes_are_refused()
    {
        using TempFolder folder = new();
        foreach (string name in (string[])["train", "test", "cat"])
        {
            Directory.CreateDirectory(folder[name]);
            PngFile.Write(folder[name + "/0.png"], new PngImage(2, 2, 1, [1, 2, 3, 4]));
        }
        Refused.With(() => PartFolders.Read(folder.Path), "train and test may be sets of images, or classes like cat");
        // As the message advises: the classes under other names.
        Directory.Move(folder["train"], folder["class-train"]);
        Directory.Move(folder["test"], folder["class-test"]);
        Assert.Null(PartFolders.Read(folder.Path));
        Assert.Equal([0, 1, 2], ImageFolder.Read(folder.Path).Labels!);
    }
}
