using System.Runtime.InteropServices;

namespace Joule.Gpu.Driver;

/// <summary>
/// The functions of the driver library for graphs; those of kernels need a driver of CUDA 12. Each returns 0, or the code of an error.
/// </summary>
internal static unsafe partial class CudaGraphLibrary
{
    private const string Name = CudaLibrary.Name;

    [LibraryImport(Name, EntryPoint = "cuGraphCreate")]
    public static partial int Create(out nint graph, uint flags);

    [LibraryImport(Name, EntryPoint = "cuGraphDestroy")]
    public static partial int Destroy(nint graph);

    [LibraryImport(Name, EntryPoint = "cuGraphAddKernelNode_v2")]
    public static partial int AddKernel(out nint node, nint graph, nint* after, nuint count, CudaKernelNode* kernel);

    [LibraryImport(Name, EntryPoint = "cuGraphAddMemcpyNode")]
    public static partial int AddCopy(out nint node, nint graph, nint* after, nuint count, CudaCopyNode* copy, nint context);

    [LibraryImport(Name, EntryPoint = "cuGraphAddMemsetNode")]
    public static partial int AddFill(out nint node, nint graph, nint* after, nuint count, CudaFillNode* fill, nint context);

    [LibraryImport(Name, EntryPoint = "cuGraphInstantiateWithFlags")]
    public static partial int Instantiate(out nint executable, nint graph, ulong flags);

    [LibraryImport(Name, EntryPoint = "cuGraphUpload")]
    public static partial int Upload(nint executable, nint stream);

    [LibraryImport(Name, EntryPoint = "cuGraphExecKernelNodeSetParams_v2")]
    public static partial int ChangeKernel(nint executable, nint node, CudaKernelNode* kernel);

    [LibraryImport(Name, EntryPoint = "cuGraphExecMemcpyNodeSetParams")]
    public static partial int ChangeCopy(nint executable, nint node, CudaCopyNode* copy, nint context);

    [LibraryImport(Name, EntryPoint = "cuGraphExecMemsetNodeSetParams")]
    public static partial int ChangeFill(nint executable, nint node, CudaFillNode* fill, nint context);

    [LibraryImport(Name, EntryPoint = "cuGraphLaunch")]
    public static partial int Launch(nint executable, nint stream);

    [LibraryImport(Name, EntryPoint = "cuGraphExecDestroy")]
    public static partial int DestroyExecutable(nint executable);
}
