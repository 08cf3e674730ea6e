namespace Joule.Compute;

/// <summary>A list that several threads may add to, remove from and read.</summary>
/// <typeparam name="T">What it holds.</typeparam>
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

    /// <summary>Removes the first item that equals another, where there is one.</summary>
    public void Remove(T item)
    {
        lock (_gate)
            _items.Remove(item);
    }

    /// <summary>The items as they are now.</summary>
    public T[] ToArray()
    {
        lock (_gate)
            return [.. _items];
    }
}
