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
}

/// <summary>A parameter of a kernel.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type; an address points into global memory.</param>
public sealed record KernelParameter(string Name, PtxType Type);
