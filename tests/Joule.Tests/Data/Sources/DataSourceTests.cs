using System.IO.Compression;
using Joule.Data;
using Xunit;

namespace Joule.Tests.Data;

public sealed class DataSourceTests
{
    private static readonly TinyDataset Tiny = new();

    [Fact]
    public void A_named_dataset_is_fetched_and_has_its_own_test_set()
    {
        using TempFolder folder = Cached();
        TrainTest sets = Open(folder, "TINY");
        Assert.Equal(("tiny", 7, 3), (sets.Name, sets.Train.Count, sets.Test.Count));
        Assert.Equal([7, 8, 9], sets.Test.Labels!);
        Assert.Equal(7, Images(folder, "tiny:train").Count);
        Assert.Equal("tiny:test", Images(folder, "tiny").Name);
        Assert.Equal(3, Images(folder, "tiny:test").Count);
        Refused.With(() => Images(folder, "tiny:tset"), "\"tset\"", "tiny:test");
    }

    [Fact]
    public void A_folder_of_IDX_files_may_hold_anything()
    {
        using TempFolder folder = new();
        IdxFile.WriteImages(folder["train-images.idx3-ubyte.gz"], SmallImages.Grey(4, 3, 2), gzip: true);
        IdxFile.WriteImages(folder["t10k-images-idx3-ubyte"], SmallImages.Grey(2, 3, 2));
        TrainTest sets = Open(folder, folder.Path);
        Assert.Equal((4, 2, 3, 2), (sets.Train.Count, sets.Test.Count, sets.Train.Height, sets.Train.Width));
        Assert.Null(sets.Train.Labels);
        IdxFile.WriteLabels(folder["train-labels-idx1-ubyte"], [1, 2, 3, 4]);
        Assert.Equal([1, 2, 3, 4], Open(folder, folder.Path).Train.Labels!);
        IdxFile.WriteLabels(folder["train-labels-idx1-ubyte"], [1, 2, 3]);
        Refused.With(() => Open(folder, folder.Path), "4 images have 3 labels");
        File.Delete(folder["train-labels-idx1-ubyte"]);
        IdxFile.WriteImages(folder["t10k-images-idx3-ubyte"], SmallImages.Grey(2, 2, 3));
        Refused.With(() => Open(folder, folder.Path), "1×3×2", "1×2×3");
        File.Delete(folder["t10k-images-idx3-ubyte"]);
        Refused.With(() => Open(folder, folder.Path), "t10k-images-idx3-ubyte is missing");
    }

    [Fact]
    public void One_part_of_a_dataset_cannot_be_trained_on_and_the_error_says_what_can()
    {
        using TempFolder folder = Cached();
        InvalidInputException error = Refused.With(() => Open(folder, "tiny:test"), "give tiny.", "tiny:train or tiny:test");
        Assert.DoesNotContain("Did you mean", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_test_images_of_a_source_with_sets_are_scored_and_the_rest_is_counted()
    {
        using TempFolder folder = new();
        Archive(folder["sets.npz"], ("x_train", 8), ("x_val", 2), ("x_test", 3), ("y_test", 1));
        ImageReading reading = Images(folder, folder["sets.npz"]).Reading!;
        Assert.Equal(["y_test 1", "training images 8", "validation images 2"], reading.LeftOut.Select(left => $"{left.What} {left.Count}"));
        Assert.Contains("the test images", reading.Notes);
        // Validation images of the source take precedence over a share, and the report says so.
        TrainTest sets = DataSource.Open(folder["sets.npz"], null, new ImageSplit(1, 0.5), _ => { }, TestContext.Current.CancellationToken);
        Assert.Contains("data.validation_share has no effect", Assert.Single(sets.Report().Reading.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Other_files_next_to_IDX_files_are_named()
    {
        using TempFolder folder = new();
        foreach (string part in (string[])["train", "test"])
            IdxFile.WriteImages(folder[$"emnist-letters-{part}-images-idx3-ubyte"], SmallImages.Grey(4, 2, 2));
        IdxFile.WriteImages(folder["emnist-letters-train-images-idx3-ubyte.gz"], SmallImages.Grey(9, 2, 2), gzip: true);
        PngFile.Write(folder["a.png"], new PngImage(2, 2, 1, [1, 2, 3, 4]));
        foreach (ImageReading reading in new[] { Open(folder, folder.Path).Report().Reading, Images(folder, folder.Path).Reading! })
        {
            Assert.Equal(["*.png", "emnist-letters-train-images-idx3-ubyte.gz (beside emnist-letters-train-images-idx3-ubyte)"],
                reading.LeftOut.Select(left => left.What).Take(2));
            Assert.Contains("1 *.png is left out", Assert.Single(reading.Warnings), StringComparison.Ordinal);
            Assert.Contains(reading.Notes, note => note.Contains("rows and columns exchanged", StringComparison.Ordinal));
        }
        Assert.Equal(4, Open(folder, folder.Path).Train.Count);
    }

    [Fact]
    public void Errors_name_the_file_the_part_and_the_actual_size()
    {
        using TempFolder folder = new();
        Archive(folder["sets.npz"], ("x_train", 8), ("x_test", 3));
        ReadingRequest colour = new() { Model = new ModelImages(3, 5, 5, 0) };
        Refused.With(
            () => DataSource.Open(folder["sets.npz"], colour, null, _ => { }, TestContext.Current.CancellationToken),
            $"{folder["sets.npz"]}:x_train holds grey images of 2×2", "needs 5×5");
        foreach (string part in (string[])["train", "test"])
        {
            for (int i = 0; i < 3; i++)
                PngFile.Write(Directory.CreateDirectory(folder[$"pictures/{part}"]).FullName + $"/{i}.png",
                    new PngImage(1, 1, 3, part == "test" && i == 1 ? [1, 2, 3] : [1, 1, 1]));
        }
        ReadingRequest grey = new() { Model = new ModelImages(1, 1, 1, 0) };
        Refused.With(
            () => DataSource.Open(folder["pictures"], grey, null, _ => { }, TestContext.Current.CancellationToken),
            $"{folder["pictures/test"]}: 1.png is a colour image");
        Refused.With(
            () => DataSource.OpenImages(folder["pictures"], grey, _ => { }, TestContext.Current.CancellationToken),
            $"{folder["pictures/test"]}: 1.png is a colour image");
    }

    [Fact]
    public void Sets_that_are_read_differently_are_reported()
    {
        using TempFolder folder = new();
        using (ZipArchive archive = ZipFile.Open(folder["mixed.npz"], ZipArchiveMode.Create))
        {
            NpyFile.Write(folder["train.npy"], [4, 2, 2], new byte[] { 0, 1, 0, 1, 1, 1, 1, 1, 0, 0, 0, 1, 1, 1, 0, 0 });
            NpyFile.Write(folder["test.npy"], [2, 2, 2], new float[8]);
            archive.CreateEntryFromFile(folder["train.npy"], "x_train.npy");
            archive.CreateEntryFromFile(folder["test.npy"], "x_test.npy");
        }
        ImageReading reading = Open(folder, folder["mixed.npz"]).Report().Reading;
        Assert.Contains("the test images: float32 0..1, layout nhw (n, 2, 2)", reading.Notes);
        Assert.StartsWith(
            $"{folder["mixed.npz"]}:x_train: no value lies above 1", Assert.Single(reading.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_gzipped_file_is_recognised_by_its_content()
    {
        using TempFolder folder = new();
        NpyFile.Write(folder["plain.npy"], [1, 2, 2], new byte[4]);
        void Pack(string name, byte[] content)
        {
            using GZipStream packed = new(File.Create(folder[name]), CompressionLevel.Fastest);
            packed.Write(content);
        }
        Pack("x.npy.gz", File.ReadAllBytes(folder["plain.npy"]));
        Refused.With(
            () => Images(folder, folder["x.npy.gz"]), "within it is a NumPy array (.npy)",
            $"{folder["x.npy"]}: gunzip -k {folder["x.npy.gz"]}");
        Pack("x", File.ReadAllBytes(folder["plain.npy"]));
        Refused.With(() => Images(folder, folder["x"]), $"gunzip -c {folder["x"]} > {folder["x.unpacked"]}");
        byte[] tar = new byte[1024];
        "ustar"u8.CopyTo(tar.AsSpan(257));
        tar[0] = (byte)'a';
        Pack("t.tar.gz", tar);
        Refused.With(() => Images(folder, folder["t.tar.gz"]), "a tar archive", $"tar xzf {folder["t.tar.gz"]}");
        Pack("odd.gz", [7, 8, 9, 200, 201, 255]);
        Refused.With(() => Images(folder, folder["odd.gz"]), "not known");
    }

    [Theory]
    [InlineData(2, 1, 1)]
    [InlineData(6, 5, 1)]
    [InlineData(14, 12, 2)]
    [InlineData(70, 60, 10)]
    public void Without_a_test_set_one_seventh_is_drawn_by_the_seed(int count, int train, int test)
    {
        using TempFolder folder = new();
        ImageSet images = SmallImages.Grey(count, 2, 2);
        IdxFile.WriteImages(folder["own"], images);
        TrainTest sets = Open(folder, folder["own"]);
        Assert.Equal((train, test), (sets.Train.Count, sets.Test.Count));
        Assert.Equal(1UL, sets.TestSeed);
        // Every image is in exactly one part, in its order. The split depends on the seed.
        List<string> all = Enumerable.Range(0, count).Select(i => string.Join(',', SmallImages.Values(images, i))).ToList();
        List<int> Places(ImageSet set) =>
            [.. Enumerable.Range(0, set.Count).Select(i => all.IndexOf(string.Join(',', SmallImages.Values(set, i))))];
        Assert.Equal(Enumerable.Range(0, count), Places(sets.Train).Concat(Places(sets.Test)).Order());
        Assert.Equal(Places(sets.Train).Order(), Places(sets.Train));
        Assert.Equal(Places(sets.Test), Places(Open(folder, folder["own"]).Test));
        Assert.Equal(count, Images(folder, folder["own"]).Count);
    }

    [Fact]
    public void One_image_is_too_few_to_train_on_and_enough_to_score()
    {
        using TempFolder folder = new();
        NpyFile.Write(folder["one.npy"], [1, 2, 2], new float[4]);
        Refused.With(() => Open(folder, folder["one.npy"]), "there is 1 image; at least 3");
        Assert.Equal(1, Images(folder, folder["one.npy"]).Count);
    }

    [Fact]
    public void Pictures_are_found_in_a_folder_or_in_train_and_test()
    {
        using TempFolder folder = new();
        foreach (string part in new[] { "train", "test" })
            Directory.CreateDirectory(folder[part]);
        PngFile.Write(folder["train/a.png"], new PngImage(1, 1, 1, [7]));
        PngFile.Write(folder["test/b.png"], new PngImage(1, 1, 3, [1, 2, 3]));
        TrainTest sets = Open(folder, folder.Path);
        Assert.Equal((1, 1, 3, 3), (sets.Train.Count, sets.Test.Count, sets.Train.Channels, sets.Test.Channels));
        Assert.Equal(["b.png"], Images(folder, folder.Path).Names!);
        Assert.Equal(["a.png"], Images(folder, folder["train"]).Names!);
    }

    [Fact]
    public void Missing_and_useless_sources_are_refused()
    {
        using TempFolder folder = Cached();
        Refused.With(() => Open(folder, "tniy"), "\"tniy\"", "Did you mean \"tiny\"?");
        Refused.With(() => Images(folder, "tniy:test"), "Did you mean \"tiny:test\"?");
        Refused.With(() => Open(folder, "something-else"), "neither a dataset nor a file", "tiny");
        Refused.With(() => Open(folder, folder.Write("text", "hello"u8)), "a text file", "neither an NPY file nor an IDX file");
        Refused.With(() => Open(folder, folder.Write("empty", [])), "neither an NPY file nor an IDX file");
        PngFile.Write(folder["one.png"], new PngImage(1, 1, 1, [0]));
        Refused.With(() => Open(folder, folder["one.png"]), "single picture");
        Directory.CreateDirectory(folder["bare"]);
        Refused.With(() => Open(folder, folder["bare"]), "no *.png");
    }

    [Fact]
    public void An_archive_is_one_array_or_a_pair_or_an_array_by_its_name()
    {
        using TempFolder folder = new();
        Archive(folder["one.npz"], ("a", 14));
        Assert.Equal((12, 2), (Open(folder, folder["one.npz"]).Train.Count, Open(folder, folder["one.npz"]).Test.Count));
        Assert.Equal(("one.npz:a", 14), (Images(folder, folder["one.npz"]).Name, Images(folder, folder["one.npz:a"]).Count));
        Archive(folder["pair.npz"], ("x_train", 8), ("y_train", 1), ("x_test", 3), ("a:b", 2));
        TrainTest sets = Open(folder, folder["pair.npz"]);
        Assert.Equal((folder["pair.npz"], 8, 3), (sets.Name, sets.Train.Count, sets.Test.Count));
        Assert.Equal(["y_train", "a:b"], sets.Report().Reading.LeftOut.Select(left => left.What));
        Assert.Equal((folder["pair.npz:x_test"], 3), (Images(folder, folder["pair.npz"]).Name, Images(folder, folder["pair.npz"]).Count));
        Assert.Equal((7, 1), (Open(folder, folder["pair.npz:x_train"]).Train.Count, Open(folder, folder["pair.npz:x_train"]).Test.Count));
        Assert.Equal(2, Images(folder, folder["pair.npz:a:b"]).Count);
        Archive(folder["many.npz"], ("a", 3), ("b", 4));
        Refused.With(
            () => Open(folder, folder["many.npz"]), "a (3, 2, 2) of type uint8, b (4, 2, 2) of type uint8",
            $"Choose one: {folder["many.npz"]}:a.");
        Refused.With(() => Images(folder, folder["many.npz:c"]), "no array 'c'");
        Refused.With(() => Images(folder, folder["none.npz:c"]), "neither a dataset nor a file or folder");
        Refused.With(() => Open(folder, folder.Write("text", "hello"u8) + ":a"), "text is not an NPZ archive", "Give");
        Refused.With(
            () => Open(folder, folder.Write("cut.npz", File.ReadAllBytes(folder["one.npz"]).AsSpan(0, 90))), "cut.npz, byte 90",
            "cut short");
        Refused.With(() => Open(folder, folder.Write("empty.npz", [.. "PK\x05\x06"u8, .. new byte[18]])), "the archive is empty");
    }

    [Fact]
    public void An_existing_file_takes_precedence_and_paths_are_made_absolute()
    {
        using TempFolder folder = new();
        Archive(folder["a.npz"], ("b", 14));
        Assert.Equal(folder["a.npz:b"], DataSource.FromAnyFolder(Path.Combine(folder.Path, ".", "a.npz:b")));
        Assert.Equal(folder["a.npz"], DataSource.FromAnyFolder(Path.Combine(folder.Path, ".", "a.npz")));
        Assert.Equal(Path.Combine(folder.Path, ".", "c.npz:b"), DataSource.FromAnyFolder(Path.Combine(folder.Path, ".", "c.npz:b")));
        Assert.Equal("mnist", DataSource.FromAnyFolder("mnist"));
        if (OperatingSystem.IsWindows())
            return; // where a colon names a stream of a file
        Archive(folder["a.npz:b"], ("c", 21));
        Assert.Equal(21, Images(folder, folder["a.npz:b"]).Count);
        Assert.Equal(21, Images(folder, folder["a.npz:b:c"]).Count);
        Directory.CreateDirectory(folder["a.npz:d"]);
        Refused.With(() => Images(folder, folder["a.npz:d"]), "no *.png");
    }

    [Fact]
    public void Labels_are_any_bytes_and_links_stay_in_the_folder()
    {
        using TempFolder folder = new();
        IdxFile.WriteImages(folder["train-images-idx3-ubyte"], SmallImages.Grey(3, 2, 2));
        IdxFile.WriteImages(folder["t10k-images-idx3-ubyte"], SmallImages.Grey(1, 2, 2));
        IdxFile.WriteLabels(folder["train-labels-idx1-ubyte"], [1, 17, 2]);
        Assert.Equal([1, 17, 2], Open(folder, folder.Path).Train.Labels!);
        File.Delete(folder["train-labels-idx1-ubyte"]);
        if (OperatingSystem.IsWindows())
            return;
        File.CreateSymbolicLink(folder["train-labels-idx1-ubyte"], "/etc/hostname");
        Refused.With(() => Open(folder, folder.Path), "train-labels-idx1-ubyte is a link to", "out of ");
    }

    [Fact]
    public void Training_needs_two_images_that_differ()
    {
        DataSets Sets(params byte[] pixels) => new ImageDataOptions { Source = "own" }.Join(
            TrainTest.Of("own", ImageSet.FromBytes("train", 1, 1, 2, pixels), ImageSet.FromBytes("test", 1, 1, 2, [1, 2])));
        Sets(1, 2, 1, 3).CheckVariety(); // column 0 is constant, like the border of MNIST
        Refused.With(Sets(1, 2).CheckVariety, "own", "row 0", "at least 2");
        Refused.With(Sets(255, 2, 255, 2, 255, 2).CheckVariety, "own", "every column is constant", "rows 0 to 2", "column 0 is 1");
    }

    /// <summary>An archive of arrays of 2×2 bytes.</summary>
    private static void Archive(string path, params (string Name, int Count)[] arrays)
    {
        using ZipArchive archive = ZipFile.Open(path, ZipArchiveMode.Create);
        foreach ((string name, int count) in arrays)
        {
            NpyFile.Write(path + ".tmp", [count, 2, 2], new byte[count * 4]);
            using Stream entry = archive.CreateEntry(name + ".npy").Open();
            entry.Write(File.ReadAllBytes(path + ".tmp"));
        }
    }

    private static TempFolder Cached()
    {
        TempFolder folder = new();
        foreach ((string name, byte[] bytes) in Tiny.Content)
            folder.Write("tiny/" + name, bytes);
        return folder;
    }

    private static TrainTest Open(TempFolder folder, string name) =>
        DataSource.Open(name, new DataFetcher(new DataCache(folder.Path)), [Tiny], _ => { }, CancellationToken.None);

    private static ImageSet Images(TempFolder folder, string name) =>
        DataSource.OpenImages(name, new DataFetcher(new DataCache(folder.Path)), [Tiny], _ => { }, CancellationToken.None);
}
