using Joule.Data;
using Xunit;

namespace Joule.Tests.Data;

/// <summary>Links are checked against the folder that the user named, and followed as by the operating system.</summary>
public sealed class FolderEntryTests
{
    [Fact]
    public void A_link_within_the_named_folder_is_followed_from_class_to_class()
    {
        using TempFolder folder = Classes();
        File.CreateSymbolicLink(folder["all/b/link.png"], "../a/0.png");
        Assert.Equal(3, ImageFolder.Read(folder["all"]).Count);
        // If only the class folder was named, the same link leads out of it.
        Refused.With(() => ImageFolder.Read(folder["all/b"]), "link.png", "out of");
        // For a part of a set, the named folder is the whole set.
        Directory.Move(folder["all"], folder["train"]);
        Directory.CreateDirectory(folder["whole"]);
        Directory.Move(folder["train"], folder["whole/train"]);
        Write(folder, "whole/test/a/9.png");
        Write(folder, "whole/test/b/9.png");
        Assert.Equal(3, PartFolders.Read(folder["whole"])!.Train.Count);
    }

    [Fact]
    public void A_link_out_of_it_is_refused_whatever_its_path()
    {
        using TempFolder folder = Classes();
        Write(folder, "other/secret.png");
        File.CreateSymbolicLink(folder["all/b/link.png"], "../../other/secret.png");
        Refused.With(() => ImageFolder.Read(folder["all"]), "link.png", folder["other/secret.png"]);
        File.Delete(folder["all/b/link.png"]);
        // If the class is itself a link to a deeper folder, ".." leads to another place than the path suggests.
        Directory.CreateDirectory(folder["all/deep/x"]);
        File.CreateSymbolicLink(folder["all/deep/x/link.png"], "../../../other/secret.png");
        Directory.CreateSymbolicLink(folder["all/c"], "deep/x");
        Refused.With(() => ImageFolder.Read(folder["all"]), "link.png", folder["other/secret.png"]);
    }

    [Fact]
    public void A_broken_link_and_a_circle_are_named_as_such()
    {
        using TempFolder folder = Classes();
        File.CreateSymbolicLink(folder["all/b/link.png"], "nowhere.png");
        Refused.With(() => ImageFolder.Read(folder["all"]), "link.png is a broken link", "points to nowhere.png");
        File.Delete(folder["all/b/link.png"]);
        File.CreateSymbolicLink(folder["all/b/link.png"], "link.png");
        Refused.With(() => ImageFolder.Read(folder["all"]), "link.png is a link that cannot be followed");
    }

    [Fact]
    public void The_named_folder_may_itself_be_a_link()
    {
        using TempFolder folder = Classes();
        Directory.CreateSymbolicLink(folder["shown"], "all");
        File.CreateSymbolicLink(folder["all/b/link.png"], folder["all/a/0.png"]);
        Assert.Equal(3, ImageFolder.Read(folder["shown"]).Count);
    }

    private static TempFolder Classes()
    {
        TempFolder folder = new();
        Write(folder, "all/a/0.png");
        Write(folder, "all/b/1.png");
        return folder;
    }

    private static void Write(TempFolder folder, string name)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(folder[name])!);
        PngFile.Write(folder[name], new PngImage(2, 2, 1, [1, 2, 3, 4]));
    }
}
