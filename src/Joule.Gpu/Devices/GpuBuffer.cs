using Joule.Compute;

namespace Joule.Gpu.Devices;

/// <summary>Memory of a GPU, which the host does not see.</summary>
internal sealed class GpuBuffer : DeviceBuffer
{
    private readonly GpuDevice _device;
    private ulong _address;

    /// <summary>Allocates zeroed memory.</summary>
    /// <param name="device">The device.</param>
    /// <param name="length">Number of words.</param>
    public GpuBuffer(GpuDevice device, long length) : base(length, device)
    {
        _device = device;
        _address = device.Engine.Allocate(Math.Max(1, length), "numbers of the host's program");
    }

    /// <summary>Its address.</summary>
    /// <exception cref="ObjectDisposedException">The buffer was disposed.</exception>
    public ulong Address
    {
        get
        {
            ObjectDisposedException.ThrowIf(_address == 0, this);
            return _address;
        }
    }

    /// <summary>The address of the first word of rows in a GPU's memory.</summary>
    /// <exception cref="InvalidInputException">They are not in the memory of a GPU.</exception>
    public static ulong AddressOf(Rows rows) => rows.Buffer is GpuBuffer buffer
        ? buffer.Address + (ulong)rows.Offset * sizeof(float)
        : throw new InvalidInputException(
            "A launch on the GPU was given numbers that are not in its memory. Allocate them on the device that runs the launch.");

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        // The finaliser runs after everything else may be gone; a GPU frees the memory of a process that ends.
        ulong address = _address;
        _address = 0;
        base.Dispose(disposing);
        if (disposing && address != 0)
            _device.Free(address);
    }
}
