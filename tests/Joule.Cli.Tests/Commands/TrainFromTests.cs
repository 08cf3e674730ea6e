using System.Globalization;
using System.Text.Json;
using Joule.Compute;
using Joule.Runs;
using Xunit;

namespace Joule.Cli.Tests.Commands;

/// <summary><c>joule train --from</c>: trainings that go on from a calibrated model of a table.</summary>
public sealed class TrainFromTests(CalibratedRun run) : IClassFixture<CalibratedRun>
{
    [Fact]
    public void A_training_goes_on_with_new_rows_and_says_what_moved()
    {
        string data = run.Write("new.csv", [.. Enumerable.Range(0, 120).Select(i => i < 60 ? (60.0 + i, -50.0) : CalibratedRun.Row(i))]);
        string folder = Path.Combine(run.Folder, "next");
        (int code, string output, string error) =
            JouleProgramTests.Invoke("train", "--from", run.Run, "--data", data, "--epochs", "1", "--out", folder, "--quiet");
        Assert.True(code == 0, error);
        Assert.Contains("What moved, by 24 rows of the new data:", output, StringComparison.Ordinal);
        Assert.Contains("5% of the rows that it was calibrated with are", output, StringComparison.Ordinal);
        Assert.Contains("  column \"y\": ", output, StringComparison.Ordinal);
        JsonElement moved = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "summary.json"))).RootElement.GetProperty("moved");
        Assert.InRange(moved.GetProperty("weights").GetDouble(), 1e-6, 10);
        Assert.InRange(moved.GetProperty("alarms").GetDouble(), 6 / 24.0, 20 / 24.0); // half of the rows are foreign to the first model
        Assert.Equal(["x", "y"], moved.GetProperty("columns").EnumerateArray().Select(c => c.GetProperty("name").GetString()!).Order());
        using Device device = Device.Cpu(1);
        using Model first = Model.Load(run.Run, device), next = Model.Load(folder, device);
        Assert.Equal(first.Transform.ToJson()["columns"]!.ToJsonString(), next.Transform.ToJson()["columns"]!.ToJsonString());
        Assert.Equal(data, next.Config.Data.Source);
        Assert.NotEqual(first.Transform.Profiles[0].Cuts, next.Transform.Profiles[0].Cuts); // each of its own training rows
        Assert.NotEqual(first.Calibration!.Kept.ToArray(), next.Calibration!.Kept.ToArray());
        // The run's own configuration repeats it.
        string again = Path.Combine(run.Folder, "again");
        (code, _, error) = JouleProgramTests.Invoke("train", "--config", Path.Combine(folder, "config.json"), "--out", again, "--quiet");
        Assert.True(code == 0, error);
        Assert.Equal(File.ReadAllBytes(next.Config.Start is null ? "" : Path.Combine(folder, "model.safetensors")),
            File.ReadAllBytes(Path.Combine(again, "model.safetensors")));
    }

    [Fact]
    public void What_does_not_fit_is_an_error_and_writes_nothing()
    {
        string folder = Path.Combine(run.Folder, "none");
        string other = Path.Combine(run.Folder, "other.csv");
        File.WriteAllLines(other,
            ["x,z", .. Enumerable.Range(0, 120).Select(i => string.Create(CultureInfo.InvariantCulture, $"{i},{i}"))]);
        Expect("the preset table cannot be given with it", "train", "table", "--from", run.Run);
        Expect("There is no model", "train", "--from", Path.Combine(run.Folder, "nothing"));
        Expect("keeps its energy", "train", "--from", run.Run, "--set", "energy.initialization=glorot");
        Expect("\"y\"", "train", "--from", run.Run, "--data", other);
        Expect("--from cannot be given with it", "train", "--resume", run.Run, "--from", run.Run);

        void Expect(string message, params string[] line)
        {
            string[] words = line.Contains("--resume") ? line : [.. line, "--out", folder, "--quiet"];
            (int code, _, string error) = JouleProgramTests.Invoke(words);
            Assert.Contains(message, error, StringComparison.Ordinal);
            Assert.Equal(2, code);
            Assert.False(Directory.Exists(folder));
        }
    }
}
