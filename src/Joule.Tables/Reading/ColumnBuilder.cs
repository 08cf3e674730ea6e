namespace Joule.Tables;

/// <summary>A cell cannot be read. The caller adds its position.</summary>
internal sealed class CellException(string problem) : Exception(problem);

/// <summary>Collects the cells of one column of a text file.</summary>
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
    /// <param name="type">The type of its cells.</param>
    /// <param name="point">The decimal separator.</param>
    /// <param name="missing">The texts of missing values, with a case-insensitive comparer.</param>
    /// <param name="room">The room left for distinct texts, shared by the table.</param>
    public ColumnBuilder(string name, CellType type, char point, HashSet<string> missing, LevelPool.Room room)
    {
        _name = name;
        _type = type;
        _isGiven = type == CellType.Number;
        _point = point;
        _missing = missing.GetAlternateLookup<ReadOnlySpan<char>>();
        _pool = new LevelPool(room);
    }

    /// <summary>Whether the column is skipped.</summary>
    public bool IsSkipped => _type == CellType.Skipped;

    /// <summary>Adds the next cell.</summary>
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

    /// <summary>Builds the column.</summary>
    public TableColumn Build()
    {
        if (_type == CellType.Text)
            return new TextColumn(_name, _texts.ToArray(), _pool.Levels) { Overflows = _pool.Overflows };
        // A column without values has no type; it counts as numbers.
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
            _untyped++; // the type is not known yet
    }

    private bool AddNumber(ReadOnlySpan<char> cell)
    {
        if (CellNumber.TryParse(cell, _point, out double value))
        {
            if (!double.IsFinite(value))
            {
                throw new CellException($"the value {MessageText.Of(cell.ToString())} is not finite; an energy needs finite numbers. "
                    + "Leave the cell empty, or write a number.");
            }
            if (_type == CellType.Automatic)
                BecomeNumbers();
            _numbers.Add(value);
            return true;
        }
        string shown = MessageText.Of(cell.ToString());
        if (_point == '.' && CellNumber.HasComma(cell))
        {
            throw new CellException($"\"{shown}\" is a number with a comma. Write numbers with a decimal point (3.5) and without thousands "
                + "separators; or, for decimal commas, --set data.decimal=,; "
                + $"or, if these are not numbers, --set data.columns.{_name}=categorical.");
        }
        if (_type == CellType.Number)
        {
            throw new CellException($"\"{shown}\" is not a number, but "
                + $"{(_isGiven ? "the column is read as numbers" : "the cells above it are numbers")}. Correct the cell; or, if it means "
                + "a missing value, leave it empty or name it in data.missing; "
                + $"or, if these are not numbers, --set data.columns.{_name}=categorical.");
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
