namespace Joule.Tables;

/// <summary>
/// The distinct texts of a column, each with a code. The columns of a table share a limit on their number; all further texts of a column
/// share one code.
/// </summary>
/// <param name="room">The room left in the table.</param>
internal sealed class LevelPool(LevelPool.Room room)
{
    /// <summary>The level that represents texts beyond the limit.</summary>
    public const string Others = "…";

    private readonly Dictionary<string, int> _codes = new(StringComparer.Ordinal);
    private readonly List<string> _levels = [];
    private int _others = -1;

    /// <summary>The texts, indexed by code.</summary>
    public IReadOnlyList<string> Levels => _levels;

    /// <summary>Whether some texts exceeded the limit.</summary>
    public bool Overflows => _others >= 0;

    /// <summary>Returns the code of a text, adding the text if it is new.</summary>
    public int Code(ReadOnlySpan<char> text)
    {
        if (_codes.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text, out int code))
            return code;
        if (room.Left == 0)
        {
            if (_others < 0)
            {
                _others = _levels.Count;
                _levels.Add(Others);
            }
            return _others;
        }
        room.Left--;
        string level = text.ToString();
        _codes.Add(level, _levels.Count);
        _levels.Add(level);
        return _levels.Count - 1;
    }

    /// <summary>A table's limit on distinct texts.</summary>
    public sealed class Room
    {
        /// <summary>How many more texts the table may keep.</summary>
        public int Left { get; set; } = TableLimit.Levels;
    }
}
