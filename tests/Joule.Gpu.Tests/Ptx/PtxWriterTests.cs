using Joule.Gpu.Ptx;
using Xunit;

namespace Joule.Gpu.Tests.Ptx;

/// <summary>The writer's kernels do what they say, and it refuses what it can see to be wrong.</summary>
public sealed class PtxWriterTests
{
    [Fact]
    public void Items_are_spread_over_the_threads()
    {
        PtxWriter w = new();
        Address target = w.Pointer("target");
        U32 thread = w.Thread();
        w.Spread(thread, 32, 75, item => w.StoreGlobal(w.Element(target, item, 4), 0, w.MultiplyAdd(item, 2, 1)));
        PtxInterpreter gpu = new(w.Finish("spread", 32));
        KernelArgument memory = gpu.Global.Allocate<uint>(new uint[75]);
        gpu.Run(1, memory);
        Assert.Equal(Enumerable.Range(0, 75).Select(i => 2u * (uint)i + 1), gpu.Global.Read<uint>(memory, 75));
    }

    [Fact]
    public void Four_numbers_are_read_and_written_together()
    {
        PtxWriter w = new();
        Address target = w.Pointer("target");
        F32[] four = w.LoadGlobal4(target, 16);
        w.StoreGlobal4(target, 32, [four[3], four[2], four[1], w.Add(four[0], 1f)]);
        PtxInterpreter gpu = new(w.Finish("four", 1));
        KernelArgument memory = gpu.Global.Allocate<float>([0, 0, 0, 0, 1, 2, 3, 4, 0, 0, 0, 0]);
        gpu.Run(1, memory);
        Assert.Equal([4, 3, 2, 2], gpu.Global.Read<float>(memory, 12)[8..]);
    }

    [Fact]
    public void A_minimum_keeps_NaN()
    {
        PtxWriter w = new();
        Address target = w.Pointer("target");
        w.StoreGlobal(target, 0, w.Min(w.Max(w.Constant(float.NaN), w.Constant(0f)), w.Constant(1f)));
        PtxInterpreter gpu = new(w.Finish("nan", 1));
        KernelArgument memory = gpu.Global.Allocate<float>(new float[1]);
        gpu.Run(1, memory);
        Assert.True(float.IsNaN(gpu.Global.Read<float>(memory, 1)[0]));
    }

    [Fact]
    public void Shared_memory_outside_or_not_aligned_is_refused()
    {
        PtxWriter w = new();
        w.BeginShared();
        int at = w.TakeShared(6);
        Assert.Equal(32, w.SharedBytes);
        U32 start = w.SharedBase(w.Constant(0u), 16);
        w.LoadShared4(start, at);
        Assert.Throws<ArgumentException>(() => w.LoadShared4(start, at + 4));
        Assert.Throws<ArgumentException>(() => w.LoadShared(start, at + 32));
        w.WordParameter("a");
        Assert.Throws<ArgumentException>(() => w.FloatParameter("a"));
    }
}
