using Joule.Compute;
using Xunit;

namespace Joule.Tests.Compute;

public sealed class WorkspacePoolTests
{
    [Fact]
    public void A_thread_gets_back_what_it_returned_and_two_users_never_share()
    {
        using WorkspacePool<Workspace> pool = new(2, () => new Workspace());
        Workspace first = pool.Rent(out int place), second = pool.Rent(out int other);
        Assert.NotSame(first, second);
        pool.Return(first, place);
        Assert.Same(first, pool.Rent(out place));
        pool.Return(first, place);
        pool.Return(second, other);
    }

    [Fact]
    public void Those_beyond_the_kept_number_are_freed_and_the_kept_ones_with_the_pool()
    {
        WorkspacePool<Workspace> pool = new(2, () => new Workspace());
        (Workspace Item, int Place)[] rented = [.. Enumerable.Range(0, 3).Select(_ => (pool.Rent(out int place), place))];
        foreach ((Workspace item, int place) in rented)
            pool.Return(item, place);
        Assert.Equal([false, false, true], rented.Select(r => r.Item.IsDisposed));
        pool.Dispose();
        Assert.All(rented, r => Assert.True(r.Item.IsDisposed));
    }

    private sealed class Workspace : IDisposable
    {
        public bool IsDisposed { get; private set; }

        public void Dispose() => IsDisposed = true;
    }
}
