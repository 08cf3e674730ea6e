using Joule.Gpu.Ptx;
using Xunit;

namespace Joule.Gpu.Tests.Ptx;

/// <summary>Blocks of a cluster read each other's shared memory; what a card would do wrong at times is a fault each time.</summary>
public sealed class PtxClusterTests
{
    private const string Barrier = "\tbarrier.cluster.arrive.aligned;\n\tbarrier.cluster.wait.aligned;\n";

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(8)]
    public void Blocks_read_the_memory_of_the_next_one(int cluster)
    {
        KernelText text = Ring(cluster);
        Assert.Equal(cluster, text.Cluster);
        Assert.Equal(Enumerable.Range(0, 2 * cluster).Select(b => (float)(b / cluster * cluster + (b + 1) % cluster)),
            Run(text, 2 * cluster));
    }

    [Fact]
    public void Half_a_cluster_is_no_launch() =>
        Assert.Contains("no whole clusters", Fault(Ring(2), t => t, blocks: 3), StringComparison.Ordinal);

    [Fact]
    public void A_read_before_all_blocks_have_begun_is_a_fault() =>
        Assert.Contains("may not have begun", Fault(Ring(2), t => Without(t, 0)), StringComparison.Ordinal);

    [Fact]
    public void A_block_that_ends_before_it_is_read_is_a_fault() =>
        Assert.Contains("the other block has ended", Fault(Ring(2), t => Without(t, 1)), StringComparison.Ordinal);

    // Here the reader comes first: that the other block ends only later is luck.
    [Fact]
    public void A_block_that_may_end_before_it_is_read_is_a_fault() => Assert.Contains(
        "the block ends while another block may still read",
        Fault(Ring(2), t => Without(t, 1).Replace("%cluster_ctarank", "%ctaid.x", StringComparison.Ordinal)
            .Replace("rem.u32", "min.u32", StringComparison.Ordinal).Replace("and.b32", "min.u32", StringComparison.Ordinal)),
        StringComparison.Ordinal);

    [Fact]
    public void A_word_that_is_written_between_two_barriers_is_not_read_by_others_there() =>
        Assert.Contains("which the block writes", Fault(Written(2, isFirst: true), t => t), StringComparison.Ordinal);

    [Fact]
    public void A_word_that_others_read_is_not_written_before_the_next_barrier() =>
        Assert.Contains("which another block reads", Fault(Written(2, isFirst: false), t => t), StringComparison.Ordinal);

    [Fact]
    public void A_word_that_nobody_wrote_is_not_read() =>
        Assert.Contains("which nobody has written", Fault(Ring(2, writes: false), t => t), StringComparison.Ordinal);

    [Fact]
    public void A_read_outside_is_a_fault() => Assert.Contains("lies outside",
        Fault(Ring(2), Moved), StringComparison.Ordinal);

    [Fact]
    public void A_barrier_that_only_one_block_reaches_is_a_fault() => Assert.Contains("wait at a barrier of the cluster",
        Fault(Ring(2, isOneMore: true), t => t), StringComparison.Ordinal);

    [Theory]
    [InlineData(".target sm_90", ".target sm_80")]
    [InlineData(".explicitcluster\n", "")]
    [InlineData(".reqnctapercluster 2, 1, 1\n", "")]
    [InlineData("\tbarrier.cluster.wait.aligned;\n", "")]
    [InlineData("\tbarrier.cluster.arrive.aligned;\n", "")]
    [InlineData("ld.shared::cluster", "ld.shared")] // an address of the cluster's window
    public void What_a_driver_would_refuse_is_a_fault(string from, string to) =>
        Assert.NotEmpty(Fault(Ring(2), t => t.Replace(from, to, StringComparison.Ordinal)));

    [Fact]
    public void The_writer_refuses_clusters_that_no_card_has()
    {
        PtxWriter w = new();
        w.BeginShared();
        Assert.Throws<InvalidOperationException>(() => w.BarrierOfCluster());
        Assert.Throws<ArgumentOutOfRangeException>(() => w.BeginCluster(3));
        w.BeginCluster(2);
        Assert.Throws<ArgumentException>(() => w.LoadCluster4(w.SharedStartOf(w.ClusterRank()), 16));
    }

    // Each block writes its index, and reads that of the next one in its cluster.
    private static KernelText Ring(int cluster, bool writes = true, bool isOneMore = false)
    {
        PtxWriter w = new();
        int at = w.TakeShared(4);
        w.BeginShared();
        w.BeginCluster(cluster);
        U32 rank = w.ClusterRank(), block = w.Block();
        Address target = w.Pointer("target");
        U32 own = w.SharedBase(w.Constant(0u), 16);
        F32 index = w.FromUnsigned(block);
        if (writes)
            w.StoreShared4(own, at, [index, index, index, index]);
        w.BarrierOfCluster();
        F32[] found = w.LoadCluster4(w.SharedStartOf(w.Remainder(w.Add(rank, 1), (uint)cluster)), at);
        w.StoreGlobal(w.Element(target, block, 4), 0, found[3]);
        w.BarrierOfCluster();
        if (isOneMore)
            w.If(w.IsZero(rank), w.BarrierOfCluster);
        return w.Finish("ring", 1);
    }

    // Block 1 reads what block 0 writes before (isFirst), or block 0 what block 1 writes later.
    private static KernelText Written(int cluster, bool isFirst)
    {
        PtxWriter w = new();
        int at = w.TakeShared(4);
        w.BeginShared();
        w.BeginCluster(cluster);
        U32 rank = w.ClusterRank();
        F32 zero = w.Constant(0f);
        U32 own = w.SharedBase(w.Constant(0u), 16);
        w.StoreShared4(own, at, [zero, zero, zero, zero]);
        w.BarrierOfCluster();
        uint writer = isFirst ? 0u : 1u;
        w.If(w.IsZero(w.Xor(rank, w.Constant(writer))), () => w.StoreShared4(own, at, [zero, zero, zero, zero]));
        w.If(w.IsZero(w.Xor(rank, w.Constant(1 - writer))), () => w.LoadCluster4(w.SharedStartOf(w.Constant(writer)), at));
        w.BarrierOfCluster();
        return w.Finish("written", 1);
    }

    private static string Fault(KernelText text, Func<string, string> change, int blocks = 2)
    {
        string ptx = change(text.Ptx);
        return Assert.Throws<PtxFault>(() => Run(text with { Ptx = ptx }, blocks)).Message;
    }

    private static float[] Run(KernelText text, int blocks)
    {
        PtxInterpreter gpu = new(text);
        KernelArgument[] memory = [.. text.Parameters.Select(_ => gpu.Global.Allocate<float>(new float[blocks]))];
        gpu.Run(blocks, memory);
        return memory.Length == 0 ? [] : gpu.Global.Read<float>(memory[0], blocks);
    }

    private static string Without(string text, int barrier)
    {
        int at = text.IndexOf(Barrier, StringComparison.Ordinal);
        if (barrier == 1)
            at = text.IndexOf(Barrier, at + 1, StringComparison.Ordinal);
        return text.Remove(at, Barrier.Length);
    }

    private static string Moved(string text)
    {
        int load = text.IndexOf("ld.shared::cluster", StringComparison.Ordinal), end = text.IndexOf(']', load);
        return $"{text[..(end - 1)]}16{text[end..]}";
    }
}
