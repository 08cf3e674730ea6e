using Joule.Cli.Files;
using Xunit;

namespace Joule.Cli.Tests.Files;

public sealed class FileIdentityTests
{
    [Fact]
    public void Paths_through_dots_and_links_lead_to_the_same_file()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder.File("a/b"));
        File.WriteAllText(folder.File("a/f"), "");
        File.WriteAllText(folder.File("a/g"), "");
        Assert.True(FileIdentity.AreSame(folder.File("a/f"), folder.File("a/b/../f")));
        Assert.False(FileIdentity.AreSame(folder.File("a/f"), folder.File("a/g")));
        Assert.False(FileIdentity.AreSame(folder.File("a/missing"), folder.File("a/missing")));
        Assert.True(FileIdentity.IsWithin(folder.File("a/b/new"), folder.File("a")));
        Assert.False(FileIdentity.IsWithin(folder.File("a"), folder.File("a")));
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need rights on Windows.");
        File.CreateSymbolicLink(folder.File("link"), "a/f");
        Directory.CreateSymbolicLink(folder.File("c"), folder.File("a"));
        Assert.True(FileIdentity.AreSame(folder.File("link"), folder.File("c/f")));
        Assert.True(FileIdentity.IsWithin(folder.File("c/b/new"), folder.File("a")));
    }

    [Fact]
    public void Devices_are_special_and_files_and_folders_are_not()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux reports the kind of a file.");
        using TemporaryFolder folder = new();
        File.WriteAllText(folder.File("f"), "");
        Assert.Equal((true, false, false, false), (FileIdentity.IsSpecial("/dev/null"), FileIdentity.IsSpecial(folder.File("f")),
            FileIdentity.IsSpecial(folder.Path), FileIdentity.IsSpecial(folder.File("missing"))));
    }

    [Fact]
    public void A_circle_of_links_stays_as_it_is_written()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need rights on Windows.");
        using TemporaryFolder folder = new();
        File.CreateSymbolicLink(folder.File("a"), "b");
        File.CreateSymbolicLink(folder.File("b"), "a");
        Assert.Equal(Path.Combine(FileIdentity.Real(folder.Path), "a"), FileIdentity.Real(folder.File("a")));
    }
}
