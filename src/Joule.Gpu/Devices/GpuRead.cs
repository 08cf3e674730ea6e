using Joule.Compute;
using Joule.Gpu.Driver;

namespace Joule.Gpu.Devices;

/// <summary>A copy from a GPU to page-locked memory of the host; one wait serves all that were begun before it.</summary>
/// <param name="device">The device.</param>
/// <param name="most">Largest number of words.</param>
internal sealed class GpuRead(GpuDevice device, int most) : DeviceRead
{
    private IGpuHostMemory? _memory;
    private long _begun = -1; // the waits of the device before
    private int _count;

    /// <inheritdoc/>
    /// <exception cref="GpuException">A launch before failed.</exception>
    public override ReadOnlySpan<float> Words
    {
        get
        {
            if (_count == 0)
                return [];
            device.WaitSince(_begun);
            return _memory!.Span[.._count];
        }
    }

    /// <inheritdoc/>
    public override void Begin(Rows from)
    {
        if (from.Length > most)
            throw new ArgumentException($"{from.Length} numbers do not fit into {most}.");
        _count = from.Length;
        if (_count == 0)
            return;
        device.InTurn(() =>
        {
            _memory ??= device.Engine.AllocateOnHost(most);
            device.Engine.DownloadLater(GpuBuffer.AddressOf(from), _memory, _count);
            _begun = device.Waits;
        });
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (!disposing || _memory is null || device.IsDisposed)
            return;
        try
        {
            device.WaitSince(_begun);
        }
        catch (GpuException)
        {
            // Nobody asked for the numbers.
        }
        device.InTurn(_memory.Dispose);
        _memory = null;
        _count = 0;
    }
}
