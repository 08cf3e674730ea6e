using Joule.Samplers;
using Xunit;

namespace Joule.Tests.Samplers;

public sealed class ChainScheduleTests
{
    [Theory]
    [InlineData(0, 5, 1, "1 2 3 4 5")]
    [InlineData(3, 7, 2, "5 7 9")]
    [InlineData(3, 6, 6, "9")]
    [InlineData(3, 5, 6, "")]
    [InlineData(4, 0, 1, "")]
    public void Samples_follow_the_warm_up_at_the_thinning_interval(int warmUp, int steps, int thinning, string expected)
    {
        ChainSchedule schedule = new() { WarmUp = warmUp, Steps = steps, Thinning = thinning };
        List<int> samples = [];
        for (int next = schedule.NextSample(0); next != int.MaxValue; next = schedule.NextSample(next))
            samples.Add(next);
        Assert.Equal(expected, string.Join(' ', samples));
        Assert.Equal(samples, Enumerable.Range(0, schedule.Total + 1).Where(schedule.IsSample));
        for (int done = 0; done <= schedule.Total; done++)
            Assert.Equal(samples.Where(s => s > done).DefaultIfEmpty(int.MaxValue).Min(), schedule.NextSample(done));
    }

    [Fact]
    public void Synchronisations_are_counted_from_the_first_step()
    {
        ChainSchedule schedule = new() { WarmUp = 3, Steps = 8, Meeting = 4 };
        Assert.Equal((4, 8, 8, int.MaxValue),
            (schedule.NextMeeting(0), schedule.NextMeeting(4), schedule.NextMeeting(7), schedule.NextMeeting(8)));
        Assert.Equal(int.MaxValue, (schedule with { Meeting = 0 }).NextMeeting(0));
    }

    [Fact]
    public void Every_number_out_of_range_is_named()
    {
        string message = Assert.Throws<InvalidInputException>(() =>
            new ChainSchedule { WarmUp = -1, Steps = -2, Thinning = 0, Meeting = -3 }.Validate()).Message;
        Assert.All(["warm_up is -1", "steps is -2", "thinning is 0", "meeting is -3"], part =>
            Assert.Contains(part, message, StringComparison.Ordinal));
        Assert.Contains("sum", Assert.Throws<InvalidInputException>(() =>
            new ChainSchedule { WarmUp = 2, Steps = int.MaxValue - 1 }.Validate()).Message, StringComparison.Ordinal);
        new ChainSchedule { Steps = int.MaxValue - 1 }.Validate();
        new ChainSchedule { WarmUp = 2, Steps = 3, Done = 5 }.Validate();
        foreach (int done in (int[])[-1, 6])
        {
            Assert.Contains($"done is {done}; it must lie between 0 and 5", Assert.Throws<InvalidInputException>(() =>
                new ChainSchedule { WarmUp = 2, Steps = 3, Done = done }.Validate()).Message, StringComparison.Ordinal);
        }
    }
}
