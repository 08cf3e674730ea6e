using Joule.Compute;
using Xunit;

namespace Joule.Tests.Compute;

public sealed class BackgroundWorkTests
{
    [Fact]
    public void Work_is_done_on_another_thread_one_piece_at_a_time()
    {
        using BackgroundWork background = new("test");
        using ManualResetEventSlim go = new();
        int thread = 0;
        Assert.False(background.IsBusy);
        background.Start(() =>
        {
            thread = Environment.CurrentManagedThreadId;
            go.Wait(TestContext.Current.CancellationToken);
        });
        Assert.True(background.IsBusy);
        Assert.Throws<InvalidOperationException>(() => background.Start(() => { }));
        go.Set();
        background.Wait();
        Assert.False(background.IsBusy);
        Assert.NotEqual(Environment.CurrentManagedThreadId, thread);
        int first = thread;
        background.Start(() => thread = -Environment.CurrentManagedThreadId);
        background.Wait();
        Assert.Equal(-first, thread);
    }

    [Fact]
    public void An_error_reaches_the_next_caller_once()
    {
        using BackgroundWork background = new("test");
        background.Start(() => throw new IOException("no room"));
        Assert.Equal("no room", Assert.Throws<IOException>(background.Wait).Message);
        background.Wait();
        background.RaiseFailure();
        background.Start(() => throw new IOException("again"));
        Assert.True(SpinWait.SpinUntil(() => !background.IsBusy, TimeSpan.FromSeconds(30)));
        Assert.Throws<IOException>(() => background.Start(() => { }));
    }

    [Fact]
    public void Disposing_waits_for_the_last_work()
    {
        bool done = false;
        using (BackgroundWork background = new("test"))
        {
            background.Start(() =>
            {
                Thread.Sleep(50);
                done = true;
            });
        }
        Assert.True(done);
    }
}
