namespace Joule.Tables;

/// <summary>A cell that cannot be read, for its reader to place.</summary>
internal sealed class CellException(string problem) : Exception(problem);

/// <summary>Collects the cells of a column of a text file.</summary>
internal sealed class ColumnBuilder
{
    private readonly string _name;
    private readonly char _point;
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _missing;
    private readonly Dictionary<string, int> _codes = [];
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private readonly List<string> _levels = [];
    private readonly bool _isGiven;
    private double[] _numbers = [];
    private int[] _texts = [];
    private CellType _type;
    private int _count;

    /// <summary>Starts a column.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="type">What its cells are.</param>
    /// <param name="point">What stands before the fraction of a number.</param>
    /// <param name="missing">Texts of missing values, with a comparer that ignores case.</param>
    public ColumnBuilder(string name, CellType type, char point, HashSet<string> missing)
    {
        _name = name;
        _type = type;
        _isGiven = type == CellType.Number;
        _point = point;
        _missing = missing.GetAlternateLookup<ReadOnlySpan<char>>();
        _lookup = _codes.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>Whether the column is not read at all.</summary>
    public bool IsSkipped => _type == CellType.Skipped;

    /// <summary>Takes the next cell.</summary>
    /// <exception cref="CellException">It cannot be read.</exception>
    public void Add(ReadOnlySpan<char> cell)
    {
        if (IsSkipped)
            return;
        if (_missing.Contains(cell.Trim(' ')))
        {
            AddMissing();
            return;
        }
        if (_type != CellType.Text && AddNumber(cell))
            return;
        if (_type == CellType.Automatic)
            BecomeText();
        Put(ref _texts, Code(cell));
    }

    /// <summary>The column.</summary>
    public TableColumn Build()
    {
        if (_type == CellType.Text)
            return new TextColumn(_name, _texts[.._count], _levels);
        double[] values = new double[_count];
        // A column without any value has no numbers yet.
        Array.Fill(values, double.NaN);
        if (_type == CellType.Number)
            _numbers.AsSpan(0, _count).CopyTo(values);
        return new NumberColumn(_name, values);
    }

    private void AddMissing()
    {
        if (_type == CellType.Text)
            Put(ref _texts, -1);
        else if (_type == CellType.Number)
            Put(ref _numbers, double.NaN);
        else
            _count++; // of a column whose type is not known yet
    }

    private bool AddNumber(ReadOnlySpan<char> cell)
    {
        if (CellNumber.TryParse(cell, _point, out double value))
        {
            if (!double.IsFinite(value))
                throw new CellException($"the value {MessageText.Of(cell.ToString())} is not finite; an energy needs finite numbers. Leave the cell empty, or write a number.");
            if (_type == CellType.Automatic)
                BecomeNumbers();
            Put(ref _numbers, value);
            return true;
        }
        string shown = MessageText.Of(cell.ToString());
        if (_point == '.' && CellNumber.HasComma(cell))
        {
            throw new CellException($"\"{shown}\" is a number with a comma. Write numbers with a point (3.5) and without separators of thousands; "
                + "or say --set data.decimal=, where the comma stands before the fraction; "
                + $"or --set data.columns.{_name}=categorical, where these are no numbers.");
        }
        if (_type == CellType.Number)
        {
            throw new CellException($"\"{shown}\" is no number, and {(_isGiven ? "the column is read as numbers" : "the cells above it are numbers")}. Correct the cell; "
                + $"or, where it stands for a missing value, leave it empty or name it in data.missing; or --set data.columns.{_name}=categorical, where these are no numbers.");
        }
        return false;
    }

    private int Code(ReadOnlySpan<char> cell)
    {
        if (_lookup.TryGetValue(cell, out int code))
            return code;
        if (_levels.Count == TableLimit.Levels)
            return _levels.Count - 1;
        // What comes after the last text that is kept counts as one text.
        string level = _levels.Count == TableLimit.Levels - 1 ? "…" : cell.ToString();
        _levels.Add(level);
        _codes.TryAdd(level, _levels.Count - 1);
        return _levels.Count - 1;
    }

    private void BecomeNumbers()
    {
        _type = CellType.Number;
        _numbers = new double[Math.Max(16, _count)];
        _numbers.AsSpan(0, _count).Fill(double.NaN);
    }

    private void BecomeText()
    {
        _type = CellType.Text;
        _texts = new int[Math.Max(16, _count)];
        _texts.AsSpan(0, _count).Fill(-1);
    }

    private void Put<T>(ref T[] cells, T cell)
    {
        if (_count == cells.Length)
            Array.Resize(ref cells, Math.Max(16, 2 * _count));
        cells[_count++] = cell;
    }
}
