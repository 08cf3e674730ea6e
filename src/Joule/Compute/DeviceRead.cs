using System.Runtime.InteropServices;

namespace Joule.Compute;

/// <summary>
/// A copy of numbers from device memory to the host that is waited for when it is needed. A wait serves all copies that were begun before
/// it, so an update begins all of its copies, and then waits once. Begins allocate nothing on a processor, where they copy at once.
/// </summary>
public abstract class DeviceRead : IDisposable
{
    /// <summary>The words of the last <see cref="Begin"/>, as float32; waits for them. None before the first.</summary>
    public abstract ReadOnlySpan<float> Words { get; }

    /// <summary><see cref="Words"/> as float64 numbers, of two words each.</summary>
    public ReadOnlySpan<double> Doubles => MemoryMarshal.Cast<float, double>(Words);

    /// <summary><see cref="Words"/> as integers, of one word each.</summary>
    public ReadOnlySpan<int> Integers => MemoryMarshal.Cast<float, int>(Words);

    /// <summary>
    /// Begins to copy numbers: as they are after all launches and copies so far, whatever follows. The words of an earlier copy are lost.
    /// </summary>
    /// <param name="from">The numbers; no more than the read has room for.</param>
    /// <exception cref="ArgumentException">There is no room for them.</exception>
    public abstract void Begin(Rows from);

    /// <summary>Frees the memory on the host.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the memory on the host.</summary>
    protected abstract void Dispose(bool disposing);
}

/// <summary>A read that copies at once.</summary>
/// <param name="device">The device.</param>
/// <param name="most">Largest number of words.</param>
internal sealed class DirectRead(Device device, int most) : DeviceRead
{
    private readonly float[] _words = new float[most];
    private int _count;

    /// <inheritdoc/>
    public override ReadOnlySpan<float> Words => _words.AsSpan(0, _count);

    /// <inheritdoc/>
    public override void Begin(Rows from)
    {
        device.Download(from, _words);
        _count = from.Length;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) { }
}
