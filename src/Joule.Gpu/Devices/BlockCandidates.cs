using Joule.Gpu.Driver;

namespace Joule.Gpu.Devices;

/// <summary>The blocks that are worth timing for a kernel.</summary>
internal static class BlockCandidates
{
    private static readonly BlockCut[] Networks =
    [
        new(1, 256, 2), new(1, 448), new(1, 448, 2), new(1, 512), new(1, 896), new(2, 256, 2), new(2, 448, 2), new(2, 512), new(2, 896),
        new(4, 256, 2), new(4, 512), new(8, 256, 2), new(8, 512), new(16, 512),
    ];

    private static readonly BlockCut[] Formulas =
        [new(1, 64), new(2, 64), new(4, 128), new(8, 256), new(16, 256), new(16, 512), new(32, 512), new(64, 512)];

    private static readonly BlockCut[] Gradients =
        [new(1, 256), new(1, 512), new(2, 512), new(4, 512), new(8, 256), new(8, 512), new(16, 512)];

    /// <summary>Blocks of chains or energies of a network.</summary>
    /// <param name="gpu">The GPU.</param>
    /// <param name="count">Number of chains or states.</param>
    public static IEnumerable<BlockCut> OfNetwork(GpuInfo gpu, int count) => Few(Networks, gpu, count);

    /// <summary>Blocks of chains or energies of a formula.</summary>
    /// <inheritdoc cref="OfNetwork"/>
    public static IEnumerable<BlockCut> OfFormula(GpuInfo gpu, int count) => Few(Formulas, gpu, count);

    /// <summary>Blocks of the gradient of a network's weights.</summary>
    /// <inheritdoc cref="OfNetwork"/>
    public static IEnumerable<BlockCut> OfWeights(GpuInfo gpu, int count) => Few(Gradients, gpu, count);

    /// <summary>
    /// A block that keeps weights in shared memory: each block for itself, or together with others in a cluster. Clusters have the
    /// multiprocessors to themselves, so that there is room for weights.
    /// </summary>
    /// <param name="gpu">The GPU.</param>
    /// <param name="cut">The block.</param>
    public static IEnumerable<BlockCut> Resident(GpuInfo gpu, BlockCut cut) =>
        from cluster in (int[])(cut.Blocks == 1 ? [1, 2, 4, 8] : [1])
        let resident = cut with { Cluster = cluster }
        where resident.Fits(gpu, 0)
        select resident;

    // With more chains a block than that, most multiprocessors would have none.
    private static IEnumerable<BlockCut> Few(IEnumerable<BlockCut> all, GpuInfo gpu, int count)
    {
        double most = Math.Max(1, 2.0 * count / Math.Max(1, gpu.Multiprocessors));
        return all.Where(c => c.Chains <= most).Select(c => c with { Threads = Math.Min(c.Threads, gpu.ThreadsOfBlock) })
            .Where(c => c.Threads >= c.Chains).Distinct();
    }
}
