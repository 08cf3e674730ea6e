namespace Joule.Compute;

/// <summary>The processor: a worker pool, and kernels that use the widest vectors it has.</summary>
internal sealed class CpuDevice : Device
{
    private readonly WorkerPool _pool;

    public CpuDevice(int threads)
    {
        KernelWarmUp.Begin();
        _pool = new WorkerPool(threads);
    }

    public override string Description => $"CPU, {Lanes} thread{(Lanes == 1 ? "" : "s")}, {Gemm.Bits}-bit vectors";

    public override int Lanes => _pool.Lanes;

    /// <summary>The most blocks of a program in any launch so far: of chains if there were any, otherwise of any program.</summary>
    public int MostBlocks => _pool.MostBlocks;

    public override DeviceBuffer Allocate(long length) => new(length, this);

    public override void Upload(ReadOnlySpan<float> from, Rows to) => from.CopyTo(to.Span);

    public override void Download(Rows from, Span<float> to) => from.Span.CopyTo(to);

    public override void Write(Rows rows, RowWriter write)
    {
        ArgumentNullException.ThrowIfNull(write);
        for (int i = 0; i < rows.Count; i++)
            write(i, rows[i]);
    }

    public override Rows Look(Rows rows, ref DeviceBuffer? memory) => rows;

    public override void Copy(Rows from, Rows to) => from.Span.CopyTo(to.Span);

    public override void Clear(Rows rows) => rows.Span.Clear();

    internal override bool NeedsRehearsal => false;

    protected override bool CanRun(DeviceProgram program) => true;

    protected override void RunAll(ReadOnlySpan<DeviceProgram> programs) => _pool.Run(programs);

    protected override void Dispose(bool disposing) => _pool.Dispose();
}
