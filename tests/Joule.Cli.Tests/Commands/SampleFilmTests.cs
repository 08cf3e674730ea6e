using Joule.Cli.Commands;
using Xunit;

namespace Joule.Cli.Tests.Commands;

public sealed class SampleFilmTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(60, 60)]
    [InlineData(300, 100)]
    [InlineData(10_000_000, 100)]
    public void Stops_ascend_to_the_last_step_and_are_closest_at_first(int steps, int most)
    {
        IReadOnlyList<int> stops = SampleFilm.Stops(steps);
        Assert.InRange(stops.Count, Math.Min(steps, 40), most);
        Assert.Equal(stops.Order().Distinct(), stops);
        if (steps == 0)
            return;
        Assert.Equal(steps, stops[^1]);
        Assert.True(stops[0] <= Math.Max(1, steps / 1000));
    }
}
