using Joule.Samplers;
using Xunit;

namespace Joule.Tests.Samplers;

public sealed class StepPaceTests
{
    [Theory]
    [InlineData(0.0001, 1, 6)] // 2,500 steps take the time between stops
    [InlineData(0.01, 25, 50)]
    [InlineData(2, 1000, 1000)] // a step takes longer: a stop after every step
    public void Stops_come_at_about_equal_times_from_the_second_on(double secondsOfStep, int least, int most)
    {
        const int total = 1000;
        StoppedTime time = new();
        StepPace pace = new(time, TimeSpan.FromSeconds(0.25));
        int stops = 0;
        for (int done = 0; done < total; stops++)
        {
            int next = Math.Min(pace.Next(done), total);
            Assert.True(next > done);
            Assert.True(stops > 0 || next == 1);
            time.Pass((next - done) * secondsOfStep);
            done = next;
        }
        Assert.InRange(stops, least, most);
    }

    [Fact]
    public void It_starts_anywhere_grows_eightfold_at_most_and_other_stops_do_not_move_its_own()
    {
        StoppedTime time = new();
        StepPace pace = new(time, TimeSpan.FromSeconds(1));
        Assert.Equal(501, pace.Next(500));
        Assert.Equal(509, pace.Next(501));
        for (int done = 502; done < 509; done++)
            Assert.Equal(509, pace.Next(done));
        Assert.Equal(573, pace.Next(509));
        Assert.Equal(int.MaxValue, pace.Next(int.MaxValue - 1));
    }

    private sealed class StoppedTime : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public void Pass(double seconds) => _ticks += TimeSpan.FromSeconds(seconds).Ticks;
    }
}
