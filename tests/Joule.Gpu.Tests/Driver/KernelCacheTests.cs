using System.Text;
using Joule.Compute;
using Joule.Energies;
using Joule.Gpu.Devices;
using Joule.Gpu.Driver;
using Joule.Gpu.Kernels;
using Joule.Gpu.Ptx;
using Joule.Gpu.Tests.Devices;
using Xunit;

namespace Joule.Gpu.Tests.Driver;

/// <summary>A kernel is compiled once for a text, a card and a driver; what is wrong with the files never stops the work.</summary>
public sealed class KernelCacheTests : IDisposable
{
    private static readonly KernelText Text = DrawsKernel.Write(32), Other = DrawsKernel.Write(64);

    private readonly TemporaryFolder _folder = new();
    private readonly FakeLinker _linker = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_second_process_compiles_nothing()
    {
        Assert.Equal(Text.Ptx, Load(_linker, Text));
        Assert.Equal(Text.Ptx, Load(_linker, Text));
        Assert.Equal(1, _linker.Count);
        Assert.Equal(Other.Ptx, Load(_linker, Other));
        Assert.Equal(2, _linker.Count);
    }

    [Fact]
    public void Another_driver_and_another_card_compile_anew_and_both_are_kept()
    {
        Load(_linker, Text);
        foreach (FakeLinker other in (FakeLinker[])[new() { Driver = "13.1" }, new() { Card = "a card, compute capability 9.0" }])
        {
            Load(other, Text);
            Load(other, Text);
            Assert.Equal(1, other.Count);
        }
        Load(_linker, Text);
        Assert.Equal(1, _linker.Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(400)]
    public void A_truncated_file_is_replaced(int length) => Replaces(path => File.WriteAllBytes(path, File.ReadAllBytes(path)[..length]));

    [Fact]
    public void A_damaged_file_is_replaced() => Replaces(path =>
    {
        byte[] bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 2]++;
        File.WriteAllBytes(path, bytes);
    });

    [Fact]
    public void A_file_of_another_kernel_is_replaced()
    {
        Load(new FakeLinker(), Other);
        Replaces(path => File.Copy(Cache(_linker).PathOf(Other), path, overwrite: true));
    }

    // The driver may have changed without a new version.
    [Fact]
    public void A_file_that_the_driver_refuses_is_replaced()
    {
        Load(_linker, Text);
        int refused = 0;
        Assert.Equal(Text.Ptx, Cache(_linker).Load(Text, code =>
            refused++ == 0 ? throw new GpuException("an invalid image") : Encoding.ASCII.GetString(code)));
        Assert.Equal(2, _linker.Count);
        Assert.Throws<GpuException>(() => Cache(_linker).Load<string>(Text, _ => throw new GpuException("an invalid image")));
    }

    [Fact]
    public void A_kernel_that_cannot_be_loaded_is_not_kept()
    {
        Assert.Throws<GpuException>(() => Cache(_linker).Load<string>(Text, _ => throw new GpuException("an invalid image")));
        Assert.False(File.Exists(Cache(_linker).PathOf(Text)));
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_said_once()
    {
        string file = _folder.File("file");
        File.WriteAllText(file, "not a folder");
        List<string> said = [];
        KernelCache cache = new(Path.Combine(file, "kernels"), _linker, said.Add);
        Assert.Equal(Text.Ptx, cache.Load(Text, Encoding.ASCII.GetString));
        Assert.Equal(Other.Ptx, cache.Load(Other, Encoding.ASCII.GetString));
        Assert.Contains("kernels are not kept", Assert.Single(said), StringComparison.Ordinal);
    }

    [Fact]
    public void The_kernels_used_longest_ago_go_first()
    {
        KernelText[] texts = [Text, Other, DrawsKernel.Write(96), DrawsKernel.Write(128)];
        KernelCache cache = Cache(_linker);
        long three = 0;
        for (int i = 0; i < 3; i++)
        {
            Load(_linker, texts[i]);
            File.SetLastWriteTimeUtc(cache.PathOf(texts[i]), new DateTime(2026, 1, 1 + i, 0, 0, 0, DateTimeKind.Utc));
            three += new FileInfo(cache.PathOf(texts[i])).Length;
        }
        Load(_linker, texts[0]); // used just now
        KernelCache small = new(_folder.File("kernels"), _linker) { MostBytes = three + 10 };
        small.Load(texts[3], Encoding.ASCII.GetString);
        Assert.Equal([true, false, true, true], texts.Select(t => File.Exists(cache.PathOf(t))));
        KernelCache none = new(_folder.File("kernels"), _linker) { MostBytes = 100 };
        Assert.Equal(texts[1].Ptx, none.Load(texts[1], Encoding.ASCII.GetString));
        Assert.False(File.Exists(cache.PathOf(texts[1])));
    }

    [Fact]
    public async Task Concurrent_writers_leave_one_good_file()
    {
        string[] found = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Load(new FakeLinker(), Text))));
        Assert.All(found, ptx => Assert.Equal(Text.Ptx, ptx));
        Assert.Equal(Cache(_linker).PathOf(Text), Assert.Single(Directory.GetFiles(_folder.File("kernels"))));
        Load(_linker, Text);
        Assert.Equal(0, _linker.Count);
    }

    [Fact]
    public void A_device_runs_kept_kernels_to_the_same_energies()
    {
        float[] first = Energies(), second = Energies();
        Assert.Equal(first, second);
        Assert.Equal(1, _linker.Count);
    }

    private float[] Energies()
    {
        using GpuDevice gpu = new(new InterpretedGpu { Cache = Cache(_linker) });
        using EnergyEvaluation evaluation = new(gpu, new HarmonicEnergy(1, 4));
        using DeviceBuffer memory = gpu.Allocate(6);
        gpu.Upload([1, 2, 3, 4, 5, 6], memory.AsRows(3, 2));
        float[] energies = new float[3];
        evaluation.Run(memory.AsRows(3, 2), energies);
        return energies;
    }

    private void Replaces(Action<string> damage)
    {
        Load(_linker, Text);
        string path = Cache(_linker).PathOf(Text);
        byte[] good = File.ReadAllBytes(path);
        damage(path);
        Assert.Equal(Text.Ptx, Load(_linker, Text));
        Assert.Equal(2, _linker.Count);
        Assert.Equal(good, File.ReadAllBytes(path));
    }

    private string Load(FakeLinker linker, KernelText text) => Cache(linker).Load(text, Encoding.ASCII.GetString);

    private KernelCache Cache(FakeLinker linker) => new(_folder.File("kernels"), linker);
}
