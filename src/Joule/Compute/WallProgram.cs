namespace Joule.Compute;

/// <summary>Counts the numbers at walls in two sets of rows.</summary>
public sealed class WallProgram : DeviceProgram, IRowWork, IDisposable
{
    private readonly DeviceBuffer _results;
    private readonly DeviceRead _read;
    private Rows _first, _second;
    private float _low, _high;

    /// <summary>Allocates memory for the results.</summary>
    /// <param name="device">The device.</param>
    public WallProgram(Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        _results = device.Allocate(8);
        _read = device.CreateRead(8);
    }

    /// <inheritdoc/>
    public override string Name => "the count of numbers at walls";

    /// <inheritdoc/>
    public override int Count => 2;

    /// <summary>
    /// Sets what the next launch counts: numbers of at most <paramref name="low"/>, and of at least <paramref name="high"/>.
    /// </summary>
    public void Prepare(Rows first, Rows second, float low, float high) => (_first, _second, _low, _high) = (first, second, low, high);

    /// <summary>Begins to read the counts of the last launch.</summary>
    public void BeginRead() => _read.Begin(_results.AsRows(4, 2));

    /// <summary>
    /// The counts after <see cref="BeginRead"/>: the first rows at the low and at the high wall, then the second; waits for them.
    /// </summary>
    public ReadOnlySpan<double> Counts => _read.Doubles;

    /// <inheritdoc/>
    public void Describe(IRowOperations rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        for (int i = 0; i < Count; i++)
            rows.CountAtWalls(i == 0 ? _first : _second, _low, _high, _results.AsRows(4, 2).Slice(2 * i, 2));
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        _read.Dispose();
        _results.Dispose();
    }

    /// <inheritdoc/>
    protected override void Run(int start, int count, int lane)
    {
        for (int i = start; i < start + count; i++)
            Kernels.CountAtWalls(i == 0 ? _first : _second, _low, _high, _results.AsRows(4, 2).Slice(2 * i, 2));
    }
}
