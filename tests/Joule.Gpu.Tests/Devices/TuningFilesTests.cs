using Joule.Gpu.Devices;
using Joule.Gpu.Tests.Driver;
using Xunit;

namespace Joule.Gpu.Tests.Devices;

/// <summary>What was found is used for the same kernel, card and driver only; a file that is wrong costs one line.</summary>
public sealed class TuningFilesTests : IDisposable
{
    private static readonly TunedCut Found = new(new BlockCut(2, 64, 1, 1), 0.5, 0.75, 128);

    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _said = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_was_kept_is_found_by_the_same_card_and_driver()
    {
        Assert.True(Files().IsEmpty);
        Files().Keep("langevin, about 128", Found);
        Assert.False(Files().IsEmpty);
        Assert.Equal(Found, Files().Find("langevin, about 128"));
        Assert.Null(Files().Find("langevin, about 256"));
        Assert.Null(Files(card: "another card").Find("langevin, about 128"));
        Assert.Null(Files(driver: "13.1").Find("langevin, about 128"));
        Assert.Empty(_said);
    }

    [Theory]
    [InlineData("damaged")]
    [InlineData("short")]
    [InlineData("of another card")]
    [InlineData("no block")]
    public void A_file_that_is_wrong_is_ignored_with_one_line_and_replaced(string how)
    {
        Files().Keep("langevin", Found);
        string path = Files().PathOf("langevin");
        byte[] bytes = File.ReadAllBytes(path);
        switch (how)
        {
            case "damaged":
                bytes[^20]++;
                File.WriteAllBytes(path, bytes);
                break;
            case "short":
                File.WriteAllBytes(path, bytes[..30]);
                break;
            case "of another card":
                Files(card: "another card").Keep("langevin", Found with { Cut = new BlockCut(4, 64) });
                File.Copy(Files(card: "another card").PathOf("langevin"), path, overwrite: true);
                break;
            default:
                Files().Keep("langevin", Found with { Cut = new BlockCut(2, 63) });
                break;
        }
        Assert.Null(Files().Find("langevin"));
        string line = Assert.Single(_said);
        Assert.DoesNotContain('\n', line);
        Assert.Contains($"The block in {path} is not used", line, StringComparison.Ordinal);
        Files().Keep("langevin", Found);
        Assert.Equal(Found, Files().Find("langevin"));
    }

    [Fact]
    public void No_changed_or_cut_byte_is_read_as_a_block()
    {
        Files().Keep("langevin", Found);
        string path = Files().PathOf("langevin");
        byte[] bytes = File.ReadAllBytes(path);
        for (int i = 0; i < bytes.Length; i++)
        {
            byte[] changed = [.. bytes];
            changed[i] ^= (byte)(1 << (i % 8));
            File.WriteAllBytes(path, changed);
            Assert.Null(Files().Find("langevin"));
            File.WriteAllBytes(path, bytes[..i]);
            Assert.Null(Files().Find("langevin"));
        }
        File.WriteAllBytes(path, bytes);
        Assert.Equal(Found, Files().Find("langevin"));
    }

    [Fact]
    public void A_block_that_a_kernel_may_not_have_is_not_used()
    {
        Files().Keep("weight_gradient", Found with { Cut = new BlockCut(2, 64, 1, 2) });
        Assert.Null(Files().Find("weight_gradient", cut => cut.Cluster == 0));
        Assert.Contains("is not used", Assert.Single(_said), StringComparison.Ordinal);
        Assert.NotNull(Files().Find("weight_gradient", cut => cut.Cluster == 2));
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_said()
    {
        string file = _folder.File("file");
        File.WriteAllText(file, "not a folder");
        TuningFiles files = new(Path.Combine(file, "kernels"), "a card", "13.0", _said.Add);
        files.Keep("langevin", Found);
        Assert.Contains("is not kept", Assert.Single(_said), StringComparison.Ordinal);
        Assert.Null(files.Find("langevin"));
        Assert.True(new TuningFiles(file, "a card", "13.0").IsEmpty); // no folder to be read
    }

    private TuningFiles Files(string card = "a card", string driver = "13.0") => new(_folder.File("kernels"), card, driver, _said.Add);
}
