using Joule.Runs;
using Joule.Tests.Data;
using Xunit;

namespace Joule.Tests.Runs;

public sealed class NumberedFilesTests
{
    [Fact]
    public void Numbers_order_the_files_and_other_files_are_left_alone()
    {
        using TempFolder folder = new();
        NumberedFiles files = new(folder.Path, "step-", ".ckpt");
        Assert.Equal(folder["step-000000012.ckpt"], files.PathOf(12));
        foreach (long number in (long[])[9, 123_456_789_012, 10])
            folder.Write(Path.GetFileName(files.PathOf(number)), []);
        foreach (string other in (string[])["step-x.ckpt", "step--1.ckpt", "step-.ckpt", "best.ckpt", "step-000000011.ckpt.tmp"])
            folder.Write(other, []);
        Assert.Equal([123_456_789_012, 10, 9], files.NewestFirst().Select(files.NumberOf));
        Assert.Equal(-1, files.NumberOf(folder["step-x.ckpt"]));
        files.Prune(latest: 100, most: 1);
        Assert.Equal([10], files.NewestFirst().Select(files.NumberOf));
        Assert.Equal(6, Directory.GetFiles(folder.Path).Length);
    }

    [Fact]
    public void A_missing_folder_has_no_files() => Assert.Empty(new NumberedFiles("/no/such/folder", "a", "b").NewestFirst());
}
