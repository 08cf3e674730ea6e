using Joule.Compute;

namespace Joule.Tests;

/// <summary>
/// A device whose memory the host cannot read: access from outside a program throws, except by download. Programs run on a processor. It
/// counts launches and downloads.
/// </summary>
internal sealed class FakeDevice(int threads = 2) : Device
{
    private readonly Device _cpu = Cpu(threads);

    public int Launches { get; private set; }

    public int Uploads { get; private set; }

    public int Downloads { get; private set; }

    /// <summary>What <see cref="WordsForData"/> gives.</summary>
    public long Room { get; init; }

    /// <summary>Whether it has no memory left.</summary>
    public bool IsFull { get; set; }

    public override string Description => "a device whose memory is its own";

    public override int Lanes => _cpu.Lanes;

    public override long WordsForData => Room;

    public override DeviceBuffer Allocate(long length) =>
        IsFull ? throw new InvalidInputException("There is no memory left.") : new(length, this, isHidden: true);

    public override void Upload(ReadOnlySpan<float> from, Rows to)
    {
        Uploads++;
        from.CopyTo(Memory(to));
    }

    public override void Download(Rows from, Span<float> to)
    {
        Downloads++;
        Memory(from).CopyTo(to);
    }

    public override void Copy(Rows from, Rows to) => Memory(from).CopyTo(Memory(to));

    public override void Clear(Rows rows) => Memory(rows).Clear();

    protected override bool CanRun(DeviceProgram program) => true;

    protected override void RunAll(ReadOnlySpan<DeviceProgram> programs)
    {
        Launches++;
        _cpu.Launch(programs);
    }

    protected override void Dispose(bool disposing) => _cpu.Dispose();

    private Span<float> Memory(Rows rows)
    {
        if (rows.Buffer.Device != this)
            throw new InvalidOperationException("The memory is not this device's.");
        return rows.Buffer.Unguarded.Slice(rows.Offset, rows.Length);
    }
}
