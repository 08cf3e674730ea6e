namespace Joule.Compute;

/// <summary>Squared distances Σ (a − b)² between pairs of rows.</summary>
public sealed class DistanceProgram : DeviceProgram, IRowWork, IDisposable
{
    private readonly DeviceBuffer _results;
    private readonly DeviceRead _read;
    private Rows _left, _right;
    private int _count;
    private int _apart;

    /// <summary>Allocates memory for the results.</summary>
    /// <param name="device">The device.</param>
    /// <param name="most">Largest number of pairs in a launch.</param>
    public DistanceProgram(Device device, int most)
    {
        ArgumentNullException.ThrowIfNull(device);
        _results = device.Allocate(2L * most);
        _read = device.CreateRead(2 * most);
    }

    /// <inheritdoc/>
    public override string Name => "distances between rows";

    /// <inheritdoc/>
    public override int Count => _count;

    /// <inheritdoc/>
    public override int BlockRows => 16;

    /// <summary>Sets the pairs of the next launch: row i·apart of one with row i·apart of the other.</summary>
    public void Prepare(Rows left, Rows right, int count, int apart) =>
        (_left, _right, _count, _apart) = (left, right, count, apart);

    /// <summary>Begins to read the squared distances of the last launch.</summary>
    public void BeginRead() => _read.Begin(_results.AsRows(_count, 2));

    /// <summary>The squared distances after <see cref="BeginRead"/>, one per pair; waits for them.</summary>
    public ReadOnlySpan<double> Distances => _read.Doubles;

    /// <inheritdoc/>
    public void Describe(IRowOperations rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        rows.SquaredDistances(_left, _right, _apart, _results.AsRows(_count, 2));
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
        Rows results = _results.AsRows(_count, 2);
        for (int i = start; i < start + count; i++)
            Kernels.SquaredDistance(_left.Slice(i * _apart, 1), _right.Slice(i * _apart, 1), results.Slice(i, 1));
    }
}
