using Joule.Compute;
using Joule.Samplers;
using Xunit;

namespace Joule.Tests.Compute;

/// <summary>
/// A device that runs every program which says its work as operations on rows both ways, by its operations and by its body, and fails if
/// any word of its memory differs afterwards.
/// </summary>
internal sealed class DescribedDevice : Device
{
    private readonly Device _cpu = Cpu(1);
    private readonly List<DeviceBuffer> _memory = [];
    private readonly HostRows _rows;

    public DescribedDevice() => _rows = new HostRows(this, _cpu);

    /// <summary>The names of the programs that ran both ways.</summary>
    public HashSet<string> Described { get; } = [];

    /// <summary>The names of those that ran by their body alone.</summary>
    public HashSet<string> Others { get; } = [];

    public override string Description => "a device of described programs";

    public override int Lanes => 1;

    public override DeviceBuffer Allocate(long length)
    {
        Memory buffer = new(this, length);
        _memory.Add(buffer);
        return buffer;
    }

    public override void Upload(ReadOnlySpan<float> from, Rows to) => from.CopyTo(Words(to));

    public override void Download(Rows from, Span<float> to) => Words(from).CopyTo(to);

    public override void Copy(Rows from, Rows to) => Words(from).CopyTo(Words(to));

    public override void Clear(Rows rows) => Words(rows).Clear();

    protected override bool CanRun(DeviceProgram program) => program is not IRowWork { WhyNotRows: not null };

    protected override void RunAll(ReadOnlySpan<DeviceProgram> programs)
    {
        foreach (DeviceProgram program in programs)
            Run(program);
    }

    protected override void Dispose(bool disposing) => _cpu.Dispose();

    private void Run(DeviceProgram program)
    {
        switch (program)
        {
            case ProgramGroup group:
                foreach (DeviceProgram member in group.Members)
                    Run(member);
                break;
            case IChainLaunch chains:
                foreach (DeviceProgram start in chains.Starts)
                    Run(start);
                _cpu.Launch(program);
                break;
            case IRowWork work:
                Compare(program, work);
                break;
            default:
                Others.Add(program.Name);
                _cpu.Launch(program);
                break;
        }
    }

    private void Compare(DeviceProgram program, IRowWork work)
    {
        float[][] before = Words();
        work.Describe(_rows);
        float[][] described = Words();
        for (int i = 0; i < before.Length; i++)
            before[i].CopyTo(_memory[i].Unguarded);
        _cpu.Launch(program);
        float[][] expected = Words();
        for (int i = 0; i < expected.Length; i++)
            Assert.True(TestRows.SameBits(expected[i], described[i]), $"{program.Name} says other work than its body does.");
        Described.Add(program.Name);
    }

    private float[][] Words() => [.. _memory.Select(m => m.Unguarded.ToArray())];

    private static Span<float> Words(Rows rows) => rows.Buffer.Unguarded.Slice(rows.Offset, rows.Length);

    private sealed class Memory(DescribedDevice device, long length) : DeviceBuffer(length, device, isHidden: true)
    {
        protected override void Dispose(bool disposing)
        {
            if (disposing)
                device._memory.Remove(this);
            base.Dispose(disposing);
        }
    }
}
