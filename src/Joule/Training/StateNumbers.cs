namespace Joule.Training;

/// <summary>
/// Named lists of real numbers: the small part of a training's state. Rewriting a list of the same length allocates nothing.
/// </summary>
public sealed class StateNumbers
{
    private readonly Dictionary<string, Entry> _lists = new(StringComparer.Ordinal);

    /// <summary>The names, in order.</summary>
    public IEnumerable<string> Names => _lists.Keys.Order(StringComparer.Ordinal);

    /// <summary>A list.</summary>
    /// <exception cref="InvalidInputException">There is no list of that name.</exception>
    public ReadOnlySpan<double> this[string name] => _lists.TryGetValue(name, out Entry? entry)
        ? entry.Values
        : throw new InvalidInputException($"there are no numbers called \"{name}\"");

    /// <summary>A list of a stated length.</summary>
    /// <exception cref="InvalidInputException">There is no list of that name, or it has another length.</exception>
    public ReadOnlySpan<double> Of(string name, int length) => this[name].Length == length
        ? this[name]
        : throw new InvalidInputException($"\"{name}\" has {this[name].Length} numbers instead of {length}");

    /// <summary>Whether there is a list of this name.</summary>
    public bool Has(string name) => _lists.ContainsKey(name);

    /// <summary>Writes a list.</summary>
    public void Set(string name, params ReadOnlySpan<double> values)
    {
        if (!_lists.TryGetValue(name, out Entry? entry))
            _lists.Add(name, entry = new Entry());
        if (entry.Values.Length != values.Length)
            entry.Values = new double[values.Length];
        values.CopyTo(entry.Values);
        entry.IsNew = true;
    }

    /// <summary>Removes all lists.</summary>
    public void Clear() => _lists.Clear();

    /// <summary>Begins to rewrite all lists.</summary>
    internal void Begin()
    {
        foreach (Entry entry in _lists.Values)
            entry.IsNew = false;
    }

    /// <summary>Removes every list not written since <see cref="Begin"/>.</summary>
    internal void End()
    {
        bool stale = false;
        foreach (Entry entry in _lists.Values)
            stale |= !entry.IsNew;
        foreach (string name in stale ? _lists.Where(l => !l.Value.IsNew).Select(l => l.Key).ToArray() : [])
            _lists.Remove(name);
    }

    private sealed class Entry
    {
        public double[] Values { get; set; } = [];

        public bool IsNew { get; set; }
    }
}
