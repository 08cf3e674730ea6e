namespace Joule.Tables;

/// <summary>A cell that cannot be read, for its reader to place.</summary>
internal sealed class CellException(string problem) : Exception(problem);

/// <summary>Collects the cells of a column of a text file.</summary>
internal sealed class ColumnBuilder
{
    private readonly string _name;
    private readonly char _point;
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _missing;
    private readonly LevelPool _pool;
    private readonly bool _isGiven;
    private readonly Cells<double> _numbers = new();
    private readonly Cells<int> _texts = new();
    private CellType _type;
    private int _untyped;

    /// <summary>Starts a column.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="type">What its cells are.</param>
    /// <param name="point">What stands before the fraction of a number.</param>
    /// <param name="missing">Texts of missing values, with a comparer that ignores case.</param>
    /// <param name="room">Room for different texts.</param>
    public ColumnBuilder(string name, CellType type, char point, HashSet<string> missing, LevelPool.Room room)
    {
        _name = name;
        _type = type;
        _isGiven = type == CellType.Number;
        _point = point;
        _missing = missing.GetAlternateLookup<ReadOnlySpan<char>>();
        _pool = new LevelPool(room);
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
        _texts.Add(_pool.Code(cell));
    }

    /// <summary>The column.</summary>
    public TableColumn Build()
    {
        if (_type == CellType.Text)
            return new TextColumn(_name, _texts.ToArray(), _pool.Levels) { Overflows = _pool.Overflows };
        // A column without any value has no type: it counts as one of numbers.
        if (_type == CellType.Automatic)
            _numbers.Add(double.NaN, _untyped);
        return new NumberColumn(_name, _numbers.ToArray());
    }

    private void AddMissing()
    {
        if (_type == CellType.Text)
            _texts.Add(-1);
        else if (_type == CellType.Number)
            _numbers.Add(double.NaN);
        else
            _untyped++; // of a column whose type is not known yet
    }

    private bool AddNumber(ReadOnlySpan<char> cell)
    {
        if (CellNumber.TryParse(cell, _point, out double value))
        {
            if (!double.IsFinite(value))
            {
                throw new CellException($"the value {MessageText.Of(cell.ToString())} is not finite; an energy needs finite numbers. "
                    + $"Leave the cell empty, or write a number.");
            }
            if (_type == CellType.Automatic)
                BecomeNumbers();
            _numbers.Add(value);
            return true;
        }
        string shown = MessageText.Of(cell.ToString());
        if (_point == '.' && CellNumber.HasComma(cell))
        {
            throw new CellException($"\"{shown}\" is a number with a comma. Write numbers with a point (3.5) and without separators of "
                + $"thousands; "
                + "or say --set data.decimal=, where the comma stands before the fraction; "
                + $"or --set data.columns.{_name}=categorical, where these are no numbers.");
        }
        if (_type == CellType.Number)
        {
            throw new CellException($"\"{shown}\" is no number, and "
                + $"{(_isGiven ? "the column is read as numbers" : "the cells above it are numbers")}. Correct the cell; "
                + $"or, where it stands for a missing value, leave it empty or name it in data.missing; or --set "
                    + $"data.columns.{_name}=categorical, where these are no numbers.");
        }
        return false;
    }

    private void BecomeNumbers()
    {
        _type = CellType.Number;
        _numbers.Add(double.NaN, _untyped);
    }

    private void BecomeText()
    {
        _type = CellType.Text;
        _texts.Add(-1, _untyped);
    }
}
