using System.Globalization;
using System.Text;
using System.Text.Json;
using Joule.Evaluation;
using Joule.Runs;
using Xunit;

namespace Joule.Cli.Tests.Commands;

/// <summary>A calibrated model of a table, from training to decisions.</summary>
public sealed class ThresholdCommandTests(CalibratedRun run) : IClassFixture<CalibratedRun>
{
    [Fact]
    public void A_share_of_the_training_rows_calibrates_the_model()
    {
        Assert.Contains("calibrated on 48 rows drawn by seed 1", run.Said, StringComparison.Ordinal);
        Assert.Contains("Calibrated: 48 rows, alarm rate 0.05, anomalies above ", run.Output, StringComparison.Ordinal);
        JsonElement json = Json("threshold", run.Run, "--json").GetProperty("calibration");
        Assert.Equal(48, json.GetProperty("rows").GetInt32());
        Assert.Equal(0.05, json.GetProperty("alarm_rate").GetDouble());
        Assert.Equal(1 / 49.0, json.GetProperty("smallest_p_value").GetDouble());
        Assert.Equal(48, Json("info", run.Run, "--json").GetProperty("calibration").GetProperty("rows").GetInt32());
    }

    [Fact]
    public void Scores_have_p_values_and_decisions()
    {
        string[] lines = Lines("score", run.Run, run.Data, "--quiet");
        Assert.Equal("index,name,energy,p_value,anomaly", lines[0]);
        double threshold = Json("threshold", run.Run, "--json").GetProperty("calibration").GetProperty("threshold").GetDouble();
        foreach (string[] cells in lines.Skip(1).Select(line => line.Split(',')))
        {
            double energy = Number(cells[2]), p = Number(cells[3]);
            Assert.Equal(energy > threshold ? "true" : "false", cells[4]);
            Assert.Equal(p <= 0.05, cells[4] == "true");
            Assert.Equal(Math.Round(p * 49), p * 49, 1e-9);
        }
        string file = Path.Combine(run.Folder, "scores.csv");
        JsonElement json = Json("score", run.Run, run.Data, "--out", file, "--json", "--quiet", "--alarm-rate", "0.3");
        int anomalies = File.ReadAllLines(file).Count(line => line.EndsWith(",true", StringComparison.Ordinal));
        Assert.Equal(anomalies, json.GetProperty("anomalies").GetInt32());
        Assert.Equal(0.3, json.GetProperty("calibration").GetProperty("alarm_rate").GetDouble());
        Assert.InRange(anomalies, 1, 119);
    }

    [Fact]
    public void False_discoveries_are_decided_over_the_whole_input()
    {
        // Rows far from the training rows, and as many usual ones.
        string file = run.Write("mixed.csv", [.. Enumerable.Range(0, 20).Select(i => i < 10 ? (60.0 + i, -50.0) : CalibratedRun.Row(i))]);
        string[] lines = Lines("score", run.Run, file, "--quiet", "--false-discovery-rate", "0.2");
        Assert.All(lines.Skip(1).Take(10), line => Assert.EndsWith(",true", line, StringComparison.Ordinal));
        double[] pValues = [.. lines.Skip(1).Select(line => Number(line.Split(',')[3]))];
        double limit = FalseDiscoveries.Limit(pValues, 0.2);
        Assert.Equal(pValues.Select(p => p <= limit), lines.Skip(1).Select(line => line.EndsWith(",true", StringComparison.Ordinal)));
        Assert.Equal(0.2, Json("score", run.Run, file, "--quiet", "--json", "--false-discovery-rate", "0.2")
            .GetProperty("false_discovery_rate").GetDouble());
    }

    [Fact]
    public void An_evaluation_draws_the_calibration_and_measures_at_the_threshold()
    {
        string file = run.Write("labelled.csv", [.. Enumerable.Range(0, 60).Select(i => i < 12 ? (60.0 + i, -50.0) : CalibratedRun.Row(i))],
            i => i < 12 ? "1" : "0");
        Assert.Contains("calibration.png", string.Join('\n', Lines("evaluate", run.Run, "--quiet")), StringComparison.Ordinal);
        string picture = Path.Combine(run.Run, "calibration.png");
        Assert.True(new FileInfo(picture).Length > 1000);
        Assert.Contains("needs labels", Error(2, "evaluate", run.Run, "--labels"), StringComparison.Ordinal);
        string folder = Path.Combine(run.Folder, "labelled");
        string train = run.Write("train.csv", [.. Enumerable.Range(0, 120).Select(CalibratedRun.Row)], _ => "0");
        (int code, _, string error) = JouleProgramTests.Invoke([.. run.Line(folder, "--test", file, "--label", "kind", "--set",
            "data.calibration_share=0.5").Select(word => word == run.Data ? train : word)]);
        Assert.True(code == 0, error);
        JsonElement labels = Json("evaluate", folder, "--labels", "--json", "--quiet").GetProperty("labels");
        Assert.Equal("1", labels.GetProperty("anomaly_classes")[0].GetString());
        Assert.Equal((48, 12), (labels.GetProperty("normal").GetInt32(), labels.GetProperty("anomalies").GetInt32()));
        Assert.Equal(1, labels.GetProperty("auroc").GetProperty("value").GetDouble());
        Assert.Equal(1, labels.GetProperty("detection_at").GetProperty("10").GetProperty("low").GetDouble());
        Assert.Equal(JsonValueKind.Object, labels.GetProperty("recall").ValueKind);
        Assert.Contains("recall", string.Join('\n', Lines("evaluate", folder, "--labels", "--quiet")), StringComparison.Ordinal);
    }

    [Fact]
    public void The_alarm_rate_changes_without_the_weights()
    {
        string model = Path.Combine(run.Folder, "copy.safetensors");
        File.Copy(Path.Combine(run.Run, "model.safetensors"), model, overwrite: true);
        byte[] before = File.ReadAllBytes(model);
        string said = string.Join('\n', Lines("threshold", model, "--alarm-rate", "0.1"));
        Assert.Contains("Alarm rate        0.1\n", said + "\n", StringComparison.Ordinal);
        byte[] after = File.ReadAllBytes(model);
        // Everything after the header is the same; headers are padded to multiples of 8 bytes.
        int start = 8 + BitConverter.ToInt32(before), begin = 8 + BitConverter.ToInt32(after);
        Assert.True(before.AsSpan(start).SequenceEqual(after.AsSpan(begin)));
        Assert.Equal(0.1, ModelCalibration.Read(model)!.AlarmRate);
        Lines("threshold", model, "--alarm-rate", "0.05");
        Assert.Equal(before, File.ReadAllBytes(model));
        Assert.Contains("joule: warning: with 48 calibration rows the smallest p-value is 0.0204082, so no row can be an anomaly at the "
            + "rate 0.001. Calibrate with at least 999 rows", Error(0, "threshold", model, "--alarm-rate", "0.001"),
            StringComparison.Ordinal);
        Assert.Contains("none: no row can be an anomaly", string.Join('\n', Lines("threshold", model)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_trained_model_is_calibrated_with_a_file()
    {
        string folder = Path.Combine(run.Folder, "plain");
        (int code, _, string error) = run.Train(folder);
        Assert.True(code == 0, error);
        Assert.Equal("index,name,energy", Lines("score", folder, run.Data, "--quiet")[0]);
        foreach (string[] asked in (string[][])[["--p-values"], ["--alarm-rate", "0.1"], ["--false-discovery-rate", "0.1"]])
        {
            Assert.Contains("is not calibrated, so it gives energies but no p-values", Error(2, ["score", folder, run.Data, .. asked]),
                StringComparison.Ordinal);
        }
        Assert.Contains("is not calibrated", Error(2, "threshold", folder), StringComparison.Ordinal);
        Lines("threshold", folder, "--calibrate", run.Data, "--alarm-rate", "0.02", "--quiet");
        Assert.Equal((120, 0.02), (ModelCalibration.Read(folder)!.Count, ModelCalibration.Read(folder)!.AlarmRate));
        Assert.Equal("index,name,energy,p_value,anomaly", Lines("score", folder, run.Data, "--quiet")[0]);
        string three = run.Write("three.csv", [(0, 0), (1, 0), (0, 1)]);
        Assert.Contains("3 rows cannot calibrate a model; at least 20", Error(2, "threshold", folder, "--calibrate", three),
            StringComparison.Ordinal);
        Assert.Equal(120, ModelCalibration.Read(folder)!.Count);
    }

    [Fact]
    public void Rows_of_another_file_calibrate_a_run()
    {
        string folder = Path.Combine(run.Folder, "other");
        (int code, string output, string error) = run.Train(folder, "--calibrate", run.Data);
        Assert.True(code == 0, error);
        Assert.Contains("Calibrated: 120 rows, alarm rate 0.01", output, StringComparison.Ordinal);
        Assert.Contains("both given", Error(2, run.Line(Path.Combine(run.Folder, "no"), "--calibrate", run.Data, "--set",
            "data.calibration_share=0.5")), StringComparison.Ordinal);
        Assert.Contains("draws 5 of 96 rows; at least 20", Error(2, run.Line(Path.Combine(run.Folder, "no"), "--set",
            "data.calibration_share=0.05")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("1")]
    [InlineData("1.5")]
    [InlineData("x")]
    public void A_rate_outside_its_range_is_refused(string rate)
    {
        Error(2, "threshold", run.Run, "--alarm-rate", rate);
        Error(2, "score", run.Run, run.Data, "--alarm-rate", rate);
        Error(2, "score", run.Run, run.Data, "--false-discovery-rate", rate);
        Error(2, run.Line(Path.Combine(run.Folder, "no"), "--alarm-rate", rate));
        Assert.Equal(0.05, ModelCalibration.Read(run.Run)!.AlarmRate);
    }

    [Fact]
    public void Two_rules_at_once_are_refused() => Assert.Contains("Give one of the two",
        Error(2, "score", run.Run, run.Data, "--alarm-rate", "0.1", "--false-discovery-rate", "0.1"), StringComparison.Ordinal);

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static JsonElement Json(params string[] line) => JsonDocument.Parse(Assert.Single(Lines(line))).RootElement;

    private static string[] Lines(params string[] line)
    {
        (int code, string output, string error) = JouleProgramTests.Invoke(line);
        Assert.True(code == 0, error);
        return output.TrimEnd('\n').Split('\n');
    }

    private static string Error(int expected, params string[] line)
    {
        (int code, _, string error) = JouleProgramTests.Invoke(line);
        Assert.Equal(expected, code);
        return error;
    }
}

/// <summary>A small table of two columns, and a run on half of it that the other half calibrates.</summary>
public sealed class CalibratedRun : IDisposable
{
    public CalibratedRun()
    {
        Data = Write("rows.csv", [.. Enumerable.Range(0, 120).Select(Row)]);
        (int code, Output, Said) = Train(Run, "--set", "data.calibration_share=0.5", "--alarm-rate", "0.05");
        Assert.True(code == 0, Said);
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("joule-calibrated-").FullName;

    public string Run => Path.Combine(Folder, "run");

    public string Data { get; }

    public string Output { get; }

    public string Said { get; }

    public static (double X, double Y) Row(int i) => (Math.Sin(i * 1.7) + 0.1 * Math.Cos(i * 3.1), Math.Cos(i * 2.3));

    public string Write(string name, (double X, double Y)[] rows, Func<int, string>? kind = null)
    {
        StringBuilder text = new(kind is null ? "x,y\n" : "x,y,kind\n");
        for (int i = 0; i < rows.Length; i++)
            text.Append(CultureInfo.InvariantCulture, $"{rows[i].X},{rows[i].Y}{(kind is null ? "" : $",{kind(i)}")}\n");
        string file = Path.Combine(Folder, name);
        File.WriteAllText(file, text.ToString());
        return file;
    }

    public (int Code, string Output, string Error) Train(string folder, params string[] further) =>
        JouleProgramTests.Invoke(Line(folder, further));

    public string[] Line(string folder, params string[] further) =>
    [
        "train", "table", "--data", Data, "--out", folder, "--epochs", "2", "--set", "objective.negatives.slots=128",
        "--set", "objective.negatives.steps=3", "--set", "training.schedule.type=constant", "--set", "sampling.steps=3", .. further,
    ];

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
