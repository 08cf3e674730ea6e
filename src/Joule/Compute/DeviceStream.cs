namespace Joule.Compute;

/// <summary>
/// A chunk of work after another, each in order: rows in, a program, numbers out. On a device that transfers and computes by itself, the
/// host goes on meanwhile, and the chunks of several streams overlap. Used by one thread at a time.
/// </summary>
public abstract class DeviceStream : IDisposable
{
    /// <summary>
    /// Writes rows in order on the calling thread, and begins to copy them to the device. It sees whatever the device was asked before.
    /// </summary>
    /// <param name="rows">The rows, in the device's memory.</param>
    /// <param name="write">Called with each row's index; writes all of its numbers.</param>
    public abstract void Write(Rows rows, RowWriter write);

    /// <summary>Runs a program after that.</summary>
    /// <param name="program">The program, created for the device's memory.</param>
    /// <exception cref="InvalidInputException">The device cannot run it.</exception>
    public abstract void Launch(DeviceProgram program);

    /// <summary>Begins to copy numbers to the host after that.</summary>
    /// <param name="from">The numbers; they must not be overwritten before <see cref="Finish"/>.</param>
    public abstract void Download(Rows from);

    /// <summary>Waits until all of that is done.</summary>
    /// <param name="to">Receives the numbers that <see cref="Download"/> copied.</param>
    public abstract void Finish(Span<float> to);

    /// <summary>Waits until nothing is under way, and frees what the stream holds.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what the stream holds.</summary>
    protected abstract void Dispose(bool disposing);
}

/// <summary>A stream that does everything at once.</summary>
/// <param name="device">The device.</param>
internal sealed class DirectStream(Device device) : DeviceStream
{
    private Rows _from;

    /// <inheritdoc/>
    public override void Write(Rows rows, RowWriter write) => device.Write(rows, write);

    /// <inheritdoc/>
    public override void Launch(DeviceProgram program) => device.Launch(program);

    /// <inheritdoc/>
    public override void Download(Rows from) => _from = from;

    /// <inheritdoc/>
    public override void Finish(Span<float> to) => device.Download(_from, to);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) { }
}
