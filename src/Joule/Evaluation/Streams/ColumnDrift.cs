using Joule.Data;

namespace Joule.Evaluation;

/// <summary>A column whose distribution moved.</summary>
/// <param name="Name">The column.</param>
/// <param name="PValue">The p-value of the comparison, corrected for the tests of this column only.</param>
/// <param name="What">What moved most, in words.</param>
public sealed record MovedColumn(string Name, double PValue, string What)
{
    /// <summary>The printable name.</summary>
    public string Shown => MessageText.Of(Name);
}

/// <summary>
/// Finds the columns of a stream whose distribution moved. Each window of rows is compared, column by column, with the training rows, of
/// which a model keeps a profile (<see cref="ColumnProfile"/>); or, for a model without one, with the first window of the stream. The k-th
/// comparison has the level δ/(k(k + 1)), divided by the number of columns, so that a stream of independent rows of the reference's
/// distribution ever names a column with a probability of at most δ.
/// </summary>
public sealed class ColumnDrift
{
    private const int MostCells = 1 << 22;
    private const int Least = 20; // rows of a window

    private readonly IReadOnlyList<string> _names;
    private readonly double _level;
    private readonly ColumnCounts[] _counts; // of a window, against the training rows; empty without profiles
    private readonly ColumnWindow[] _before;
    private readonly ColumnWindow[] _now;
    private int _rows;
    private long _comparisons;

    /// <summary>Starts a stream.</summary>
    /// <param name="names">The names of the columns.</param>
    /// <param name="window">Number of rows of a window, at least 20; smaller for very many columns, so that they fit into memory.</param>
    /// <param name="level">δ, above 0 and below 1.</param>
    /// <param name="training">The training distribution of each column; null or empty: the first window is the reference.</param>
    public ColumnDrift(IReadOnlyList<string> names, int window, double level, IReadOnlyList<ColumnProfile>? training = null)
    {
        ArgumentNullException.ThrowIfNull(names);
        ArgumentOutOfRangeException.ThrowIfLessThan(window, Least);
        (_names, _level) = (names, level);
        Window = Math.Clamp(MostCells / Math.Max(1, names.Count), Least, window);
        _counts = [.. (training ?? []).Select(p => new ColumnCounts(p))];
        if (_counts.Length > 0 && _counts.Length != names.Count)
            throw new ArgumentException($"{_counts.Length} profiles do not fit {names.Count} columns.", nameof(training));
        bool keepsRows = _counts.Length == 0;
        _before = keepsRows ? [.. names.Select(_ => new ColumnWindow(Window))] : [];
        _now = keepsRows ? [.. names.Select(_ => new ColumnWindow(Window))] : [];
    }

    /// <summary>Whether the reference is the training rows; if not, it is the first window.</summary>
    public bool IsFromTraining => _counts.Length > 0;

    /// <summary>Number of rows of a window.</summary>
    public int Window { get; }

    /// <summary>The columns that the last comparison named; empty before the first.</summary>
    public IReadOnlyList<MovedColumn> Moved { get; private set; } = [];

    /// <summary>Number of rows that <see cref="Moved"/> was found in.</summary>
    public int Compared { get; private set; }

    /// <summary>Adds a row.</summary>
    /// <param name="cells">One value for each column.</param>
    /// <returns>Whether a window is complete and was compared: <see cref="Moved"/> is new.</returns>
    public bool Add(ReadOnlySpan<RowCell> cells)
    {
        if (_names.Count == 0)
            return false;
        if (IsFromTraining)
        {
            for (int i = 0; i < _counts.Length; i++)
                _counts[i].Add(cells[i]);
            if (++_rows < Window)
                return false;
            Compare();
            return true;
        }
        bool isReference = _before[0].Count < Window;
        ColumnWindow[] windows = isReference ? _before : _now;
        for (int i = 0; i < windows.Length; i++)
            windows[i].Add(cells[i]);
        _rows = _now[0].Count;
        if (isReference || _rows < Window)
            return false;
        Compare();
        return true;
    }

    /// <summary>Compares the rows since the last window at the end of a stream, if the training rows are the reference.</summary>
    /// <returns>Whether there were at least 20, so that <see cref="Moved"/> is new.</returns>
    public bool Finish()
    {
        if (!IsFromTraining || _rows < Least)
            return false;
        Compare();
        return true;
    }

    /// <summary>Compares rows with the training rows once.</summary>
    /// <param name="counts">The rows, counted by the profile of each column.</param>
    /// <param name="level">The probability of naming any column falsely, above 0 and below 1.</param>
    /// <returns>The columns that moved, the surest first.</returns>
    public static IReadOnlyList<MovedColumn> Find(IReadOnlyList<ColumnCounts> counts, double level)
    {
        ArgumentNullException.ThrowIfNull(counts);
        List<MovedColumn> moved = [];
        foreach (ColumnCounts column in counts)
        {
            (double p, string what) = ProfileTest.Compare(column);
            if (p <= level / counts.Count)
                moved.Add(new MovedColumn(column.Profile.Name, p, what));
        }
        return [.. moved.OrderBy(m => m.PValue)];
    }

    private void Compare()
    {
        _comparisons++;
        double limit = _level / _comparisons / (_comparisons + 1) / _names.Count;
        List<MovedColumn> moved = [];
        for (int i = 0; i < _names.Count; i++)
        {
            (double p, string what) = IsFromTraining ? ProfileTest.Compare(_counts[i]) : ColumnWindow.Compare(_before[i], _now[i]);
            if (p <= limit)
                moved.Add(new MovedColumn(_names[i], p, what));
            if (IsFromTraining)
                _counts[i].Clear();
            else
                _now[i].Clear();
        }
        (Compared, _rows) = (_rows, 0);
        Moved = [.. moved.OrderBy(m => m.PValue)];
    }
}
