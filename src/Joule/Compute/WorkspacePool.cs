namespace Joule.Compute;

/// <summary>
/// Reusable memory for the body of a program. A caller gets one that is not in use, preferably the one that its thread had before, since
/// the core's caches may still hold it.
/// </summary>
/// <typeparam name="T">The memory.</typeparam>
/// <param name="most">Number that are kept; if more are in use at once, the others are created and freed again.</param>
/// <param name="make">Creates one.</param>
public sealed class WorkspacePool<T>(int most, Func<T> make) : IDisposable where T : class, IDisposable
{
    private readonly T?[] _kept = new T?[most];

    /// <summary>Takes one that is not in use.</summary>
    /// <param name="place">Its place, for <see cref="Return"/>.</param>
    public T Rent(out int place)
    {
        int start = Environment.CurrentManagedThreadId;
        for (int i = 0; i < _kept.Length; i++)
        {
            place = (start + i) % _kept.Length;
            if (Interlocked.Exchange(ref _kept[place], null) is { } workspace)
                return workspace;
        }
        place = start % _kept.Length;
        return make();
    }

    /// <summary>Returns one.</summary>
    /// <param name="workspace">The memory.</param>
    /// <param name="place">Its place.</param>
    public void Return(T workspace, int place)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        for (int i = 0; i < _kept.Length; i++)
        {
            if (Interlocked.CompareExchange(ref _kept[(place + i) % _kept.Length], workspace, null) is null)
                return;
        }
        workspace.Dispose();
    }

    /// <summary>Frees all that are kept.</summary>
    public void Dispose()
    {
        foreach (T? workspace in _kept)
            workspace?.Dispose();
    }
}
