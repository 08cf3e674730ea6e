namespace Joule.Compute;

/// <summary>A list that several threads may add to, remove from and read.</summary>
/// <typeparam name="T">The type of its items.</typeparam>
internal sealed class SharedList<T>
{
    private readonly Lock _gate = new();
    private readonly List<T> _items = [];

    /// <summary>Adds an item at the end.</summary>
    public void Add(T item)
    {
        lock (_gate)
            _items.Add(item);
    }

    /// <summary>Removes the first item equal to a given one, if any.</summary>
    public void Remove(T item)
    {
        lock (_gate)
            _items.Remove(item);
    }

    /// <summary>The current items.</summary>
    public T[] ToArray()
    {
        lock (_gate)
            return [.. _items];
    }
}
