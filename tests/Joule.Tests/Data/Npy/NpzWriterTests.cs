using Joule.Data;
using Xunit;

namespace Joule.Tests.Data;

public sealed class NpzWriterTests
{
    [Fact]
    public void Arrays_are_read_back_and_equal_arrays_make_equal_files()
    {
        using TempFolder folder = new();
        (string, int[], float[])[] arrays = [("v", [2, 3], [1, -2.5f, float.NaN, 0, 1e30f, 6]), ("x[1]", [1], [7])];
        NpzWriter.Write(folder["a.npz"], arrays);
        NpzWriter.Write(folder["b.npz"], arrays);
        Assert.Equal(["v", "x[1]"], NpzFile.Names(folder["a.npz"]));
        NpyArray read = NpzFile.Read(folder["a.npz"], "v");
        Assert.Equal([2, 3], read.Shape);
        Assert.Equal([1, -2.5f, float.NaN, 0, 1e30f, 6], read.Floats!);
        Assert.Equal(File.ReadAllBytes(folder["a.npz"]), File.ReadAllBytes(folder["b.npz"]));
    }

    [Fact]
    public void What_does_not_fit_is_refused_and_nothing_is_written()
    {
        using TempFolder folder = new();
        Refused.With(() => NpzWriter.Write(folder["a.npz"], [("v", [2, 3], [1])]), "(2, 3)", "1 values");
        Refused.With(() => NpzWriter.Write(folder["a.npz"], [("v", [1], [1]), ("v", [1], [2])]), "\"v\"", "Rename one");
        Assert.Empty(Directory.GetFiles(folder.Path));
    }
}
