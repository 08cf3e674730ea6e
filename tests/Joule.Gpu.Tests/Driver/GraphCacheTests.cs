using Joule.Gpu.Driver;
using Xunit;

namespace Joule.Gpu.Tests.Driver;

/// <summary>Sequences are found by their kernels, copies and clears; the ones that did not come for longest go first.</summary>
public sealed class GraphCacheTests : IDisposable
{
    private readonly NamedKernel _a = new("a", []), _b = new("b", []);
    private readonly RecordedGraphs _graphs = new(null!);

    [Fact]
    public void A_sequence_is_found_whatever_its_numbers()
    {
        using GraphCache cache = new(8);
        Assert.False(cache.Find([_a.At(1), _b.At(1)], out _));
        Assert.False(cache.Find([_b.At(1), _a.At(1)], out _));
        Assert.False(cache.Find([_a.At(1)], out _));
        Assert.True(cache.Find([_a.At(5, 1u), _b.At(7)], out GraphCache.Sequence? found));
        Assert.Equal([1, 1], found.Operations.Select(o => o.Blocks));
        Assert.Equal(3, cache.Count);
    }

    [Fact]
    public void The_sequence_that_did_not_come_for_longest_goes_with_its_graph()
    {
        using GraphCache cache = new(2);
        GpuOperation[] first = [_a.At(1)], second = [_b.At(1)], third = [_a.At(1), _a.At(1)];
        Remember(cache, first);
        Remember(cache, second);
        Assert.True(cache.Find(first, out _));
        Assert.Equal(2, _graphs.Open);
        Assert.False(cache.Find(third, out _));
        Assert.Equal((2, 1), (cache.Count, _graphs.Open));
        Assert.True(cache.Find(first, out _));
        Assert.False(cache.Find(second, out _));
    }

    [Fact]
    public void A_kernel_that_goes_takes_its_sequences_with_it()
    {
        using GraphCache cache = new(8);
        Remember(cache, [_a.At(1), _b.At(1)]);
        Remember(cache, [_a.At(1)]);
        Remember(cache, [_b.At(1)]);
        cache.Forget(_b);
        Assert.Equal((1, 1), (cache.Count, _graphs.Open));
        Assert.True(cache.Find([_a.At(2)], out _));
        cache.Dispose();
        Assert.Equal((0, 0), (cache.Count, _graphs.Open));
    }

    public void Dispose()
    {
        _a.Dispose();
        _b.Dispose();
    }

    private void Remember(GraphCache cache, GpuOperation[] operations)
    {
        Assert.False(cache.Find(operations, out _));
        Assert.True(cache.Find(operations, out GraphCache.Sequence? found));
        found.Graph = _graphs.Create(operations);
    }
}
