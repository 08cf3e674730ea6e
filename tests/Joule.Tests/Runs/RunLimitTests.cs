using Joule.Runs;
using Xunit;

namespace Joule.Tests.Runs;

public sealed class RunLimitTests
{
    [Fact]
    public void Cancelling_the_run_cancels_everything_at_once()
    {
        using CancellationTokenSource stop = new();
        using RunLimit limit = new(TimeSpan.FromHours(1), stop.Token);
        Assert.False(limit.IsCancelled || limit.Update.IsCancellationRequested || limit.Closing.IsCancellationRequested
            || limit.Last.IsCancellationRequested);
        stop.Cancel();
        Assert.True(limit.IsCancelled && limit.Update.IsCancellationRequested && limit.Closing.IsCancellationRequested
            && limit.Last.IsCancellationRequested);
    }

    [Fact]
    public void The_time_limit_cancels_one_after_the_other_within_a_second()
    {
        using RunLimit limit = new(TimeSpan.Zero, CancellationToken.None);
        long began = Environment.TickCount64;
        Assert.True(limit.Closing.WaitHandle.WaitOne(10_000) && limit.Update.WaitHandle.WaitOne(10_000));
        Assert.True(limit.Last.WaitHandle.WaitOne(10_000));
        // The last one is planned for 0.7 seconds; a busy machine may be late but never early.
        Assert.InRange(Environment.TickCount64 - began, 650, 10_000);
        Assert.False(limit.IsCancelled);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(1e6 * 60)]
    public void Without_a_time_limit_or_with_a_very_long_one_nothing_is_cancelled(double? seconds)
    {
        using RunLimit limit = new(seconds is { } s ? TimeSpan.FromSeconds(s) : null, CancellationToken.None);
        Assert.False(limit.Last.WaitHandle.WaitOne(20));
    }
}
