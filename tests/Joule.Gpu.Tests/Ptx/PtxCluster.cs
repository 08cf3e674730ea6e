namespace Joule.Gpu.Tests.Ptx;

/// <summary>
/// The shared memory of the blocks of a cluster. A thread may read that of another block only between two barriers of the cluster, and only
/// what is not written between them; a block may not end between them either.
/// </summary>
internal sealed class PtxCluster(IReadOnlyList<PtxShared> blocks)
{
    private const int RankBit = 24; // an address in the window of the cluster: the block's rank + 1, and the byte

    /// <summary>The place of a block.</summary>
    public int RankOf(PtxShared block) => blocks.ToList().IndexOf(block);

    /// <summary>The address of a byte of a block's own memory in that of another block.</summary>
    public ulong Map(ulong address, ulong rank, string instruction)
    {
        if (rank >= (ulong)blocks.Count)
            throw new PtxFault($"{instruction}: there is no block {rank} in a cluster of {blocks.Count}");
        if (address >> RankBit != 0)
            throw new PtxFault($"{instruction}: {address} is no address of the block's own memory");
        return ((rank + 1) << RankBit) + address;
    }

    /// <summary>Reads a word.</summary>
    /// <param name="address">The address of the whole access.</param>
    /// <param name="word">The word's place in it.</param>
    /// <param name="bytes">Bytes of the whole access.</param>
    /// <param name="thread">The thread.</param>
    /// <param name="instruction">The instruction, in errors.</param>
    public uint Load(ulong address, int word, int bytes, PtxThread thread, string instruction)
    {
        ulong rank = address >> RankBit, at = address & ((1UL << RankBit) - 1);
        if (rank > (ulong)blocks.Count)
            throw new PtxFault($"{instruction}: there is no block {rank - 1} in a cluster of {blocks.Count}");
        PtxShared block = rank == 0 ? thread.Shared : blocks[(int)rank - 1];
        block.Check(at, bytes, instruction);
        at += 4 * (ulong)word;
        return block == thread.Shared ? block.Load(at, thread.Index, instruction) : block.LoadFromOutside(at, instruction);
    }
}
