namespace Joule.Compute;

/// <summary>Squared distances Σ (a − b)² between pairs of rows.</summary>
/// <param name="results">
/// Receives one float64 per pair: rows of width 2 in device memory, at least as many as there are pairs in a launch.
/// </param>
public sealed class DistanceProgram(Rows results) : DeviceProgram, IRowWork
{
    private Rows _left, _right;
    private int _count;
    private int _apart;

    /// <inheritdoc/>
    public override string Name => "distances between rows";

    /// <inheritdoc/>
    public override int Count => _count;

    /// <inheritdoc/>
    public override int BlockRows => 16;

    /// <summary>The squared distances of the last launch, in device memory.</summary>
    public Rows Results => results.Slice(0, _count);

    /// <summary>Sets the pairs of the next launch: row i·apart of one with row i·apart of the other.</summary>
    public void Prepare(Rows left, Rows right, int count, int apart) =>
        (_left, _right, _count, _apart) = (left, right, count, apart);

    /// <inheritdoc/>
    public void Describe(IRowOperations rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        rows.SquaredDistances(_left, _right, _apart, Results);
    }

    /// <inheritdoc/>
    protected override void Run(int start, int count, int lane)
    {
        for (int i = start; i < start + count; i++)
            Kernels.SquaredDistance(_left.Slice(i * _apart, 1), _right.Slice(i * _apart, 1), results.Slice(i, 1));
    }
}
