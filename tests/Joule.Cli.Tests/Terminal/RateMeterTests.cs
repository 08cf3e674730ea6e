using Joule.Cli.Terminal;
using Xunit;

namespace Joule.Cli.Tests.Terminal;

public sealed class RateMeterTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void Steady_work_has_a_rate_and_a_time_left()
    {
        RateMeter meter = new(_time);
        meter.Start(1000, from: 0);
        for (int step = 1; step <= 100; step++)
        {
            _time.Pass(0.1);
            meter.Report(step);
        }

        Assert.Equal(10, meter.PerSecond, 1e-9);
        Assert.Equal("100/1,000  10.0 steps/s  1:30 left", meter.ToString());
    }

    [Fact]
    public void The_rate_follows_what_happens_now()
    {
        RateMeter meter = new(_time);
        meter.Start(100_000, from: 0);
        for (int step = 1; step <= 50; step++, _time.Pass(1))
            meter.Report(step);
        for (int step = 51; step <= 2051; step++, _time.Pass(0.01))
            meter.Report(step);
        Assert.InRange(meter.PerSecond, 99, 101);
    }

    [Fact]
    public void A_resumed_run_does_not_count_earlier_steps()
    {
        RateMeter meter = new(_time);
        meter.Start(2000, from: 1000);
        _time.Pass(2);
        meter.Report(1001);
        Assert.Equal("1,001/2,000  2.0 s/step  33:18 left", meter.ToString());
    }

    [Fact]
    public void Before_the_first_report_nothing_is_promised()
    {
        RateMeter meter = new(_time);
        meter.Start(10, from: 0);
        Assert.Equal("0/10", meter.ToString());
    }

    [Fact]
    public void Work_without_a_known_end_has_only_a_rate()
    {
        RateMeter meter = new(_time);
        meter.Start(0, from: 0);
        _time.Pass(2);
        meter.Report(1000);
        Assert.Equal(("1,000  500 steps/s", 0.0), (meter.ToString(), meter.Done));
    }

    [Theory]
    [InlineData(0, "0:00")]
    [InlineData(59.2, "1:00")]
    [InlineData(3725, "1:02:05")]
    public void Durations_read_like_a_clock(double seconds, string expected) => Assert.Equal(expected, RateMeter.Duration(seconds));
}
