using Joule.Runs;
using Joule.Training;
using Xunit;

namespace Joule.Tests.Training;

public sealed class SentinelOptionsTests
{
    [Fact]
    public void The_defaults_are_in_range()
    {
        List<string> problems = [];
        OptionsCheck.Add(new SentinelOptions(), problems);
        Assert.Empty(problems);
    }

    [Theory]
    [InlineData("warm_up", "5")]
    [InlineData("smoothing", "0")]
    [InlineData("smoothing", "257")]
    [InlineData("window", "1")]
    [InlineData("keep_every", "1")]
    [InlineData("range_warning", "0")]
    [InlineData("range_limit", "5")]
    [InlineData("settled", "9")]
    [InlineData("persistence", "0")]
    [InlineData("separation_closed", "0")]
    [InlineData("separation_closed", "1.1")]
    [InlineData("jump_warning", "0")]
    [InlineData("jump_limit", "1.1")]
    [InlineData("judge_after", "-1")]
    [InlineData("least_gradient", "-1")]
    [InlineData("least_spread", "-1")]
    [InlineData("samples_far_limit", "0")]
    [InlineData("samples_alike_limit", "1")]
    [InlineData("energy_limit", "0")]
    [InlineData("energy_scale_limit", "-1")]
    [InlineData("separation_warning", "-1")]
    [InlineData("separation_limit", "0.5")]
    [InlineData("spread_warning", "1")]
    [InlineData("spread_limit", "0.1")]
    [InlineData("gradient_warning", "1")]
    [InlineData("gradient_limit", "9")]
    [InlineData("walls_warning", "0")]
    [InlineData("walls_limit", "1.1")]
    [InlineData("variety_warning", "1")]
    [InlineData("variety_limit", "0.5")]
    [InlineData("movement_warning", "-0.1")]
    [InlineData("movement_limit", "0.2")]
    public void A_value_out_of_range_is_refused_with_its_key(string key, string value) =>
        Assert.Contains($"training.sentinel.{key} is {value}; it must", Assert.Throws<InvalidInputException>(
            () => ConfigSources.Compose("seed", null, [new($"training.sentinel.{key}", value)])).Message, StringComparison.Ordinal);

    [Fact]
    public void Every_violation_is_listed()
    {
        string message = Assert.Throws<InvalidInputException>(
            () => new Sentinel(new SentinelOptions { WarmUp = 0, WallsLimit = 2 }, default)).Message;
        Assert.All(["warm_up", "walls_limit"], key => Assert.Contains(key, message, StringComparison.Ordinal));
    }
}
