namespace Joule.Tables;

/// <summary>A list that grows by blocks, so that nothing is copied until <see cref="ToArray"/>.</summary>
internal sealed class Cells<T>
{
    private const int FirstBlock = 16;
    private const int LargestBlock = 1 << 16;

    private readonly List<T[]> _full = [];
    private T[] _block = [];
    private int _used;

    /// <summary>The number of items.</summary>
    public int Count { get; private set; }

    /// <summary>Adds an item.</summary>
    public void Add(T cell)
    {
        if (_used == _block.Length)
        {
            if (_used > 0)
                _full.Add(_block);
            _block = new T[Math.Clamp(2 * _block.Length, FirstBlock, LargestBlock)];
            _used = 0;
        }
        _block[_used++] = cell;
        Count++;
    }

    /// <summary>Adds an item several times.</summary>
    public void Add(T cell, int times)
    {
        for (int i = 0; i < times; i++)
            Add(cell);
    }

    /// <summary>Copies all items to an array.</summary>
    public T[] ToArray()
    {
        T[] all = new T[Count];
        int at = 0;
        foreach (T[] block in _full)
        {
            block.CopyTo(all, at);
            at += block.Length;
        }
        _block.AsSpan(0, _used).CopyTo(all.AsSpan(at));
        return all;
    }
}
