namespace Joule.Gpu.Driver;

/// <summary>A GPU of this machine.</summary>
/// <param name="Index">Its index, from 0.</param>
/// <param name="Name">Its name.</param>
/// <param name="Capability">Its compute capability, for example 9.0.</param>
/// <param name="MemoryBytes">Its memory in bytes.</param>
public sealed record GpuInfo(int Index, string Name, Version Capability, long MemoryBytes)
{
    /// <summary>The oldest generation that Joule's kernels run on: 8.0 (2020).</summary>
    public static Version LeastCapability { get; } = new(8, 0);

    /// <summary>Number of multiprocessors.</summary>
    public int Multiprocessors { get; init; }

    /// <summary>Threads that one block may have.</summary>
    public int ThreadsOfBlock { get; init; } = 1024;

    /// <summary>Threads that a multiprocessor may have at once.</summary>
    public int ThreadsOfMultiprocessor { get; init; } = 2048;

    /// <summary>Shared memory that one block may use, in bytes.</summary>
    public int SharedBytesOfBlock { get; init; }

    /// <summary>Shared memory of a multiprocessor, in bytes.</summary>
    public int SharedBytesOfMultiprocessor { get; init; }
}
