using Joule.Objectives;
using Joule.Runs;
using Xunit;

namespace Joule.Cli.Tests.Commands;

/// <summary>A temperature has no effect when a noise scale is set, so the pair is refused wherever it is given.</summary>
public sealed class TrainTemperatureTests(TinyRun tiny)
{
    [Theory]
    [InlineData("objective.negatives.sampler.temperature=2")]
    [InlineData("objective.negatives.sampler.temperature=1")]
    [InlineData("sampling.sampler.temperature=0.5")]
    public void It_is_refused_and_both_keys_are_named(string change)
    {
        using TemporaryFolder folder = new();
        string run = folder.File("run");
        (int code, string output, string error) = JouleProgramTests.Invoke(
            "train", "seed", "--data", tiny.Data, "--set", change, "--out", run);
        Assert.Equal((ExitCodes.InvalidInput, ""), (code, output));
        string chain = change[..change.IndexOf(".temperature", StringComparison.Ordinal)];
        Assert.Contains($"{chain}.temperature is {change.Split('=')[1]}", error, StringComparison.Ordinal);
        Assert.Contains($"{chain}.noise_scale is 0.005", error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(run));
    }

    [Fact]
    public void It_is_accepted_when_the_noise_scale_is_null_and_null_is_1()
    {
        KeyValuePair<string, string> without = new("objective.negatives.sampler.noise_scale", "null");
        Assert.Equal(1, Temperature(without));
        Assert.Equal(0.5f, Temperature(without, new("objective.negatives.sampler.temperature", "0.5")));
    }

    private static float? Temperature(params KeyValuePair<string, string>[] changes) =>
        (float?)((ContrastiveDivergenceOptions)ConfigSources.Compose("seed", null,
            changes).Objective).Negatives.Sampler.EffectiveTemperature();
}
