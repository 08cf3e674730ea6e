using Joule.Runs;
using Xunit;

namespace Joule.Tests.Runs;

public sealed class CheckpointIntervalTests
{
    [Theory]
    [InlineData("5", 300.0, null)]
    [InlineData("5m", 300.0, null)]
    [InlineData("0.5", 30.0, null)]
    [InlineData("90s", 90.0, null)]
    [InlineData("2 s", 2.0, null)]
    [InlineData("1H", 3600.0, null)]
    [InlineData("1e", null, 1)]
    [InlineData("1epoch", null, 1)]
    [InlineData("2 epochs", null, 2)]
    public void Times_and_epochs_are_read_and_written_back(string text, double? seconds, int? epochs)
    {
        Assert.True(CheckpointInterval.TryParse(text, out CheckpointInterval interval));
        Assert.Equal(new CheckpointInterval(seconds, epochs), interval);
        Assert.True(CheckpointInterval.TryParse(interval.ToString(), out CheckpointInterval again));
        Assert.Equal(interval, again);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("0s")]
    [InlineData("-1m")]
    [InlineData("m")]
    [InlineData("e")]
    [InlineData("0e")]
    [InlineData("1.5e")]
    [InlineData("NaN")]
    [InlineData("1e9h")]
    [InlineData("5 weeks")]
    public void Anything_else_is_not_an_interval(string text) => Assert.False(CheckpointInterval.TryParse(text, out _));
}
