using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Joule.Data;
using Xunit;

namespace Joule.Cli.Tests.Commands;

public sealed class WatchCommandTests(CalibratedRun run) : IClassFixture<CalibratedRun>
{
    [Fact]
    public void A_stream_that_moves_is_reported_with_its_columns()
    {
        string file = run.Write("moves.csv",
            [.. Enumerable.Range(0, 400).Select(CalibratedRun.Row).Select((row, i) => (row.X, i < 200 ? row.Y : row.Y + 6))]);
        JsonElement[] events = Events(Watch("", file, "--json", "--window", "100"));
        JsonElement[] states = [.. events.Where(e => Kind(e) == "state")];
        Assert.Equal([100, 200, 300, 400], states.Select(s => s.GetProperty("rows").GetInt32()));
        JsonElement drift = Assert.Single(events, e => Kind(e) == "drift");
        Assert.InRange(drift.GetProperty("rows").GetInt32(), 201, 300);
        JsonElement[] moved = [.. events.Where(e => Kind(e) == "columns")];
        Assert.Equal([300, 400], moved.Select(m => m.GetProperty("rows").GetInt32()));
        Assert.All(moved, m => Assert.Equal("y", Assert.Single(m.GetProperty("moved").EnumerateArray()).GetProperty("name").GetString()));
        JsonElement last = states[^1].GetProperty("alarm_rate");
        Assert.Equal((0.05, 1.0, 100), (last.GetProperty("promised").GetDouble(), last.GetProperty("last").GetDouble(),
            last.GetProperty("last_rows").GetInt32()));
        Assert.InRange(last.GetProperty("value").GetDouble(), last.GetProperty("low").GetDouble(), last.GetProperty("high").GetDouble());
        Assert.Equal(drift.GetProperty("rows").GetInt64(), states[^1].GetProperty("drift").GetProperty("first_alarm").GetInt64());
        string text = Watch("", file, "--window", "100").Output;
        Assert.Contains("rows: DRIFT: the energies", text, StringComparison.Ordinal);
        Assert.Contains("300 rows: column \"y\" MOVED in the last 100 rows: 100.0% above ", text, StringComparison.Ordinal);
        Assert.All(moved, m => Assert.Equal("training", m.GetProperty("reference").GetString()));
        Assert.Contains("400 rows: ", text, StringComparison.Ordinal);
        Assert.Equal(text, Watch(File.ReadAllText(file), "-", "--window", "100", "--threads", "1").Output);
    }

    [Fact]
    public void A_stream_that_differs_from_the_training_rows_from_its_start_on_is_reported()
    {
        string file = run.Write("shifted.csv", [.. Enumerable.Range(0, 150).Select(CalibratedRun.Row).Select(row => (row.X + 3, row.Y))]);
        (int code, string output, string error) = Watch("", file, "--json", "--window", "100");
        Assert.Equal(0, code);
        Assert.Contains("The reference of the columns is the 48 training rows of the model", error, StringComparison.Ordinal);
        JsonElement[] moved = [.. Events((code, output, error)).Where(e => Kind(e) == "columns")];
        Assert.Equal([(100, 100), (150, 50)], moved.Select(m => (m.GetProperty("rows").GetInt32(), m.GetProperty("compared").GetInt32())));
        Assert.All(moved, m => Assert.Equal("x", Assert.Single(m.GetProperty("moved").EnumerateArray()).GetProperty("name").GetString()));
    }

    // Before models kept the distribution of their training rows.
    [Fact]
    public void For_a_model_of_an_earlier_version_the_first_rows_are_the_reference()
    {
        string old = Path.Combine(run.Folder, "old.safetensors");
        SafeTensorsContent content = SafeTensors.Read(Path.Combine(run.Run, "model.safetensors"));
        JsonObject description = JsonNode.Parse(content.Metadata["joule"])!.AsObject();
        Assert.True(description["transform"]!.AsObject().Remove("profile"));
        SafeTensors.Write(old, content.Tensors,
            new SortedDictionary<string, string>(content.Metadata.ToDictionary()) { ["joule"] = description.ToJsonString() });
        string file = run.Write("moves.csv",
            [.. Enumerable.Range(0, 300).Select(CalibratedRun.Row).Select((row, i) => (row.X + 3, i < 200 ? row.Y : row.Y + 6))]);
        (int code, string output, string error) = JouleProgramTests.Invoke("watch", old, file, "--json", "--window", "100");
        Assert.Contains("The reference of the columns is the first 100 rows of the stream, because the model is of an earlier version",
            error, StringComparison.Ordinal);
        JsonElement moved = Assert.Single(Events((code, output, error)), e => Kind(e) == "columns");
        Assert.Equal((300, "stream"), (moved.GetProperty("rows").GetInt32(), moved.GetProperty("reference").GetString()));
        Assert.Equal("y", Assert.Single(moved.GetProperty("moved").EnumerateArray()).GetProperty("name").GetString());
    }

    [Fact]
    public void Bad_rows_end_the_stream_or_are_events()
    {
        StringBuilder rows = new();
        for (int i = 0; i < 30; i++)
        {
            (double x, double y) = CalibratedRun.Row(i);
            rows.Append(CultureInfo.InvariantCulture, $"{{\"x\":{(i == 25 ? "\"tall\"" : x)},\"y\":{y}}}\n");
        }
        (int code, string output, string error) = Watch(rows.ToString(), "-", "--format", "ndjson", "--json", "--window", "20");
        Assert.Equal((2, 1), (code, output.TrimEnd('\n').Split('\n').Length));
        Assert.Contains("line 26, column \"x\"", error, StringComparison.Ordinal);
        JsonElement[] events = Events(
            Watch(rows.ToString(), "-", "--format", "ndjson", "--json", "--window", "20", "--keep-going"));
        Assert.Equal(["state", "error", "state"], events.Select(Kind));
        Assert.Equal((30, 1), (events[2].GetProperty("rows").GetInt32(), events[2].GetProperty("errors").GetInt32()));
        string text = Watch(rows.ToString(), "-", "--format", "ndjson", "--window", "20", "--keep-going").Output;
        Assert.EndsWith("; 1 row with errors\n", text, StringComparison.Ordinal);
        Assert.Equal(9, events[2].GetProperty("alarm_rate").GetProperty("last_rows").GetInt32());
    }

    [Fact]
    public void What_cannot_be_watched_is_refused()
    {
        Assert.Contains("is not a stream of rows", Watch("", "rows.parquet").Error, StringComparison.Ordinal);
        Assert.Contains("--window expects a whole number from 20", Watch("", "-", "--window", "5").Error, StringComparison.Ordinal);
        Assert.Contains("The drift level is 1; it must be above 0 and below 1", Watch("", "-", "--drift-level", "1").Error,
            StringComparison.Ordinal);
    }

    private static string? Kind(JsonElement json) => json.GetProperty("event").GetString();

    private static JsonElement[] Events((int Code, string Output, string Error) result)
    {
        Assert.True(result.Code == 0, result.Error);
        return [.. result.Output.TrimEnd('\n').Split('\n').Select(line => JsonDocument.Parse(line).RootElement)];
    }

    private (int Code, string Output, string Error) Watch(string text, string input, params string[] further)
    {
        using StringWriter output = new(), error = new();
        int code = JouleProgram.Run(
            ["watch", run.Run, input, .. further], output, error, null, () => new MemoryStream(Encoding.UTF8.GetBytes(text)));
        return (code, output.ToString(), error.ToString());
    }
}
