namespace Joule.Gpu.Ptx;

/// <summary>Clusters: blocks that run at the same time and read each other's shared memory (compute capability 9.0 or later).</summary>
internal sealed partial class PtxWriter
{
    /// <summary>Blocks of a cluster; null: the kernel has no clusters.</summary>
    public int? ClusterBlocks { get; private set; }

    /// <summary>Lets the kernel run in clusters. Called before anything of a cluster is written.</summary>
    /// <param name="blocks">Blocks of a cluster: 2, 4 or 8.</param>
    public void BeginCluster(int blocks)
    {
        if (blocks is not (2 or 4 or 8))
            throw new ArgumentOutOfRangeException(nameof(blocks), blocks, "A cluster has 2, 4 or 8 blocks.");
        ClusterBlocks = blocks;
    }

    /// <summary>The block's place in its cluster, from 0.</summary>
    public U32 ClusterRank()
    {
        CheckCluster();
        return NewWord("mov.u32", "%cluster_ctarank");
    }

    /// <summary>The start of the shared memory of a block of the cluster, for <see cref="LoadCluster4"/>.</summary>
    /// <param name="rank">The block's place in the cluster.</param>
    public U32 SharedStartOf(U32 rank)
    {
        CheckCluster();
        return NewWord("mapa.shared::cluster.u32",
            _sharedStart ?? throw new InvalidOperationException("Call BeginShared at the start of the kernel."), rank);
    }

    /// <summary>Four numbers at a multiple of 16 bytes in the shared memory of a block of the cluster.</summary>
    /// <param name="start">What <see cref="SharedStartOf"/> gave, with some bytes added.</param>
    /// <param name="offset">Further bytes.</param>
    public F32[] LoadCluster4(U32 start, int offset)
    {
        CheckCluster();
        CheckShared(offset, 4);
        F32[] r = [Float(), Float(), Float(), Float()];
        Write($"ld.shared::cluster.v4.f32 {{{string.Join(", ", r)}}}, [{start}+{offset}]");
        return r;
    }

    /// <summary>
    /// All threads of the cluster's blocks wait for each other; what they wrote to shared memory is visible afterwards to all of them.
    /// </summary>
    public void BarrierOfCluster()
    {
        CheckCluster();
        Write("barrier.cluster.arrive.aligned");
        Write("barrier.cluster.wait.aligned");
    }

    private void CheckCluster()
    {
        if (ClusterBlocks is null)
            throw new InvalidOperationException("Call BeginCluster first.");
    }
}
