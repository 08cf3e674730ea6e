namespace Joule.Compute;

/// <summary>Counts the numbers at walls in two sets of rows.</summary>
/// <param name="results">
/// Receives two float64 per row: rows of width 4 in device memory, at least as many as both sets of a launch have together.
/// </param>
public sealed class WallProgram(Rows results) : DeviceProgram, IRowWork
{
    private Rows _first, _second;
    private float _low, _high;

    /// <inheritdoc/>
    public override string Name => "the count of numbers at walls";

    /// <inheritdoc/>
    public override int Count => 2;

    /// <summary>
    /// Sets what the next launch counts: numbers of at most <paramref name="low"/>, and of at least <paramref name="high"/>.
    /// </summary>
    public void Prepare(Rows first, Rows second, float low, float high) => (_first, _second, _low, _high) = (first, second, low, high);

    /// <summary>Adds up the counts of rows.</summary>
    /// <param name="ofRows">The results of the last launch, on the host.</param>
    /// <param name="counts">Receives four: the first rows at the low and at the high wall, then the second.</param>
    public void Sum(ReadOnlySpan<double> ofRows, Span<double> counts)
    {
        counts[..4].Clear();
        for (int i = 0; i < 2 * (_first.Count + _second.Count); i++)
            counts[(i < 2 * _first.Count ? 0 : 2) + i % 2] += ofRows[i];
    }

    /// <inheritdoc/>
    public void Describe(IRowOperations rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        for (int i = 0; i < Count; i++)
            rows.CountAtWalls(Set(i), _low, _high, ResultsOf(i));
    }

    /// <inheritdoc/>
    protected override void Run(int start, int count, int lane)
    {
        for (int i = start; i < start + count; i++)
        {
            Rows set = Set(i), counts = ResultsOf(i);
            for (int row = 0; row < set.Count; row++)
                Kernels.CountAtWalls(set.Slice(row, 1), _low, _high, counts.Slice(row, 1));
        }
    }

    private Rows Set(int index) => index == 0 ? _first : _second;

    private Rows ResultsOf(int index) =>
        index == 0 ? results.Slice(0, _first.Count) : results.Slice(_first.Count, _second.Count);
}
