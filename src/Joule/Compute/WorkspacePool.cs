namespace Joule.Compute;

/// <summary>
/// Memory that the body of a program needs for itself, kept between its calls: whoever calls takes one that nobody uses, preferably the one that the same thread had before, since its
/// core's caches may still hold it.
/// </summary>
/// <typeparam name="T">The memory.</typeparam>
/// <param name="most">How many are kept; more are made where more are used at once, and freed again.</param>
/// <param name="make">Makes one.</param>
public sealed class WorkspacePool<T>(int most, Func<T> make) : IDisposable where T : class, IDisposable
{
    private readonly T?[] _kept = new T?[most];

    /// <summary>Takes one that nobody uses.</summary>
    /// <param name="place">What <see cref="Return"/> asks for.</param>
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

    /// <summary>Gives it back.</summary>
    /// <param name="workspace">What was taken.</param>
    /// <param name="place">Where it was.</param>
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
