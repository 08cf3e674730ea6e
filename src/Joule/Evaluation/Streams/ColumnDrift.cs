using Joule.Data;

namespace Joule.Evaluation;

/// <summary>A column whose distribution moved.</summary>
/// <param name="Name">The column.</param>
/// <param name="PValue">The p-value of the comparison, corrected for the tests of one column only.</param>
/// <param name="What">What moved most, in words.</param>
public sealed record MovedColumn(string Name, double PValue, string What);

/// <summary>
/// Finds the columns of a stream whose distribution moved. A model does not keep the training distribution of its columns, so the first
/// rows of the stream are the reference: each later window of as many rows is compared with them, column by column. The k-th comparison has
/// the level δ/(k(k + 1)), divided by the number of columns, so that a stream of independent rows of one distribution ever names a column
/// with a probability of at most δ.
/// </summary>
public sealed class ColumnDrift
{
    private const int MostCells = 1 << 22;

    private readonly IReadOnlyList<string> _names;
    private readonly double _level;
    private readonly ColumnWindow[] _before;
    private readonly ColumnWindow[] _now;
    private long _comparisons;

    /// <summary>Starts a stream.</summary>
    /// <param name="names">The names of the columns.</param>
    /// <param name="window">Number of rows of a window, at least 20; smaller for very many columns, so that they fit into memory.</param>
    /// <param name="level">δ, above 0 and below 1.</param>
    public ColumnDrift(IReadOnlyList<string> names, int window, double level)
    {
        ArgumentNullException.ThrowIfNull(names);
        ArgumentOutOfRangeException.ThrowIfLessThan(window, 20);
        (_names, _level) = (names, level);
        Window = Math.Clamp(MostCells / Math.Max(1, names.Count), 20, window);
        _before = [.. names.Select(_ => new ColumnWindow(Window))];
        _now = [.. names.Select(_ => new ColumnWindow(Window))];
    }

    /// <summary>Number of rows of a window.</summary>
    public int Window { get; }

    /// <summary>The columns that the last comparison named; empty before the first.</summary>
    public IReadOnlyList<MovedColumn> Moved { get; private set; } = [];

    /// <summary>Adds a row.</summary>
    /// <param name="cells">One value for each column.</param>
    /// <returns>Whether a window is complete and was compared: <see cref="Moved"/> is new.</returns>
    public bool Add(ReadOnlySpan<RowCell> cells)
    {
        if (_names.Count == 0)
            return false;
        bool isReference = _before[0].Count < Window;
        ColumnWindow[] windows = isReference ? _before : _now;
        for (int i = 0; i < windows.Length; i++)
            windows[i].Add(cells[i]);
        if (isReference || _now[0].Count < Window)
            return false;
        _comparisons++;
        double limit = _level / _comparisons / (_comparisons + 1) / _names.Count;
        List<MovedColumn> moved = [];
        for (int i = 0; i < _names.Count; i++)
        {
            (double p, string what) = ColumnWindow.Compare(_before[i], _now[i]);
            if (p <= limit)
                moved.Add(new MovedColumn(_names[i], p, what));
            _now[i].Clear();
        }
        Moved = [.. moved.OrderBy(m => m.PValue)];
        return true;
    }
}
