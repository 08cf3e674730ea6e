using Joule.Gpu.Ptx;

namespace Joule.Gpu.Kernels;

/// <summary>A kernel that is being written, for blocks of some chains.</summary>
/// <param name="chains">Chains of a block.</param>
/// <param name="threads">Threads of a block, a multiple of 32, and at least as many as chains.</param>
/// <param name="blocks">Blocks that must fit a multiprocessor together.</param>
internal sealed class BlockFrame(int chains, int threads, int blocks = 1)
{
    private U32? _thread;

    /// <summary>The writer.</summary>
    public PtxWriter W { get; } = new();

    /// <summary>Chains of a block.</summary>
    public int Chains => chains;

    /// <summary>Threads of a block.</summary>
    public int Threads => threads;

    /// <summary>Blocks that must fit a multiprocessor together.</summary>
    public int Blocks => blocks;

    /// <summary>Blocks that keep weights in shared memory together, as <see cref="Devices.BlockCut"/>; 0: none are kept.</summary>
    public int Cluster { get; init; }

    /// <summary>Shared memory that the block may take, weights included, in bytes.</summary>
    public int SharedLimit { get; init; }

    /// <summary>Weights that a block keeps, in bytes.</summary>
    public int ResidentBytes { get; set; }

    /// <summary>The block in the name of a kernel.</summary>
    public string Suffix => $"{chains}_{threads}{(Cluster > 0 ? $"_kept{Cluster}" : "")}";

    /// <summary>The thread's index. Thread r keeps what chain r of the block has but one of.</summary>
    public U32 Thread => _thread ??= W.Thread();

    /// <summary>Writes a body for items 0 to count − 1, spread over the threads.</summary>
    public void Spread(int count, Action<U32> body) => W.Spread(Thread, threads, count, body);

    /// <summary>Writes a body for the threads that keep a chain. It must hold no barrier.</summary>
    public void ForChains(Action body) => W.If(W.Less(Thread, (uint)chains), body);

    /// <summary>The address some floats after another.</summary>
    public Address After(Address start, int floats) => floats == 0 ? start : W.Offset(start, (long)floats * sizeof(float));
}
