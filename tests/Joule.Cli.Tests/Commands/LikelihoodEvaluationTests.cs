using System.Globalization;
using System.Text.Json;
using Joule.Data;
using Xunit;

namespace Joule.Cli.Tests.Commands;

public sealed class LikelihoodEvaluationTests(TinyRun tiny)
{
    [Fact]
    public void Bits_per_dimension_follow_from_the_mean_energy_and_both_estimates_of_the_partition_function()
    {
        using TemporaryFolder folder = new();
        string run = Path.Combine(folder.Path, "run");
        (int code, _, string error) = JouleProgramTests.Invoke("train", "density", "--data", tiny.Data, "--epochs", "1", "--out", run,
            "--quiet", "--set", "energy.components=2", "--set", "energy.factors=1", "--set", "training.batch=20",
            "--set", "objective.negatives.slots=20", "--set", "sampling.steps=20");
        Assert.True(code == 0, error);
        (code, string output, error) = JouleProgramTests.Invoke("evaluate", run, "--likelihood", "--json");
        Assert.True(code == 0, error);
        JsonElement json = JsonDocument.Parse(output).RootElement, likelihood = json.GetProperty("likelihood");
        double energy = json.GetProperty("energy").GetProperty("test").GetProperty("mean").GetDouble();
        double below = Value("log_partition_from_base"), above = Value("log_partition_from_model");
        // A correction of at most 8 nats, hardly trained: both are near 0 and agree within a few standard errors.
        Assert.InRange(below, -8, 8);
        double tolerance = 6 * (Error("log_partition_from_base") + Error("log_partition_from_model"));
        Assert.Equal(below, above, tolerance);
        Assert.InRange(tolerance, 1e-9, 1);
        JsonElement nats = likelihood.GetProperty("nats"), bits = likelihood.GetProperty("bits_per_dimension");
        Assert.Equal(energy + Math.Min(below, above), nats.GetProperty("low").GetDouble(), 1e-3);
        Assert.Equal(energy + Math.Max(below, above), nats.GetProperty("high").GetDouble(), 1e-3);
        double low = DequantizedPixels.BitsPerDimension(-nats.GetProperty("low").GetDouble(), TinyRun.Side * TinyRun.Side);
        Assert.Equal(low, bits.GetProperty("low").GetDouble(), 1e-4);

        (code, output, _) = JouleProgramTests.Invoke("evaluate", run, "--likelihood", "--quiet");
        Assert.Equal(0, code);
        string[] lines = output.TrimEnd('\n').Split('\n');
        Assert.StartsWith($"ln Z is {below.ToString("0.0000", CultureInfo.InvariantCulture)} ± ", lines[^2], StringComparison.Ordinal);
        Assert.EndsWith(" bits per dimension.", lines[^1], StringComparison.Ordinal);

        double Value(string name) => likelihood.GetProperty(name).GetProperty("value").GetDouble();
        double Error(string name) => likelihood.GetProperty(name).GetProperty("error").GetDouble();
    }

    [Fact]
    public void A_model_without_a_base_is_refused()
    {
        (int code, string output, string error) = JouleProgramTests.Invoke("evaluate", tiny.Run, "--likelihood");
        Assert.Equal((ExitCodes.InvalidInput, ""), (code, output));
        Assert.Contains("--likelihood needs an energy with a base of known density", error, StringComparison.Ordinal);
    }
}
