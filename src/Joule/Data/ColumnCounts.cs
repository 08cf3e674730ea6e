namespace Joule.Data;

/// <summary>Later values of a column, counted by the profile of the training rows.</summary>
/// <param name="profile">The profile.</param>
public sealed class ColumnCounts(ColumnProfile profile)
{
    private readonly float[] _cuts = [.. profile.Cuts];
    private readonly HashSet<string> _known = new(profile.Levels, StringComparer.Ordinal);
    private readonly bool _hasAllLevels = profile.HasAllLevels;
    private readonly int[] _atLeast = new int[profile.Cuts.Count + 1]; // by the number of cuts at or below a value
    private readonly int[] _above = new int[profile.Cuts.Count + 1]; // by the number of cuts below a value
    private readonly Dictionary<string, int> _levels = new(StringComparer.Ordinal);

    /// <summary>The profile.</summary>
    public ColumnProfile Profile => profile;

    /// <summary>Number of values, missing ones included.</summary>
    public int Count { get; private set; }

    /// <summary>Number of missing values.</summary>
    public int Missing { get; private set; }

    /// <summary>How often each level was there; levels that the profile does not have are left out unless all of those are new.</summary>
    public IReadOnlyDictionary<string, int> Levels => _levels;

    /// <summary>Adds a value.</summary>
    public void Add(in RowCell cell)
    {
        Count++;
        if (cell.IsMissing)
        {
            Missing++;
            return;
        }
        if (profile.Levels.Count > 0)
        {
            if (cell.Text is { } level && (_hasAllLevels || _known.Contains(level)))
                _levels[level] = _levels.GetValueOrDefault(level) + 1;
            return;
        }
        float value = (float)cell.Number;
        _atLeast[Place(value, isAfterEqual: true)]++;
        _above[Place(value, isAfterEqual: false)]++;
    }

    /// <summary>Forgets all values.</summary>
    public void Clear()
    {
        (Count, Missing) = (0, 0);
        Array.Clear(_atLeast);
        Array.Clear(_above);
        _levels.Clear();
    }

    /// <summary>Number of values below a cut, and at or below it.</summary>
    /// <param name="cut">Index of the cut.</param>
    public (int Below, int AtMost) At(int cut)
    {
        int below = 0, atMost = 0;
        for (int i = 0; i <= cut; i++)
        {
            below += _atLeast[i];
            atMost += _above[i];
        }
        return (below, atMost);
    }

    // The number of cuts below, or at or below, a value.
    private int Place(float value, bool isAfterEqual)
    {
        int low = 0, high = _cuts.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_cuts[middle] < value || (isAfterEqual && _cuts[middle] == value))
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }
}
