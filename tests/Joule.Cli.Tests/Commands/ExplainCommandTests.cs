using System.Text.Json;
using Joule.Data;
using Xunit;

namespace Joule.Cli.Tests.Commands;

/// <summary>Explanations of rows, on a model of two columns with y = 2x, and of images, on a small model.</summary>
public sealed class ExplainCommandTests : IClassFixture<FittedRun>
{
    private readonly FittedRun _run;
    private readonly TinyRun _tiny;

    public ExplainCommandTests(FittedRun run, TinyRun tiny) => (_run, _tiny) = (run, tiny);

    [Fact]
    public void Rows_are_explained_in_words()
    {
        string rows = _run.Write("wrong.csv", "x,y\n1.0,9.0\n1.2,2.4\n");
        string text = Output("explain", _run.Run, rows, "--row", "0", "--top", "1", "--quiet");
        Assert.Matches(@"^row 0 \(wrong\.csv#0\): energy \d+\.\d\d nats, p-value 0\.\d+; "
            + @"-?\d+\.\d\d is (likely|the lowest that was found)\n"
            + @"  y is 9 and should have been about [12]\.?\d* \(\d+\.\d\d nats\)\n", text);
        string all = Output("explain", _run.Run, rows, "--quiet");
        Assert.StartsWith("row 0", all, StringComparison.Ordinal); // the highest energy first
        Assert.Contains("row 1", all, StringComparison.Ordinal);
        Assert.Contains("a likely row: nothing to explain", Output("explain", _run.Run, rows, "--row", "1", "--level", "1e6"),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Shares_add_up_in_JSON()
    {
        string rows = _run.Write("json.csv", "x,y\n1.0,9.0\n5.0,2.4\n");
        using JsonDocument json = JsonDocument.Parse(Output("explain", _run.Run, rows, "--row", "1", "0", "--json", "--quiet"));
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("level").ValueKind);
        JsonElement[] found = [.. json.RootElement.GetProperty("rows").EnumerateArray()];
        Assert.Equal([1, 0], found.Select(row => row.GetProperty("index").GetInt32()));
        Assert.Equal("json.csv#1", found[0].GetProperty("name").GetString());
        foreach (JsonElement row in found)
        {
            JsonElement[] shares = [.. row.GetProperty("shares").EnumerateArray()];
            Assert.Equal(2, shares.Length);
            double total = row.GetProperty("energy").GetDouble() - row.GetProperty("reference_energy").GetDouble();
            Assert.Equal(total, shares.Sum(s => s.GetProperty("share").GetDouble()), 1e-4);
            Assert.True(total > 10);
        }
        Assert.Equal(("y", 9), (found[1].GetProperty("shares")[0].GetProperty("column").GetString(),
            found[1].GetProperty("shares")[0].GetProperty("value").GetDouble()));
    }

    [Fact]
    public void Images_become_a_picture()
    {
        using TemporaryFolder folder = new();
        string picture = folder.File("why.png"), images = Path.Combine(_tiny.Data, "t10k-images-idx3-ubyte.gz");
        string text = Output("explain", _tiny.Run, images, "--row", "0", "2", "--quiet", "--out", picture);
        Assert.Contains($"{picture}: 2 images", text, StringComparison.Ordinal);
        Assert.Equal(1200, PngFile.Read(picture).Width);
        using JsonDocument json = JsonDocument.Parse(
            Output("explain", _tiny.Run, images, "--json", "--quiet", "--out", picture, "--level", "-1e9"));
        Assert.Equal(picture, json.RootElement.GetProperty("map").GetString());
        JsonElement[] rows = [.. json.RootElement.GetProperty("rows").EnumerateArray()];
        Assert.NotEmpty(rows);
        Assert.All(rows, row => Assert.True(row.GetProperty("reference_energy").GetDouble() <= row.GetProperty("energy").GetDouble()));
        Assert.Contains("has no folder for the picture", Fails("explain", _tiny.Model, images), StringComparison.Ordinal);
        Assert.Contains("--top is for columns", Fails("explain", _tiny.Model, images, "--top", "2", "--out", picture),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Bad_input_is_refused()
    {
        string rows = _run.Write("bad.csv", "x,y\n1.0,9.0\n");
        Assert.Contains("--row 1: ", Fails("explain", _run.Run, rows, "--row", "1"), StringComparison.Ordinal);
        Assert.Contains("numbered from 0 to 0", Fails("explain", _run.Run, rows, "--row", "1"), StringComparison.Ordinal);
        Assert.Contains("--row expects", Fails("explain", _run.Run, rows, "--row", "x"), StringComparison.Ordinal);
        Assert.Contains("--top expects", Fails("explain", _run.Run, rows, "--top", "0"), StringComparison.Ordinal);
        Assert.Contains("--level expects", Fails("explain", _run.Run, rows, "--level", "nan"), StringComparison.Ordinal);
        Assert.Contains("--out is for the maps", Fails("explain", _run.Run, rows, "--out", "x.png"), StringComparison.Ordinal);
    }

    private static string Output(params string[] line)
    {
        (int code, string output, string error) = JouleProgramTests.Invoke(line);
        Assert.True(code == 0, error);
        return output;
    }

    private static string Fails(params string[] line)
    {
        (int code, _, string error) = JouleProgramTests.Invoke(line);
        Assert.Equal(2, code);
        return error;
    }
}
