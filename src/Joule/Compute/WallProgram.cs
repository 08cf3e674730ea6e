namespace Joule.Compute;

/// <summary>Counts the numbers at walls in two sets of rows.</summary>
public sealed class WallProgram : DeviceProgram, IRowWork, IDisposable
{
    private const int WordsOfRow = 4; // two float64

    private readonly DeviceBuffer _results;
    private readonly DeviceRead _read;
    private readonly double[] _counts = new double[4];
    private Rows _first, _second;
    private float _low, _high;

    /// <summary>Allocates memory for the results.</summary>
    /// <param name="device">The device.</param>
    /// <param name="most">Largest number of rows of both sets together.</param>
    public WallProgram(Device device, int most)
    {
        ArgumentNullException.ThrowIfNull(device);
        _results = device.Allocate((long)WordsOfRow * most);
        _read = device.CreateRead(WordsOfRow * most);
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
    public void BeginRead() => _read.Begin(Results(0, _first.Count + _second.Count));

    /// <summary>
    /// The counts after <see cref="BeginRead"/>: the first rows at the low and at the high wall, then the second; waits for them.
    /// </summary>
    public ReadOnlySpan<double> Counts
    {
        get
        {
            ReadOnlySpan<double> ofRows = _read.Doubles;
            _counts.AsSpan().Clear();
            for (int i = 0; i < ofRows.Length; i++)
                _counts[(i < 2 * _first.Count ? 0 : 2) + i % 2] += ofRows[i];
            return _counts;
        }
    }

    /// <inheritdoc/>
    public void Describe(IRowOperations rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        for (int i = 0; i < Count; i++)
            rows.CountAtWalls(Set(i), _low, _high, ResultsOf(i));
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
        {
            Rows set = Set(i), results = ResultsOf(i);
            for (int row = 0; row < set.Count; row++)
                Kernels.CountAtWalls(set.Slice(row, 1), _low, _high, results.Slice(row, 1));
        }
    }

    private Rows Set(int index) => index == 0 ? _first : _second;

    private Rows ResultsOf(int index) => index == 0 ? Results(0, _first.Count) : Results(_first.Count, _second.Count);

    private Rows Results(int first, int count) =>
        _results.AsRows(_results.Length / WordsOfRow, WordsOfRow).Slice(first, count);
}
