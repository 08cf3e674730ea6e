namespace Joule.Gpu.Ptx;

/// <summary>A kernel as text, before a driver compiles it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Ptx">Its PTX.</param>
/// <param name="Threads">Threads of a block.</param>
/// <param name="SharedBytes">Shared memory of a block, in bytes.</param>
/// <param name="Parameters">Its parameters, in order.</param>
public sealed record KernelText(string Name, string Ptx, int Threads, int SharedBytes, IReadOnlyList<KernelParameter> Parameters)
{
    /// <summary>Blocks that a multiprocessor is to run at a time, at least.</summary>
    public int BlocksOfMultiprocessor { get; init; } = 1;

    /// <summary>
    /// Blocks of a cluster, which read each other's shared memory; a launch has a multiple of them. 1: there are no clusters.
    /// </summary>
    public int Cluster { get; init; } = 1;

    /// <summary>Checks the blocks and arguments of a launch.</summary>
    /// <exception cref="ArgumentException">They are not those of the clusters and parameters.</exception>
    internal void Check(int blocks, ReadOnlySpan<KernelArgument> arguments)
    {
        if (arguments.Length != Parameters.Count)
            throw new ArgumentException($"{Name} takes {Parameters.Count} arguments; it was given {arguments.Length}.");
        if (blocks % Cluster != 0)
            throw new ArgumentException($"{Name} runs in clusters of {Cluster} blocks; it was to run in {blocks}.");
        for (int i = 0; i < arguments.Length; i++)
        {
            if (arguments[i].Type != Parameters[i].Type)
                throw new ArgumentException($"{Parameters[i].Name} of {Name} is {Parameters[i].Type}.");
        }
    }
}

/// <summary>A parameter of a kernel.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type; an address points into global memory.</param>
public sealed record KernelParameter(string Name, PtxType Type);
