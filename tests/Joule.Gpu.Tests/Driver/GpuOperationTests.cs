using Joule.Gpu.Driver;
using Joule.Gpu.Tests.Devices;
using Xunit;

namespace Joule.Gpu.Tests.Driver;

/// <summary>Operations are alike if a graph can turn one into the other by its numbers.</summary>
public sealed class GpuOperationTests
{
    [Fact]
    public void Numbers_make_operations_differ_and_kernels_and_kinds_make_them_unlike()
    {
        NamedKernel a = new("a", []), b = new("b", []);
        using InterpretedHostMemory host = new(8), other = new(8);
        GpuOperation[] all =
        [
            a.At(1, 1u, 2f), a.At(1, 1u, 3f), a.At(2, 1u, 2f), a.At(1, 1u), b.At(1, 1u, 2f),
            GpuOperation.OfUpload(8, host, 0, 4), GpuOperation.OfUpload(8, host, 2, 4), GpuOperation.OfUpload(8, other, 0, 4),
            GpuOperation.OfUpload(8, host, 0, 3), GpuOperation.OfDownload(8, host, 4), GpuOperation.OfDownload(12, host, 4),
            GpuOperation.OfCopy(8, 16, 2), GpuOperation.OfCopy(16, 8, 2), GpuOperation.OfClear(8, 2), GpuOperation.OfClear(8, 3),
        ];
        int[] kinds = [0, 0, 0, 0, 1, 2, 2, 2, 2, 3, 3, 4, 4, 5, 5];
        for (int i = 0; i < all.Length; i++)
        {
            for (int j = 0; j < all.Length; j++)
                Assert.Equal((i == j, kinds[i] == kinds[j]), (all[i].IsSame(all[j]), all[i].IsLike(all[j])));
        }
        Assert.True(a.At(1, 1u, 2f).IsSame(all[0]));
    }

    [Fact]
    public void Each_kind_does_its_work()
    {
        InterpretedGpu engine = new();
        using IGpuHostMemory host = engine.AllocateOnHost(6);
        ulong at = engine.Allocate(6, "a test");
        float[] words = [1, 2, 3, 4, 5, 6];
        words.CopyTo(host.Span);
        GpuOperation.OfUpload(at, host, 2, 4).Run(engine);
        GpuOperation.OfCopy(at, at + 16, 2).Run(engine);
        GpuOperation.OfClear(at + 4, 1).Run(engine);
        GpuOperation.OfDownload(at, host, 6).Run(engine);
        engine.Wait();
        Assert.Equal([3, 0, 5, 6, 3, 4], host.Span.ToArray());
        List<string> log = [];
        new NamedKernel("a", log).At(3, 7u).Run(engine);
        Assert.Equal(["a 3 7"], log);
    }
}
