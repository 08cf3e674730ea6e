using System.Runtime.InteropServices;

namespace Joule.Gpu.Driver;

/// <summary>A kernel of a graph: the driver's CUDA_KERNEL_NODE_PARAMS_v2.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct CudaKernelNode
{
    /// <summary>The function.</summary>
    public nint Function;

    /// <summary>Blocks, in three directions.</summary>
    public uint GridX, GridY, GridZ;

    /// <summary>Threads of a block, in three directions.</summary>
    public uint BlockX, BlockY, BlockZ;

    /// <summary>Shared memory of a block that the kernel's text does not declare, in bytes.</summary>
    public uint SharedBytes;

    /// <summary>The address of each argument.</summary>
    public void** Parameters;

    /// <summary>Null: the other way to give arguments.</summary>
    public void** Extra;

    /// <summary>0: a kernel that belongs to no context, in place of the function.</summary>
    public nint Kernel;

    /// <summary>0: the context of the calling thread.</summary>
    public nint Context;
}

/// <summary>Where the memory of a copy lies: the driver's CUmemorytype.</summary>
internal enum CudaMemoryKind
{
    /// <summary>On the host.</summary>
    Host = 1,

    /// <summary>On the GPU.</summary>
    Gpu = 2,
}

/// <summary>One side of a copy, as CUDA_MEMCPY3D has it twice.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct CudaCopySide
{
    /// <summary>0: where the copy begins within the memory.</summary>
    public nuint X, Y, Z, LevelOfDetail;

    /// <summary>Where the memory lies.</summary>
    public CudaMemoryKind Kind;

    /// <summary>Its address on the host.</summary>
    public void* Host;

    /// <summary>Its address on the GPU.</summary>
    public ulong Address;

    /// <summary>0: an array of textures, and a reserved field.</summary>
    public nint TextureArray, Reserved;

    /// <summary>Bytes of a row.</summary>
    public nuint Pitch;

    /// <summary>Rows.</summary>
    public nuint Height;
}

/// <summary>A copy of a graph: the driver's CUDA_MEMCPY3D (its second version).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct CudaCopyNode
{
    /// <summary>From where.</summary>
    public CudaCopySide From;

    /// <summary>To where.</summary>
    public CudaCopySide To;

    /// <summary>Bytes of a row.</summary>
    public nuint Width;

    /// <summary>Rows.</summary>
    public nuint Height;

    /// <summary>Layers of rows.</summary>
    public nuint Depth;
}

/// <summary>A clear of a graph: the driver's CUDA_MEMSET_NODE_PARAMS (its first version).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct CudaFillNode
{
    /// <summary>The address.</summary>
    public ulong Address;

    /// <summary>0: it has one row.</summary>
    public nuint Pitch;

    /// <summary>What each element becomes.</summary>
    public uint Value;

    /// <summary>Bytes of an element.</summary>
    public uint ElementSize;

    /// <summary>Elements of a row.</summary>
    public nuint Width;

    /// <summary>Rows.</summary>
    public nuint Height;
}
