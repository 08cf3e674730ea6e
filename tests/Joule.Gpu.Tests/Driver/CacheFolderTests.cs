using Joule.Gpu.Driver;
using Xunit;

namespace Joule.Gpu.Tests.Driver;

/// <summary>A cache takes no more than it may, and what was used last stays.</summary>
public sealed class CacheFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_files_used_longest_ago_go_first_and_other_files_stay()
    {
        string folder = Path.GetDirectoryName(Write("a.x", 1))!;
        string[] files = [_folder.File("a.x"), Write("b.x", 2), Write("c.x", 3), Write("d.y", 0)];
        CacheFolder.Touch(files[0]);
        CacheFolder.MakeRoom(folder, ".x", 20, files[2]);
        Assert.Equal([true, false, true, true], files.Select(File.Exists));
        CacheFolder.MakeRoom(folder, ".x", 0, files[2]);
        Assert.Equal([false, false, true, true], files.Select(File.Exists));
        CacheFolder.MakeRoom(_folder.File("missing"), ".x", 0, files[2]);
        CacheFolder.Touch(_folder.File("missing"));
    }

    private string Write(string name, int day)
    {
        string path = _folder.File(name);
        File.WriteAllBytes(path, new byte[10]);
        File.SetLastWriteTimeUtc(path, new DateTime(2026, 1, 1 + day, 0, 0, 0, DateTimeKind.Utc));
        return path;
    }
}
