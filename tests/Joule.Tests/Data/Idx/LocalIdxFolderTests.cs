using Joule.Data;
using Xunit;

namespace Joule.Tests.Data;

public sealed class LocalIdxFolderTests
{
    [Theory]
    [InlineData("train-images-idx3-ubyte", "", "Train", false, false)]
    [InlineData("T10K-LABELS-IDX1-UBYTE.GZ", "", "Test", true, true)]
    [InlineData("train-images.idx3-ubyte", "", "Train", false, false)]
    [InlineData("emnist-letters-test-images-idx3-ubyte.gz", "emnist-letters", "Test", false, true)]
    [InlineData("qmnist-train-labels-idx2-int", "qmnist", "Train", true, false)]
    [InlineData("val-images-idx3-ubyte", "", "Validation", false, false)]
    public void A_name_gives_set_part_and_content(string file, string set, string part, bool isLabels, bool isPacked) =>
        Assert.Equal(new IdxName(set, Enum.Parse<SplitPart>(part), isLabels, isPacked), IdxName.Parse(file));

    [Theory]
    [InlineData("train-images.png")]
    [InlineData("images-idx3-ubyte")]
    [InlineData("strain-images-idx3-ubyte")]
    [InlineData("verified.json")]
    public void Other_names_are_not_IDX_names(string file) => Assert.Null(IdxName.Parse(file));

    [Fact]
    public void EMNIST_files_are_read_with_their_labels_and_their_oddities_are_reported()
    {
        using TempFolder folder = new();
        foreach (string part in (string[])["train", "test"])
        {
            IdxFile.WriteImages(folder[$"emnist-letters-{part}-images-idx3-ubyte.gz"], SmallImages.Grey(3, 2, 2), gzip: true);
            IdxFile.WriteLabels(folder[$"emnist-letters-{part}-labels-idx1-ubyte.gz"], [1, 13, 26], gzip: true);
        }
        TrainTest sets = LocalIdxFolder.Read(folder.Path);
        Assert.Equal([1, 13, 26], sets.Train.Labels!);
        Assert.Contains("rows and columns exchanged", Assert.Single(sets.Report().Reading.Notes), StringComparison.Ordinal);
        IdxFile.WriteImages(folder["emnist-balanced-train-images-idx3-ubyte"], SmallImages.Grey(3, 2, 2));
        Refused.With(() => LocalIdxFolder.Read(folder.Path), "2 datasets: emnist-balanced, emnist-letters", "a separate folder");
    }

    [Fact]
    public void Upper_case_is_read_and_an_unpacked_file_comes_first()
    {
        using TempFolder folder = new();
        IdxFile.WriteImages(folder["TRAIN-IMAGES-IDX3-UBYTE"], SmallImages.Grey(3, 2, 2));
        IdxFile.WriteImages(folder["train-images-idx3-ubyte.gz"], SmallImages.Grey(4, 2, 2), gzip: true);
        IdxFile.WriteImages(folder["T10K-IMAGES-IDX3-UBYTE"], SmallImages.Grey(2, 2, 2));
        Assert.True(LocalIdxFolder.Matches(folder.Path));
        Assert.Equal((3, 2), (LocalIdxFolder.Read(folder.Path).Train.Count, LocalIdxFolder.Read(folder.Path).Test.Count));
    }

    [Fact]
    public void Labels_of_another_kind_are_ignored_and_named()
    {
        using TempFolder folder = new();
        foreach (string part in (string[])["train", "test"])
            IdxFile.WriteImages(folder[$"qmnist-{part}-images-idx3-ubyte"], SmallImages.Grey(3, 2, 2));
        folder.Write("qmnist-train-labels-idx2-int", [0, 0, 0xC, 2, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 7]);
        TrainTest sets = LocalIdxFolder.Read(folder.Path);
        Assert.Null(sets.Train.Labels);
        Assert.Equal("qmnist-train-labels-idx2-int", Assert.Single(sets.Report().Reading.LeftOut).What);
        IdxFile.WriteLabels(folder["qmnist-train-labels-idx2-int"], [1, 2]);
        Refused.With(() => LocalIdxFolder.Read(folder.Path), "3 images have 2 labels");
    }
}
