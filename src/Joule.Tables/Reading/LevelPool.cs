namespace Joule.Tables;

/// <summary>
/// The different texts of a column, each with its code. All columns of a table share room for a number of them: what comes later counts as
/// one more.
/// </summary>
/// <param name="room">The room that the table has left.</param>
internal sealed class LevelPool(LevelPool.Room room)
{
    /// <summary>What stands for the texts for which there was no room.</summary>
    public const string Others = "…";

    private readonly Dictionary<string, int> _codes = new(StringComparer.Ordinal);
    private readonly List<string> _levels = [];
    private int _others = -1;

    /// <summary>The texts by their codes.</summary>
    public IReadOnlyList<string> Levels => _levels;

    /// <summary>Whether there was no room for some of them.</summary>
    public bool Overflows => _others >= 0;

    /// <summary>The code of a text.</summary>
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

    /// <summary>How many more texts a table may keep.</summary>
    public sealed class Room
    {
        /// <summary>How many.</summary>
        public int Left { get; set; } = TableLimit.Levels;
    }
}
