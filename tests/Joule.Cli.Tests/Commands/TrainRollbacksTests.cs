using System.Text.Json;
using Xunit;

namespace Joule.Cli.Tests.Commands;

public sealed class TrainRollbacksTests(TinyRun tiny)
{
    private static readonly string[] TooFast = ["--set", "training.optimizer.learning_rate=100", "--epochs", "80"];

    [Fact]
    public void A_recovered_run_says_so_in_its_last_line_its_result_and_its_picture()
    {
        using TemporaryFolder folder = new();
        string run = folder.File("run");
        (int code, string output, string error) = tiny.Train(["--out", run, .. TooFast]);
        Assert.True(code == 0, error);
        Assert.StartsWith("Recovered ", output.TrimEnd('\n').Split('\n')[^1], StringComparison.Ordinal);
        Assert.Contains("rollback at update", error, StringComparison.Ordinal);

        // The run is finished: the result reports its rollback again.
        (code, output, error) = JouleProgramTests.Invoke("train", "--resume", run, "--json");
        Assert.True(code == 0, error);
        JsonElement rollbacks = JsonDocument.Parse(output).RootElement.GetProperty("rollbacks");
        Assert.True(rollbacks.GetArrayLength() >= 1);
        Assert.Contains(rollbacks[0].GetProperty("reason").GetString(), (string[])["energies_run_away", "non_finite"]);
        Assert.Equal(0.5, rollbacks[0].GetProperty("learning_rate_factor").GetDouble());

        byte[] marked = File.ReadAllBytes(Path.Combine(run, "loss.png"));
        File.Delete(Path.Combine(run, "events.jsonl"));
        Assert.Equal(0, JouleProgramTests.Invoke("plot", run).Code);
        Assert.NotEqual(marked, File.ReadAllBytes(Path.Combine(run, "loss.png")));
    }

    [Fact]
    public void Without_rollbacks_the_first_divergence_is_a_failure_with_its_reason()
    {
        using TemporaryFolder folder = new();
        (int code, string output, string error) = tiny.Train(["--out", folder.File("run"), "--rollbacks", "0", .. TooFast]);
        Assert.Equal((ExitCodes.Failure, ""), (code, output));
        Assert.All(["diverged", "last good state", "--rollbacks"], part => Assert.Contains(part, error, StringComparison.Ordinal));
        Assert.Equal(0, JouleProgramTests.Invoke("info", folder.File("run")).Code);
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("101")]
    [InlineData("two")]
    public void A_number_of_rollbacks_out_of_range_is_refused(string given)
    {
        using TemporaryFolder folder = new();
        (int code, _, string error) = tiny.Train("--out", folder.File("run"), "--rollbacks", given);
        Assert.Equal(ExitCodes.InvalidInput, code);
        Assert.Contains("--rollbacks expects a whole number from 0 to 100", error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.File("run")));
    }
}
