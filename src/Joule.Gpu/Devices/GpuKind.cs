using Joule.Compute;
using Joule.Gpu.Driver;

namespace Joule.Gpu.Devices;

/// <summary>NVIDIA GPUs.</summary>
[Named("gpu", "an NVIDIA GPU of 2020 or later, for training, sampling and scoring")]
public sealed class GpuKind : DeviceKind
{
    /// <inheritdoc/>
    public override string Note => "The kernels are not yet verified on a GPU: compare a result with that of --device cpu.";

    /// <inheritdoc/>
    public override IReadOnlyList<DeviceListing> List()
    {
        if (GpuDriver.WhyNot is { } reason)
            return [new DeviceListing("gpu", "NVIDIA GPU", reason)];
        return [.. GpuDriver.List().Select(gpu => new DeviceListing(gpu.Index == 0 ? "gpu" : $"gpu:{gpu.Index}",
            $"{gpu.Name}, {gpu.MemoryBytes >> 30} GiB, compute capability {gpu.Capability}", WhyNot(gpu)))];
    }

    /// <inheritdoc/>
    public override Device Open(int index, int? threads, Action<string>? say = null)
    {
        try
        {
            return new GpuDevice(index, say);
        }
        catch (GpuException e)
        {
            throw new InvalidInputException($"{e.Message} Use --device cpu.", e);
        }
    }

    private static string? WhyNot(GpuInfo gpu) => gpu.Capability >= GpuInfo.LeastCapability ? null
        : $"its compute capability is {gpu.Capability}; Joule's kernels need {GpuInfo.LeastCapability} or later";
}
