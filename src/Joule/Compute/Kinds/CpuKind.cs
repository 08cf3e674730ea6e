namespace Joule.Compute;

/// <summary>The processor.</summary>
[Named("cpu", "the processor, with all its cores and vectors")]
public sealed class CpuKind : DeviceKind
{
    /// <inheritdoc/>
    public override IReadOnlyList<DeviceListing> List()
    {
        using Device device = Open(0, null);
        return [new DeviceListing("cpu", device.Description, null)];
    }

    /// <inheritdoc/>
    public override Device Open(int index, int? threads, Action<string>? say = null) => index == 0
        ? Device.Cpu(threads ?? Environment.ProcessorCount)
        : throw new InvalidInputException($"There is no device cpu:{index}: all cores together are cpu. --threads says how many are used.");
}
