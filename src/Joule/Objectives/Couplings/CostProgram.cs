using Joule.Compute;

namespace Joule.Objectives;

/// <summary>
/// The squared distances Σ (a − b)² between all rows of two sets, in float64: row i of the costs belongs to row i of the first.
/// </summary>
internal sealed class CostProgram(Device device, int batch) : DeviceProgram, IDisposable
{
    private readonly DeviceBuffer _costs = device.Allocate(2L * batch * batch);
    private Rows _first, _second;

    public override string Name => "the distances between data and noise";

    public override int Count => _first.Count;

    public override int BlockRows => 4;

    /// <summary>n·n costs of the last launch, two words each (<see cref="Rows.Doubles"/>), for the bodies of later programs.</summary>
    public Rows Costs => _costs.AsRows(_first.Count * _first.Count, 2);

    /// <summary>Sets the rows of the next launch.</summary>
    /// <exception cref="InvalidInputException">The sets differ in size, or have too many rows.</exception>
    public void Prepare(Rows first, Rows second)
    {
        if (first.Count != second.Count || first.Count > batch || first.Width != second.Width)
        {
            throw new InvalidInputException($"A coupling of up to {batch} pairs was given {first.Count} states of {first.Width} numbers "
                + $"and {second.Count} of {second.Width}; there must be as many, of the same width.");
        }
        (_first, _second) = (first, second);
    }

    public void Dispose() => _costs.Dispose();

    protected override void Run(int start, int count, int lane)
    {
        int n = _first.Count;
        for (int i = start; i < start + count; i++)
        {
            Rows row = _first.Slice(i, 1);
            for (int j = 0; j < n; j++)
                Kernels.SquaredDistance(row, _second.Slice(j, 1), Costs.Slice(i * n + j, 1));
        }
    }
}
