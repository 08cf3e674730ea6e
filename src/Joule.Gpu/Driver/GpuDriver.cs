using System.Runtime.InteropServices;
using System.Text;

namespace Joule.Gpu.Driver;

/// <summary>The driver of this machine's GPUs: what there is, or why there is none.</summary>
public static class GpuDriver
{
    /// <summary>The oldest version that knows the instructions that Joule writes: that of CUDA 11.8.</summary>
    public const int LeastVersion = 11080;

    private const int OutOfMemory = 2;
    private const int Capability = 75, CapabilityMinor = 76, Multiprocessors = 16, SharedOfBlock = 97, SharedOfMultiprocessor = 81;
    private const int ThreadsOfMultiprocessor = 39;

    /// <summary>Why no GPU can be used, in words; null if there is one.</summary>
    public static string? WhyNot
    {
        get
        {
            try
            {
                if (CudaLibrary.Initialize(0) is not 0 and int code)
                    return $"the NVIDIA driver cannot start: {Words(code)}";
                Check(CudaLibrary.DriverVersion(out int version), "the version of the driver");
                if (version < LeastVersion)
                {
                    return $"the NVIDIA driver knows CUDA {Number(version)}; Joule needs one that knows CUDA {Number(LeastVersion)} "
                        + "or later. Update the driver";
                }
                Check(CudaLibrary.DeviceCount(out int count), "the number of GPUs");
                return count > 0 ? null : "the NVIDIA driver finds no GPU";
            }
            catch (DllNotFoundException)
            {
                return "there is no NVIDIA driver on this machine (libcuda was not found)";
            }
            catch (EntryPointNotFoundException e)
            {
                return $"the NVIDIA driver is too old: {e.Message}";
            }
        }
    }

    /// <summary>The GPUs of this machine; none if they cannot be used (<see cref="WhyNot"/>).</summary>
    public static IReadOnlyList<GpuInfo> List()
    {
        List<GpuInfo> found = [];
        if (WhyNot is not null)
            return found;
        Check(CudaLibrary.DeviceCount(out int count), "the number of GPUs");
        for (int i = 0; i < count; i++)
        {
            Check(CudaLibrary.Device(out int device, i), $"GPU {i}");
            Check(CudaLibrary.TotalMemory(out nuint bytes, device), $"the memory of GPU {i}");
            found.Add(new GpuInfo(i, NameOf(device), new Version(Of(Capability), Of(CapabilityMinor)), (long)bytes)
            {
                Multiprocessors = Of(Multiprocessors),
                SharedBytesOfBlock = Of(SharedOfBlock),
                SharedBytesOfMultiprocessor = Of(SharedOfMultiprocessor),
                ThreadsOfMultiprocessor = Of(ThreadsOfMultiprocessor),
            });

            int Of(int attribute)
            {
                Check(CudaLibrary.DeviceAttribute(out int value, attribute, device), $"attribute {attribute} of a GPU");
                return value;
            }
        }
        return found;
    }

    /// <summary>The driver's version, for example 13.0; null without a driver.</summary>
    public static string? Version
    {
        get
        {
            if (WhyNot is not null)
                return null;
            Check(CudaLibrary.DriverVersion(out int version), "the version of the driver");
            return Number(version);
        }
    }

    /// <summary>Turns an error code into an exception.</summary>
    /// <param name="code">What a function of the driver returned.</param>
    /// <param name="what">What was asked for, as the subject of a sentence.</param>
    /// <exception cref="GpuException">The code is not 0.</exception>
    internal static void Check(int code, string what)
    {
        if (code == 0)
            return;
        string advice = code == OutOfMemory ? " Make the batch, the number of chains or the network smaller." : "";
        throw new GpuException($"On the GPU, {what} failed: {Words(code)}.{advice}");
    }

    private static unsafe string NameOf(int device)
    {
        byte* name = stackalloc byte[256];
        Check(CudaLibrary.DeviceName(name, 256, device), "the name of a GPU");
        return Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name));
    }

    private static string Number(int version) => $"{version / 1000}.{version % 1000 / 10}";

    private static string Words(int code)
    {
        string name = CudaLibrary.ErrorName(code, out nint n) == 0 ? Marshal.PtrToStringUTF8(n) ?? "" : "";
        string text = CudaLibrary.ErrorText(code, out nint t) == 0 ? Marshal.PtrToStringUTF8(t) ?? "" : "";
        return text.Length > 0 ? $"{text} ({name}, {code})" : $"error {code}";
    }
}
