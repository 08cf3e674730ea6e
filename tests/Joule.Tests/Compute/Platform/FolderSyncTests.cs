using Joule.Compute;
using Joule.Tests.Data;
using Xunit;

namespace Joule.Tests.Compute;

public sealed class FolderSyncTests
{
    [Fact]
    public void A_folder_is_flushed_and_a_missing_one_is_not_an_error()
    {
        using TempFolder folder = new();
        folder.Write("a", "x"u8);
        FolderSync.Flush(folder.Path);
        FolderSync.Flush(folder["gone"]);
        FolderSync.Flush(folder["a"]);
        Assert.True(File.Exists(folder["a"]));
    }
}
