using Joule.Compute;
using Joule.Gpu.Devices;
using Xunit;

namespace Joule.Gpu.Tests.Devices;

/// <summary>Reads see what came before them and nothing later, and one wait serves all that were begun.</summary>
public sealed class GpuReadTests
{
    [Fact]
    public void One_wait_serves_all_reads_that_were_begun()
    {
        InterpretedGpu engine = new();
        using GpuDevice gpu = new(engine);
        using DeviceBuffer memory = gpu.Allocate(4);
        Rows rows = memory.AsRows(2, 2);
        using DeviceRead first = gpu.CreateRead(2), second = gpu.CreateRead(4), third = gpu.CreateRead(4);
        gpu.Upload([1, 2, 3, 4], rows);
        engine.Counts.Clear();
        first.Begin(rows.Slice(1, 1));
        second.Begin(rows);
        gpu.Clear(rows);
        Assert.Equal((2, 0), (engine.Counts.Reads, engine.Counts.Waits));
        Assert.Equal([1, 2, 3, 4], second.Words.ToArray());
        Assert.Equal([3, 4], first.Words.ToArray());
        Assert.Equal([1, 2, 3, 4], second.Words.ToArray());
        Assert.Equal(1, engine.Counts.Waits);
        third.Begin(rows);
        Assert.Equal([0, 0, 0, 0], third.Words.ToArray());
        Assert.Equal(2, engine.Counts.Waits);
    }

    [Fact]
    public void A_download_serves_reads_too()
    {
        InterpretedGpu engine = new();
        using GpuDevice gpu = new(engine);
        using DeviceBuffer memory = gpu.Allocate(2);
        using DeviceRead read = gpu.CreateRead(2);
        gpu.Upload([5, 6], memory.AsRows(1, 2));
        read.Begin(memory.AsRows(1, 2));
        engine.Counts.Clear();
        Assert.Equal([5, 6], gpu.Download(memory.AsRows(1, 2)));
        Assert.Equal([5, 6], read.Words.ToArray());
        Assert.Equal(1, engine.Counts.Waits);
    }

    [Fact]
    public void A_read_may_be_empty_or_left_alone()
    {
        InterpretedGpu engine = new();
        using GpuDevice gpu = new(engine);
        using DeviceBuffer memory = gpu.Allocate(2);
        Rows rows = memory.AsRows(1, 2);
        using (DeviceRead read = gpu.CreateRead(2))
        {
            Assert.Equal(0, read.Words.Length);
            read.Begin(rows);
            read.Begin(rows.Slice(0, 0));
            Assert.Equal(0, read.Words.Length);
            read.Begin(rows);
        }
        Assert.Equal(1, engine.Counts.Waits); // the copy had ended before its memory was freed
        using DeviceRead small = gpu.CreateRead(1);
        Assert.Contains("2 numbers do not fit into 1", Assert.Throws<ArgumentException>(() => small.Begin(rows)).Message,
            StringComparison.Ordinal);
    }
}
