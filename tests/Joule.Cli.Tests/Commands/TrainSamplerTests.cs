using System.Globalization;
using System.Text.Json;
using Xunit;

namespace Joule.Cli.Tests.Commands;

/// <summary>Training with the chains of each sampler.</summary>
public sealed class TrainSamplerTests(TinyRun tiny)
{
    [Theory]
    [InlineData("mala", "step_size=0.02")]
    [InlineData("hmc", "step_size=0.05")]
    public void A_model_is_trained_resumed_bit_for_bit_and_sampled(string sampler, string setting)
    {
        using TemporaryFolder folder = new();
        string[] line = ["--set", $"objective.negatives.sampler.type={sampler}", "--set", $"objective.negatives.sampler.{setting}",
            "--epochs", "4", "--quiet"];
        (int code, _, string error) = tiny.Train([.. line, "--out", folder.File("whole")]);
        Assert.True(code == 0, error);
        Assert.Equal(0, tiny.Train([.. line, "--out", folder.File("cut"), "--time", "0", "--threads", "1"]).Code);
        (code, _, error) = JouleProgramTests.Invoke("train", "--resume", folder.File("cut"), "--epochs", "4", "--quiet", "--threads", "2");
        Assert.True(code == 0, error);
        RunFiles.AssertSame(folder.File("whole"), folder.File("cut"));

        // The acceptance has its own column: one share per epoch.
        string[][] metrics = [.. File.ReadAllLines(Path.Combine(folder.File("whole"), "metrics.csv")).Select(line => line.Split(','))];
        int column = Array.IndexOf(metrics[0], "acceptance");
        Assert.Equal(4, metrics.Skip(1).Count(row => double.Parse(row[column], CultureInfo.InvariantCulture) is > 0.01 and <= 1));

        // Samples are drawn with the training's sampler, which info and sample both name.
        JsonElement info = JsonDocument.Parse(JouleProgramTests.Invoke("info", folder.File("whole"),
            "--json").Output).RootElement.GetProperty("chains");
        Assert.Equal(1, info.GetProperty("training").GetProperty("effective_temperature").GetDouble());
        Assert.Contains("temperature 1", JouleProgramTests.Invoke("info", folder.File("whole")).Output, StringComparison.Ordinal);
        string output = JouleProgramTests.Invoke("sample", folder.File("whole"), "--count", "8", "--steps", "5", "--out",
            folder.File("s.png"), "--json").Output;
        JsonElement json = JsonDocument.Parse(output).RootElement;
        Assert.Equal(sampler, json.GetProperty("sampler").GetString());
        Assert.InRange(json.GetProperty("acceptance").GetDouble(), 0.01, 1);
    }

    [Fact]
    public void A_new_type_starts_from_its_own_defaults()
    {
        // The preset's step size of 2.5 is meant for Langevin; for a trajectory it would be absurd.
        using TemporaryFolder folder = new();
        Assert.Equal(0,
            tiny.Train("--set", "objective.negatives.sampler.type=hmc", "--epochs", "0", "--quiet", "--out", folder.File("run")).Code);
        JsonElement config = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder.File("run"), "config.json"))).RootElement;
        Assert.Equal(0.1,
            config.GetProperty("objective").GetProperty("negatives").GetProperty("sampler").GetProperty("step_size").GetDouble());
    }
}
