using Joule.Gpu.Driver;

namespace Joule.Gpu.Devices;

/// <summary>The block of a kernel.</summary>
/// <param name="Chains">Chains of a block.</param>
/// <param name="Threads">Threads of a block.</param>
/// <param name="Blocks">Blocks that must fit a multiprocessor together: one works while another waits for its threads.</param>
/// <param name="Cluster">
/// Blocks that keep weights in the shared memory that their chains leave free: 1, each for itself; 2, 4 or 8, together, as a cluster.
/// 0: all weights are read from global memory.
/// </param>
internal readonly record struct BlockCut(int Chains, int Threads, int Blocks = 1, int Cluster = 0)
{
    private const int MostChainsOfNetwork = 8, MostChainsOfFormula = 64, MostThreads = 512;
    private const int ReservedBytes = 1024; // the driver's own part of each block's shared memory

    private static readonly Version LeastOfClusters = new(9, 0);

    /// <summary>
    /// The blocks to try for a network, best first: as many chains a block as leave a block for every multiprocessor, since chains of a
    /// block share the reading of weights. Where a block has few chains and there are many blocks, two of them share a multiprocessor if
    /// they fit.
    /// </summary>
    /// <remarks>
    /// None of them keeps weights in shared memory; only timing chooses that. A multiprocessor has one memory for both, shared memory and
    /// its first cache, so weights that are kept take cache from the others. What a block saves for a step is at most what it keeps: of a
    /// dense layer of 784 × 128, packed forward and back, 0.8 MB are read for a step, and some 0.2 MB fit. A prototype that kept half of
    /// one copy gained 12% at one chain a block, and the reading is shared by all chains of a block where there are more. A convolution
    /// reads its few weights at every position, from the cache in any case. A second block of a multiprocessor, which fills the waits of
    /// the first, may have no room then. The blocks of a cluster have all weights together, but read them through the network between
    /// multiprocessors, which need not be faster than the second cache. So the sign of the gain depends on the card and the network.
    /// </remarks>
    /// <param name="gpu">The GPU.</param>
    /// <param name="count">Number of chains.</param>
    public static IEnumerable<BlockCut> OfNetwork(GpuInfo gpu, int count)
    {
        for (int chains = Share(gpu, count, MostChainsOfNetwork); chains >= 1; chains /= 2)
        {
            if (chains < 4 && count >= 2 * chains * gpu.Multiprocessors)
                yield return new BlockCut(chains, Math.Min(gpu.ThreadsOfBlock, 448), 2);
            yield return new BlockCut(chains, Math.Min(gpu.ThreadsOfBlock, chains >= 4 ? 512 : 896));
        }
    }

    /// <summary>Whether a kernel with this much shared memory fits the card as the cut wants it.</summary>
    public bool Fits(GpuInfo gpu, int sharedBytes) => sharedBytes <= gpu.SharedBytesOfBlock
        && (Blocks == 1 || Blocks * (sharedBytes + ReservedBytes) <= gpu.SharedBytesOfMultiprocessor)
        && (Cluster <= 1 || gpu.Capability >= LeastOfClusters);

    /// <summary>In words.</summary>
    public override string ToString()
    {
        string kept = Cluster switch
        {
            0 => "",
            1 => ", weights kept in shared memory",
            _ => $", weights kept by clusters of {Cluster} blocks",
        };
        return $"{Chains} a block of {Threads} threads{(Blocks > 1 ? $", {Blocks} blocks a multiprocessor" : "")}{kept}";
    }

    /// <summary>Shared memory that a block may take, in bytes.</summary>
    public int SharedLimit(GpuInfo gpu) => Blocks == 1 ? gpu.SharedBytesOfBlock
        : Math.Min(gpu.SharedBytesOfBlock, gpu.SharedBytesOfMultiprocessor / Blocks - ReservedBytes) / 16 * 16;

    /// <summary>
    /// The blocks to try for the gradient of a network's weights, best first. Each block writes a sum for every weight, which must pay.
    /// </summary>
    /// <param name="gpu">The GPU.</param>
    /// <param name="count">Number of states.</param>
    /// <param name="usesOfWeight">How often a state uses each weight, on average.</param>
    public static IEnumerable<BlockCut> OfWeights(GpuInfo gpu, int count, double usesOfWeight)
    {
        int least = usesOfWeight < 2 ? 4 : usesOfWeight < 4 ? 2 : 1;
        for (int chains = Math.Max(Share(gpu, count, MostChainsOfNetwork), least); chains >= 1; chains /= 2)
            yield return new BlockCut(chains, Math.Min(gpu.ThreadsOfBlock, MostThreads));
    }

    /// <summary>The blocks to try for a formula, best first.</summary>
    /// <param name="gpu">The GPU.</param>
    /// <param name="count">Number of chains.</param>
    /// <param name="lanes">Threads that a chain can use.</param>
    public static IEnumerable<BlockCut> OfFormula(GpuInfo gpu, int count, int lanes)
    {
        for (int chains = Share(gpu, count, MostChainsOfFormula); chains >= 1; chains /= 2)
            yield return new BlockCut(chains, Math.Clamp((chains * lanes + 31) / 32 * 32, 64, Math.Min(gpu.ThreadsOfBlock, MostThreads)));
    }

    // The power of two nearest to the chains of a multiprocessor.
    private static int Share(GpuInfo gpu, int count, int most)
    {
        double each = (double)count / Math.Max(1, gpu.Multiprocessors);
        return each <= 1 ? 1 : Math.Min(most, 1 << (int)Math.Round(Math.Log2(each)));
    }
}
