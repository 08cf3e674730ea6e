using Joule.Gpu.Driver;
using Xunit;

namespace Joule.Gpu.Tests.Driver;

/// <summary>A file gives back its code for its key, and nothing for any damage.</summary>
public sealed class KernelFileTests : IDisposable
{
    private const string Key = "draws\na card\nCUDA 13.0";

    private readonly TemporaryFolder _folder = new();

    private string Path => _folder.File("kernel");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_code_comes_back_and_the_size_is_known()
    {
        byte[] code = [1, 2, 3, 0, 255];
        KernelFile.Write(Path, Key, code);
        Assert.Equal(code, KernelFile.Read(Path, Key));
        Assert.Equal(KernelFile.Size(Key, code), new FileInfo(Path).Length);
    }

    [Fact]
    public void A_missing_file_a_folder_and_another_key_give_nothing()
    {
        Assert.Null(KernelFile.Read(Path, Key));
        Assert.Null(KernelFile.Read(_folder.Path, Key));
        KernelFile.Write(Path, Key, [1]);
        Assert.Null(KernelFile.Read(Path, Key.Replace("13.0", "13.1", StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_changed_byte_and_every_missing_or_additional_one_is_noticed()
    {
        KernelFile.Write(Path, Key, [1, 2, 3]);
        byte[] whole = File.ReadAllBytes(Path);
        for (int i = 0; i < whole.Length; i++)
        {
            byte[] changed = [.. whole];
            changed[i] ^= 0x11;
            Assert.Null(Read(changed));
            Assert.Null(Read(whole[..i]));
        }
        Assert.Null(Read([.. whole, 0]));
        Assert.NotNull(Read(whole));
    }

    // A claimed length that would be too large for memory, or negative as a signed number.
    [Theory]
    [InlineData(12)]
    [InlineData(16)]
    public void A_hostile_length_is_compared_with_the_file(int at)
    {
        KernelFile.Write(Path, Key, [1, 2, 3]);
        byte[] file = File.ReadAllBytes(Path);
        for (int i = 0; i < 4; i++)
            file[at + i] = 0xFF;
        Assert.Null(Read(file));
    }

    private byte[]? Read(byte[] file)
    {
        File.WriteAllBytes(Path, file);
        return KernelFile.Read(Path, Key);
    }
}
