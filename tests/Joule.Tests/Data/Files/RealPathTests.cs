using Joule.Data;
using Xunit;

namespace Joule.Tests.Data;

public sealed class RealPathTests
{
    [Fact]
    public void A_path_without_links_is_made_absolute_whether_or_not_it_exists()
    {
        using TempFolder temp = new();
        string root = RealPath.Of(temp.Path);
        Assert.Equal(Path.Combine(root, "a", "c"), RealPath.Of(temp["a/./b/../c"]));
        Assert.Equal(Path.GetPathRoot(root), RealPath.Of(Path.GetPathRoot(root)!));
    }

    [Fact]
    public void Links_are_followed_and_dots_after_a_link_lead_out_of_its_target()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need rights on Windows.");
        using TempFolder temp = new();
        string root = RealPath.Of(temp.Path);
        Directory.CreateDirectory(temp["deep/folder"]);
        Directory.CreateSymbolicLink(temp["link"], "deep/folder"); // relative
        Directory.CreateSymbolicLink(temp["again"], temp["link"]); // absolute, to another link
        Assert.Equal(Path.Combine(root, "deep", "folder", "x"), RealPath.Of(temp["again/x"]));
        Directory.CreateSymbolicLink(temp["deep/folder/up"], "../..");
        Assert.Equal(Path.Combine(root, "y"), RealPath.Of(temp["link/up/y"]));
    }

    [Fact]
    public void A_circle_is_an_error()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need rights on Windows.");
        using TempFolder temp = new();
        File.CreateSymbolicLink(temp["a"], "b");
        File.CreateSymbolicLink(temp["b"], "a");
        Assert.Throws<IOException>(() => RealPath.Of(temp["a"]));
    }
}
