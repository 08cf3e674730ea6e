using System.Globalization;
using System.Text;
using System.Text.Json;
using Xunit;

namespace Joule.Cli.Tests.Commands;

/// <summary>
/// A table end to end, from training to samples: categories, missing values, quotes, a constant column and an identifier.
/// </summary>
public sealed class TableCommandsTests(TableRun table) : IClassFixture<TableRun>
{
    [Fact]
    public void The_report_lists_the_columns_and_how_each_is_used()
    {
        Assert.Contains("120 rows of 6 columns, 3 in the energy as 7 numbers; 96 to train on, 24 drawn by seed 1 to test with",
            table.Said, StringComparison.Ordinal);
        Assert.Contains("label kind; left out: id (identifier: text with 96 different values in 96 rows); same (constant: one value",
            table.Said, StringComparison.Ordinal);
        string[] lines = [.. table.Said.Split('\n').SkipWhile(line => !line.StartsWith("column ",
            StringComparison.Ordinal)).Skip(1).Take(6)];
        Assert.Equal(["id", "x", "city,", "n", "same", "kind"], lines.Select(line => line.Split(' ')[0]));
        Assert.Contains("numeric", lines[1], StringComparison.Ordinal);
        Assert.Contains("one number per level", lines[2], StringComparison.Ordinal);
        Assert.Contains("and whether it is missing", lines[3], StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_are_scored_by_name_in_any_order_of_columns()
    {
        string[] straight = Lines("score", table.Run, table.Data, "--quiet");
        Assert.Equal(("index,name,energy", 121), (straight[0], straight.Length));
        Assert.StartsWith("3,r3,", straight[4], StringComparison.Ordinal);
        using TemporaryFolder folder = new();
        File.WriteAllText(folder.File("turned.tsv"), TableRun.Turned());
        Refused("turned.tsv, line 1: the model has no column \"more\".", "score", table.Run, folder.File("turned.tsv"));
        (int code, string output, string error) = JouleProgramTests.Invoke(
            "score", table.Run, folder.File("turned.tsv"), "--accept-unknown");
        Assert.Equal(0, code);
        Assert.Contains("1 column unknown to the model is not used: \"more\"", error, StringComparison.Ordinal);
        Assert.Equal(straight.Skip(1).Select(line => line.Split(',')[^1]),
            output.TrimEnd('\n').Split('\n').Skip(1).Select(line => line.Split(',')[^1]));
    }

    [Theory]
    [InlineData("x,town\n1,Rome\n", "column \"city, country\" is missing")]
    [InlineData("X,\"city, country\",n\n1,Rome,1\n", "column \"x\" is missing (did you mean \"X\", which the file has?)")]
    [InlineData("x,\"city, country\",n\n1,Rome,1\n",
        "line 2, column 2 (\"city, country\"): \"Rome\" is a level that the model does not know")]
    [InlineData("x,\"city, country\",n\n1,Paris,1\ntall,Paris,1\n", "line 3, column 1 (\"x\"): \"tall\" is not a number")]
    public void Another_schema_is_refused_by_name(string text, string problem)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder.File("other.csv"), text);
        Refused(problem, "score", table.Run, folder.File("other.csv"));
    }

    [Fact]
    public void Labels_are_evaluated_one_by_one()
    {
        JsonElement json = JsonDocument.Parse(Assert.Single(Lines("evaluate", table.Run, "--json", "--quiet"))).RootElement;
        Assert.InRange(json.GetProperty("auroc").GetProperty("noise").GetDouble(), 0, 1);
        JsonElement labels = json.GetProperty("labels");
        Assert.Equal("kind", labels.GetProperty("name").GetString());
        JsonElement[] levels = [.. labels.GetProperty("levels").EnumerateArray()];
        Assert.Equal(["bad", "good"], levels.Select(level => level.GetProperty("label").GetString()));
        Assert.Equal(24, levels.Sum(level => level.GetProperty("count").GetInt32()));
        Assert.Equal(1, levels.Sum(level => level.GetProperty("auroc").GetDouble()), 1e-12);
        Assert.Contains("all others below it", string.Join('\n', Lines("evaluate", table.Run, "--quiet")), StringComparison.Ordinal);
    }

    [Fact]
    public void Known_anomalies_are_measured_with_intervals()
    {
        string line = Assert.Single(Lines("evaluate", table.Run, "--anomaly-classes", "bad", "--json", "--quiet"));
        JsonElement labels = JsonDocument.Parse(line).RootElement.GetProperty("labels");
        double[] levels = [.. labels.GetProperty("levels").EnumerateArray().Select(level => level.GetProperty("auroc").GetDouble())];
        JsonElement auroc = labels.GetProperty("auroc");
        Assert.Equal(levels[0], auroc.GetProperty("value").GetDouble(), 1e-12);
        Assert.InRange(auroc.GetProperty("value").GetDouble(), auroc.GetProperty("low").GetDouble(), auroc.GetProperty("high").GetDouble());
        Assert.Equal(24, labels.GetProperty("normal").GetInt32() + labels.GetProperty("anomalies").GetInt32());
        Assert.Equal(JsonValueKind.Null, labels.GetProperty("precision").ValueKind); // not calibrated
        Assert.InRange(labels.GetProperty("detection_at").GetProperty("10").GetProperty("value").GetDouble(), 0, 1);
        string text = string.Join('\n', Lines("evaluate", table.Run, "--anomaly-classes", "bad", "--quiet"));
        Assert.Contains("average precision", text, StringComparison.Ordinal);
        Assert.Contains("The model is not calibrated", text, StringComparison.Ordinal);
        Refused("Say which labels are anomalies: --anomaly-classes A,B. The labels are \"bad\", \"good\".",
            "evaluate", table.Run, "--labels");
        Refused("has the label \"bat\". Did you mean \"bad\"?", "evaluate", table.Run, "--anomaly-classes", "bat");
        Refused("24 of 24 test rows are anomalies", "evaluate", table.Run, "--anomaly-classes", "bad,good");
    }

    [Fact]
    public void Another_file_is_evaluated_whole()
    {
        JsonElement json = JsonDocument.Parse(Assert.Single(Lines("evaluate", table.Run, "--data", table.Data, "--json",
            "--quiet"))).RootElement;
        Assert.Equal(120,
            json.GetProperty("labels").GetProperty("levels").EnumerateArray().Sum(level => level.GetProperty("count").GetInt32()));
    }

    [Fact]
    public void Samples_are_rows_that_can_be_scored()
    {
        using TemporaryFolder folder = new();
        Lines("sample", table.Run, "--count", "20", "--out", folder.File("s.csv"), "--quiet");
        string[] rows = File.ReadAllText(folder.File("s.csv")).TrimEnd('\n').Split('\n');
        Assert.Equal(("id,x,\"city, country\",n,same,kind", 21), (rows[0], rows.Length));
        Assert.All(rows.Skip(1), row => Assert.StartsWith(",", row, StringComparison.Ordinal));
        Assert.All(rows.Skip(1), row => Assert.EndsWith(",v1,", row, StringComparison.Ordinal));
        Assert.Equal(21, Lines("score", table.Run, folder.File("s.csv"), "--quiet").Length);
        Refused("--out cannot write *.png", "sample", table.Run, "--out", folder.File("s.png"));
    }

    [Fact]
    public void Info_says_which_columns_carry_the_energy()
    {
        JsonElement[] columns = [.. JsonDocument.Parse(Assert.Single(Lines("info", table.Run,
            "--json"))).RootElement.GetProperty("columns").EnumerateArray()];
        Assert.Equal(["id", "x", "city, country", "n", "same", "kind"], columns.Select(column => column.GetProperty("name").GetString()));
        Assert.Equal([0, 1, 4, 2, 0, 0], columns.Select(column => column.GetProperty("width").GetInt32()));
        Assert.True(double.IsFinite(columns[1].GetProperty("carries").GetDouble()));
        Assert.Equal(JsonValueKind.Number, columns[3].GetProperty("carries").ValueKind);
        Assert.Contains("carries", string.Join('\n', Lines("info", table.Run)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_resumed_run_ends_with_the_same_model()
    {
        using TemporaryFolder folder = new();
        Assert.Equal(0, table.Train("--out", folder.File("short"), "--epochs", "1").Code);
        (int code, _, string error) = JouleProgramTests.Invoke("train", "--resume", folder.File("short"), "--epochs", "2", "--quiet");
        Assert.True(code == 0, error);
        Assert.Equal(Weights(Path.Combine(table.Run, "model.safetensors")), Weights(folder.File("short/model.safetensors")));
    }

    [Fact]
    public void The_inferred_kind_of_a_column_can_be_overridden()
    {
        using TemporaryFolder folder = new();
        (int code, _, string error) = table.Train(
            "--out", folder.File("run"), "--epochs", "0", "--set", "data.columns.n=categorical", "--set",
                "data.columns.city, country=ignore", "--set", "data.columns.x=robust");
        Assert.True(code == 0, error);
        Assert.Contains("robust", error, StringComparison.Ordinal);
        Assert.Contains("city, country (ignored: you said so)", error, StringComparison.Ordinal);
        Refused("there is no column \"agee\"", [.. table.Line("--set", "data.columns.agee=ignore", "--out", folder.File("no"))]);
        Refused("data.columns.x is \"number\"; it must be one of numeric, ",
            [.. table.Line("--set", "data.columns.x=number", "--out", folder.File("no"))]);
        Refused("there is no column \"class\"", "train", "table", "--data", table.Data, "--label", "class", "--out", folder.File("no"));
    }

    [Theory]
    [InlineData("a,b\n1,2\n3\n", "line 3, column 2")]
    [InlineData("a,b\n1,\"2\n", "line 2, column 2")]
    [InlineData("a,b\n1,\0\n", "line 2, column 2")]
    [InlineData("a,b\n", "line 1, column 1: the header is the only line")]
    [InlineData("a,a\n1,2\n", "line 1, column 2: columns 1 and 2 are both called \"a\"")]
    [InlineData("a,b\n1,\"3,5\"\n", "line 2, column 2 (\"b\"): \"3,5\" is a number with a comma")]
    [InlineData("a;b\n1;2\n", "--set data.separator=;.")]
    public void Bad_tables_are_refused_with_line_and_column(string text, string problem)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder.File("bad.csv"), text);
        Refused(problem, "train", "table", "--data", folder.File("bad.csv"), "--out", folder.File("run"));
        Assert.False(Directory.Exists(folder.File("run")));
    }

    [Fact]
    public void A_missing_table_and_a_table_for_an_image_model_are_refused()
    {
        using TemporaryFolder folder = new();
        Refused("There is no file", "train", "table", "--data", folder.File("none.csv"), "--out", folder.File("run"));
        Refused("data.label", "train", "seed", "--data", table.Data, "--label", "kind", "--out", folder.File("run"));
    }

    private static string Weights(string model) => Convert.ToHexString(File.ReadAllBytes(model).AsSpan()[^2000..]);

    private static string[] Lines(params string[] line)
    {
        (int code, string output, string error) = JouleProgramTests.Invoke(line);
        Assert.True(code == 0, error);
        return output.TrimEnd('\n').Split('\n');
    }

    private static void Refused(string problem, params string[] line)
    {
        (int code, _, string error) = JouleProgramTests.Invoke(line);
        Assert.Contains(problem, error, StringComparison.Ordinal);
        Assert.Equal(2, code);
    }
}

/// <summary>A small table and a run of two epochs on it.</summary>
public sealed class TableRun : IDisposable
{
    private const int Rows = 120;
    private static readonly string[] Cities = ["\"Rome, Italy\"", "Paris", "\"\"\"New\"\" York\""];
    private readonly string _folder = Directory.CreateTempSubdirectory("joule-table-").FullName;

    public TableRun()
    {
        StringBuilder text = new("id,x,\"city, country\",n,same,kind\r\n");
        for (int i = 0; i < Rows; i++)
            text.Append(CultureInfo.InvariantCulture, $"r{i},{X(i)},{Cities[i % 3]},{N(i)},v1,{(i % 6 == 0 ? "bad" : "good")}\r\n");
        File.WriteAllText(Data, text.ToString());
        (int code, _, Said) = Train("--out", Run, "--epochs", "2");
        Assert.True(code == 0, Said);
    }

    public string Data => Path.Combine(_folder, "people.csv");

    public string Run => Path.Combine(_folder, "run");

    /// <summary>What the training reported about its data.</summary>
    public string Said { get; }

    public (int Code, string Output, string Error) Train(params string[] further) => JouleProgramTests.Invoke(Line(further));

    public string[] Line(params string[] further) =>
    [
        "train", "table", "--data", Data, "--label", "kind", "--set", "objective.negatives.slots=128", "--set",
            "objective.negatives.steps=3",
        "--set", "training.schedule.type=constant", "--set", "sampling.steps=3", .. further,
    ];

    /// <summary>The same rows with columns in another order, one more column, and tabs as separators.</summary>
    public static string Turned()
    {
        StringBuilder text = new("more\tn\tcity, country\tx\n");
        for (int i = 0; i < Rows; i++)
            text.Append(CultureInfo.InvariantCulture, $"{i}\t{N(i)}\t{Cities[i % 3]}\t{X(i)}\n");
        return text.ToString();
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string X(int i) => Math.Sin(i * 1.7).ToString("0.0000", CultureInfo.InvariantCulture);

    private static string N(int i) => i % 8 == 3 ? "" : (i * i % 7).ToString(CultureInfo.InvariantCulture);
}
