using Joule.Compute;
using Joule.Gpu.Driver;

namespace Joule.Gpu.Devices;

/// <summary>A stream of a GPU: its copies go by page-locked memory, so that they need no processor.</summary>
internal sealed class GpuStream : DeviceStream
{
    private readonly GpuDevice _device;
    private readonly IGpuStream _stream;
    private IGpuHostMemory? _rows, _results;
    private bool _isUnderWay;

    /// <summary>Creates a stream.</summary>
    /// <param name="device">The device.</param>
    public GpuStream(GpuDevice device)
    {
        _device = device;
        IGpuStream? stream = null;
        device.InTurn(() => stream = device.Engine.CreateStream());
        _stream = stream!;
    }

    /// <inheritdoc/>
    public override void Write(Rows rows, RowWriter write)
    {
        ArgumentNullException.ThrowIfNull(write);
        Wait(); // the last copy reads the same memory
        Span<float> words = _device.HostMemory(ref _rows, rows.Length);
        for (int i = 0; i < rows.Count; i++)
            write(i, words.Slice(i * rows.Width, rows.Width));
        if (rows.Length == 0)
            return;
        _isUnderWay = true;
        _device.InTurn(() =>
        {
            _stream.Follow();
            _stream.Upload(GpuBuffer.AddressOf(rows), _rows!, rows.Length);
        });
    }

    /// <inheritdoc/>
    public override void Launch(DeviceProgram program)
    {
        _isUnderWay = true;
        _device.RunOn(_stream, program);
    }

    /// <inheritdoc/>
    public override void Download(Rows from)
    {
        if (from.Length == 0)
            return;
        _device.HostMemory(ref _results, from.Length);
        _isUnderWay = true;
        _device.InTurn(() => _stream.Download(GpuBuffer.AddressOf(from), _results!, from.Length));
    }

    /// <inheritdoc/>
    public override void Finish(Span<float> to)
    {
        Wait();
        if (!to.IsEmpty)
            _results!.Span[..to.Length].CopyTo(to);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (!disposing || _device.IsDisposed)
            return;
        try
        {
            Wait();
        }
        catch (GpuException)
        {
            // Nobody asked for the results.
        }
        _device.InTurn(() =>
        {
            _stream.Dispose();
            _rows?.Dispose();
            _results?.Dispose();
        });
    }

    private void Wait()
    {
        if (_isUnderWay)
            _device.InTurn(() => _stream.Wait());
        _isUnderWay = false;
    }
}
