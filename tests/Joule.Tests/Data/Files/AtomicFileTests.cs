using Joule.Data;
using Xunit;

namespace Joule.Tests.Data;

public sealed class AtomicFileTests
{
    [Fact]
    public void A_file_is_created_and_replaced_and_no_other_file_is_left()
    {
        using TempFolder folder = new();
        AtomicFile.Write(folder["a"], stream => stream.Write("one"u8));
        AtomicFile.Write(folder["a"], stream => stream.Write("two"u8));
        Assert.Equal("two", File.ReadAllText(folder["a"]));
        Assert.Single(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_failing_writer_leaves_the_old_file_and_no_other()
    {
        using TempFolder folder = new();
        folder.Write("a", "old"u8);
        Assert.Throws<DivergenceException>(() => AtomicFile.Write(folder["a"], stream =>
        {
            stream.Write("half"u8);
            throw new DivergenceException("loss", 1, -1, double.NaN);
        }));
        Assert.Equal("old", File.ReadAllText(folder["a"]));
        Assert.Single(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void The_old_file_stays_until_the_new_one_is_complete()
    {
        using TempFolder folder = new();
        folder.Write("a", "old"u8);
        AtomicFile.Write(folder["a"], stream =>
        {
            stream.Write("new"u8);
            stream.Flush();
            Assert.Equal("old", File.ReadAllText(folder["a"]));
        });
        Assert.Equal("new", File.ReadAllText(folder["a"]));
    }

    [Fact]
    public void A_full_disk_is_named_and_no_file_is_left()
    {
        using TempFolder folder = new();
        int noSpace = OperatingSystem.IsWindows() ? unchecked((int)0x80070070) : 28;
        Refused.With(
            () => AtomicFile.Write(folder["a"], _ => throw new IOException("No space left on device", noSpace)), folder["a"],
            "the disk is full", "Free some space");
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_missing_folder_is_named()
    {
        using TempFolder folder = new();
        Refused.With(() => AtomicFile.Write(folder["no/a"], _ => { }), "no", "its folder does not exist", "Create");
    }

    [Fact]
    public void A_folder_in_the_way_is_named()
    {
        using TempFolder folder = new();
        Directory.CreateDirectory(folder["a"]);
        Refused.With(() => AtomicFile.Write(folder["a"], _ => { }), "Cannot write", folder["a"]);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void A_file_instead_of_the_folder_is_an_error_of_the_user()
    {
        using TempFolder folder = new();
        folder.Write("a", "x"u8);
        Refused.With(() => AtomicFile.Write(folder["a/b"], _ => { }), "Cannot write");
    }

    [Fact]
    public void A_missing_permission_is_distinguished_from_other_reasons() =>
        Assert.Contains(
            "permission is denied", AtomicFile.CannotWrite("x", new UnauthorizedAccessException()).Message, StringComparison.Ordinal);

    [Fact]
    public void A_very_long_name_can_be_written()
    {
        using TempFolder folder = new();
        string name = new('n', 250);
        AtomicFile.Write(folder[name], stream => stream.WriteByte(1));
        Assert.True(File.Exists(folder[name]));
    }
}
