using Joule.Runs;
using Joule.Tests.Data;
using Xunit;

namespace Joule.Tests.Runs;

public sealed class RunFilesTests
{
    [Theory]
    [InlineData("run/model.safetensors", true)]
    [InlineData("run/Config.JSON", true)] // some file systems do not distinguish case
    [InlineData("run/other.txt", false)]
    [InlineData("run/samples/anything.png", true)]
    [InlineData("run/checkpoints/deep/file", true)]
    [InlineData("run/epochs/epoch-0001.safetensors", true)]
    [InlineData("run/landscape.png", true)]
    [InlineData("run/film.png", true)]
    [InlineData("run/notes/samples.png", false)]
    [InlineData("model.safetensors", false)]
    [InlineData("plain/samples/a.png", false)]
    public void Files_of_a_run_have_an_owner_even_before_they_exist(string path, bool isOwned)
    {
        using TempFolder temp = new();
        temp.Write("run/" + RunFolder.ConfigName, []);
        Assert.False(RunFiles.IsRun(temp["run"])); // a configuration alone is not a run
        Assert.Null(RunFiles.Owner(temp[path]));
        temp.Write("run/" + RunTerms.FileName, []);
        temp.Write("plain/" + RunFolder.ConfigName, []);
        Assert.True(RunFiles.IsRun(temp["run"]));
        Assert.Equal(isOwned ? temp["run"] : null, RunFiles.Owner(temp[path]));
    }

    [Fact]
    public void Only_folders_inside_a_run_s_own_folders_have_an_owner()
    {
        using TempFolder temp = new();
        temp.Write("run/" + RunFolder.ConfigName, []);
        temp.Write("run/" + RunTerms.FileName, []);
        Assert.Equal(temp["run"], RunFiles.OwnerOfFolder(temp["run/samples/"]));
        Assert.Equal(temp["run"], RunFiles.OwnerOfFolder(temp["run/samples/a/b"]));
        Assert.Null(RunFiles.OwnerOfFolder(temp["run"]));
        Assert.Null(RunFiles.OwnerOfFolder(temp["run/mine"]));
    }
}
