using System.Runtime.InteropServices;

namespace Joule.Gpu.Driver;

/// <summary>The functions of NVIDIA's driver library that Joule calls. Each returns 0, or the code of an error.</summary>
internal static unsafe partial class CudaLibrary
{
    // The name on Linux; ResolveLibrary gives that on Windows.
    public const string Name = "libcuda.so.1";

    private const string OnWindows = "nvcuda.dll";

    static CudaLibrary() => NativeLibrary.SetDllImportResolver(typeof(CudaLibrary).Assembly, ResolveLibrary);

    [LibraryImport(Name, EntryPoint = "cuInit")]
    public static partial int Initialize(uint flags);

    [LibraryImport(Name, EntryPoint = "cuDriverGetVersion")]
    public static partial int DriverVersion(out int version);

    [LibraryImport(Name, EntryPoint = "cuDeviceGetCount")]
    public static partial int DeviceCount(out int count);

    [LibraryImport(Name, EntryPoint = "cuDeviceGet")]
    public static partial int Device(out int device, int index);

    [LibraryImport(Name, EntryPoint = "cuDeviceGetName")]
    public static partial int DeviceName(byte* name, int length, int device);

    [LibraryImport(Name, EntryPoint = "cuDeviceGetAttribute")]
    public static partial int DeviceAttribute(out int value, int attribute, int device);

    [LibraryImport(Name, EntryPoint = "cuDeviceTotalMem_v2")]
    public static partial int TotalMemory(out nuint bytes, int device);

    [LibraryImport(Name, EntryPoint = "cuDevicePrimaryCtxRetain")]
    public static partial int RetainContext(out nint context, int device);

    [LibraryImport(Name, EntryPoint = "cuDevicePrimaryCtxRelease_v2")]
    public static partial int ReleaseContext(int device);

    [LibraryImport(Name, EntryPoint = "cuCtxSetCurrent")]
    public static partial int SetContext(nint context);

    [LibraryImport(Name, EntryPoint = "cuMemAlloc_v2")]
    public static partial int Allocate(out ulong pointer, nuint bytes);

    [LibraryImport(Name, EntryPoint = "cuMemFree_v2")]
    public static partial int Free(ulong pointer);

    [LibraryImport(Name, EntryPoint = "cuMemcpyHtoD_v2")]
    public static partial int Upload(ulong target, void* source, nuint bytes);

    [LibraryImport(Name, EntryPoint = "cuMemcpyDtoH_v2")]
    public static partial int Download(void* target, ulong source, nuint bytes);

    [LibraryImport(Name, EntryPoint = "cuMemcpyHtoDAsync_v2")]
    public static partial int UploadLater(ulong target, void* source, nuint bytes, nint stream);

    [LibraryImport(Name, EntryPoint = "cuMemcpyDtoHAsync_v2")]
    public static partial int DownloadLater(void* target, ulong source, nuint bytes, nint stream);

    [LibraryImport(Name, EntryPoint = "cuMemcpyDtoDAsync_v2")]
    public static partial int CopyLater(ulong target, ulong source, nuint bytes, nint stream);

    [LibraryImport(Name, EntryPoint = "cuMemsetD32Async")]
    public static partial int FillLater(ulong target, uint word, nuint words, nint stream);

    [LibraryImport(Name, EntryPoint = "cuStreamCreate")]
    public static partial int CreateStream(out nint stream, uint flags);

    [LibraryImport(Name, EntryPoint = "cuStreamDestroy_v2")]
    public static partial int DestroyStream(nint stream);

    [LibraryImport(Name, EntryPoint = "cuStreamSynchronize")]
    public static partial int Synchronize(nint stream);

    [LibraryImport(Name, EntryPoint = "cuEventCreate")]
    public static partial int CreateEvent(out nint e, uint flags);

    [LibraryImport(Name, EntryPoint = "cuEventRecord")]
    public static partial int RecordEvent(nint e, nint stream);

    [LibraryImport(Name, EntryPoint = "cuStreamWaitEvent")]
    public static partial int WaitForEvent(nint stream, nint e, uint flags);

    [LibraryImport(Name, EntryPoint = "cuEventDestroy_v2")]
    public static partial int DestroyEvent(nint e);

    [LibraryImport(Name, EntryPoint = "cuMemHostAlloc")]
    public static partial int AllocateOnHost(out void* pointer, nuint bytes, uint flags);

    [LibraryImport(Name, EntryPoint = "cuMemFreeHost")]
    public static partial int FreeOnHost(void* pointer);

    [LibraryImport(Name, EntryPoint = "cuModuleLoadDataEx")]
    public static partial int LoadModule(out nint module, byte* image, uint count, int* options, void** values);

    [LibraryImport(Name, EntryPoint = "cuModuleUnload")]
    public static partial int UnloadModule(nint module);

    [LibraryImport(Name, EntryPoint = "cuLinkCreate_v2")]
    public static partial int CreateLink(uint count, int* options, void** values, out nint link);

    [LibraryImport(Name, EntryPoint = "cuLinkAddData_v2")]
    public static partial int AddToLink(
        nint link, int kind, byte* data, nuint bytes, byte* name, uint count, int* options, void** values);

    [LibraryImport(Name, EntryPoint = "cuLinkComplete")]
    public static partial int CompleteLink(nint link, out byte* code, out nuint bytes);

    [LibraryImport(Name, EntryPoint = "cuLinkDestroy")]
    public static partial int DestroyLink(nint link);

    [LibraryImport(Name, EntryPoint = "cuModuleGetFunction", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Function(out nint function, nint module, string name);

    [LibraryImport(Name, EntryPoint = "cuFuncSetAttribute")]
    public static partial int SetFunctionAttribute(nint function, int attribute, int value);

    [LibraryImport(Name, EntryPoint = "cuFuncGetAttribute")]
    public static partial int FunctionAttribute(out int value, int attribute, nint function);

    [LibraryImport(Name, EntryPoint = "cuLaunchKernel")]
    public static partial int Launch(
        nint function, uint gridX, uint gridY, uint gridZ, uint blockX, uint blockY, uint blockZ, uint sharedBytes, nint stream,
        void** parameters, void** extra);

    [LibraryImport(Name, EntryPoint = "cuGetErrorName")]
    public static partial int ErrorName(int code, out nint name);

    [LibraryImport(Name, EntryPoint = "cuGetErrorString")]
    public static partial int ErrorText(int code, out nint text);

    private static nint ResolveLibrary(string name, System.Reflection.Assembly assembly, DllImportSearchPath? path) =>
        name == Name && OperatingSystem.IsWindows() && NativeLibrary.TryLoad(OnWindows, assembly, path, out nint handle) ? handle : 0;
}
