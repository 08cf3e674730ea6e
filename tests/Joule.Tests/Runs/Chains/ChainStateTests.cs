using Joule.Runs;
using Joule.Tests.Data;
using Joule.Training;
using Xunit;

namespace Joule.Tests.Runs;

public sealed class ChainStateTests
{
    private static readonly ChainPlan Plan = new() { WarmUp = 10, Draws = 5, Thinning = 4 };

    [Theory]
    [InlineData(0, 0)]
    [InlineData(10, 0)]
    [InlineData(13, 0)]
    [InlineData(14, 1)]
    [InlineData(30, 5)]
    public void The_step_tells_the_draws(int step, int draws)
    {
        ChainState state = new(Plan, []) { Step = step, Seconds = 1.5 }, other = new(Plan, []);
        StateNumbers numbers = new();
        state.Save(numbers);
        other.Check(numbers);
        other.Load(numbers);
        Assert.Equal((step, 1.5, draws), (other.Step, other.Seconds, other.DrawsAt(other.Step)));
    }

    [Theory]
    [InlineData("run.step", 31, "chains of 30 steps cannot have made 31")]
    [InlineData("run.step", -1, "cannot have made -1")]
    [InlineData("run.step", 1.5, "cannot have made 1.5")]
    [InlineData("run.step", double.NaN, "cannot have made NaN")]
    [InlineData("run.seconds", -1, "cannot have taken -1 seconds")]
    [InlineData("run.seconds", double.PositiveInfinity, "seconds")]
    public void Impossible_numbers_are_refused(string name, double value, string expected)
    {
        ChainState state = new(Plan, []);
        StateNumbers numbers = new();
        state.Save(numbers);
        numbers.Set(name, value);
        Refused.With(() => state.Check(numbers), expected);
    }
}
