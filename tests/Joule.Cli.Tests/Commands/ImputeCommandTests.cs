using System.Globalization;
using System.Text;
using System.Text.Json;
using Joule.Scoring;
using Xunit;

namespace Joule.Cli.Tests.Commands;

/// <summary>A model of two columns of which one follows from the other, and tables with holes.</summary>
public sealed class ImputeCommandTests : IClassFixture<FittedRun>
{
    private readonly FittedRun _run;

    public ImputeCommandTests(FittedRun run) => _run = run;

    [Fact]
    public void A_table_is_filled_on_standard_output_and_in_a_file()
    {
        string holes = _run.Write("holes.csv", "x,y,extra\n1.0,,keep\n,2.0,me\n1.5,3.0,whole\n");
        (int code, string output, string error) = JouleProgramTests.Invoke("impute", _run.Run, holes, "--quiet");
        Assert.True(code == 0, error);
        Assert.Contains("1 column unknown to the model is not used", error, StringComparison.Ordinal);
        Assert.DoesNotContain("the median replaces it", error, StringComparison.Ordinal);
        string[] lines = output.Split('\n');
        Assert.Equal(2, double.Parse(lines[1].Split(',')[1], CultureInfo.InvariantCulture), 0.5);
        Assert.Equal(1, double.Parse(lines[2].Split(',')[0], CultureInfo.InvariantCulture), 0.5);
        Assert.Equal(("1.0", ",keep", "1.5,3.0,whole"), (lines[1].Split(',')[0], lines[1][^5..], lines[3]));
        string file = Path.Combine(_run.Folder, "whole.csv");
        (code, string json, error) = JouleProgramTests.Invoke("impute", _run.Run, holes, "--quiet", "--json", "--out", file,
            "--threads", "1");
        Assert.True(code == 0, error);
        Assert.Equal(output, File.ReadAllText(file));
        JsonElement found = JsonDocument.Parse(json).RootElement;
        Assert.Equal((3, 2, 2, 0), (found.GetProperty("rows").GetInt32(), found.GetProperty("rows_filled").GetInt32(),
            found.GetProperty("cells").GetInt32(), found.GetProperty("draws").GetInt32()));
        Assert.InRange(found.GetProperty("effective_draws").GetDouble(), 10, 256);
        Assert.Contains("would be lost", Fails("impute", _run.Run, holes, "--out", file), StringComparison.Ordinal);
        Assert.Contains("would replace an input", Fails("impute", _run.Run, holes, "--out", holes), StringComparison.Ordinal);
    }

    [Fact]
    public void Draws_are_written_as_several_tables()
    {
        string holes = _run.Write("some.csv", "x,y\n1.0,\n0.5,1.0\n");
        (int code, string output, string error) = JouleProgramTests.Invoke("impute", _run.Run, holes, "--draws", "3");
        Assert.True(code == 0, error);
        Assert.Equal("x,y,draw", output.Split('\n')[0]);
        Assert.Equal(["1", "1", "2", "2", "3", "3"], output.TrimEnd('\n').Split('\n').Skip(1).Select(line => line.Split(',')[2]));
        Assert.Contains("1 cell filled in 2 rows", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Scores_may_integrate_over_missing_cells()
    {
        string holes = _run.Write("scores.csv", "x,y\n1.0,2.1\n1.0,\n,9.0\n");
        string[][] plain = Scores("--threads", "1"), marginal = Scores("--marginal"), again = Scores("--marginal", "--threads", "1");
        Assert.Equal(plain[1], marginal[1]);
        Assert.NotEqual(plain[2], marginal[2]);
        Assert.Equal(marginal, again);
        // One likely number has a lower energy than one that no training row came near.
        double likely = double.Parse(marginal[2][2], CultureInfo.InvariantCulture);
        Assert.True(likely < double.Parse(marginal[3][2], CultureInfo.InvariantCulture));

        string[][] Scores(params string[] options)
        {
            (int code, string output, string error) = JouleProgramTests.Invoke(["score", _run.Run, holes, "--quiet", .. options]);
            Assert.True(code == 0, error);
            return [.. output.TrimEnd('\n').Split('\n').Select(line => line.Split(','))];
        }
    }

    // A file, standard input, the library (row by row, and as a stream) and parts: the draws of a row depend on its values alone.
    [Fact]
    public async Task Integrated_scores_are_the_same_everywhere()
    {
        string text = "x,y\n1.0,2.1\n1.0,\n,9.0\n,\n0.3,0.5\n,1.0\n", holes = _run.Write("everywhere.csv", text);
        string file = Ok(null, "score", _run.Run, holes, "--marginal", "--quiet");
        Assert.Equal(file.Replace("everywhere.csv", "stdin", StringComparison.Ordinal), Ok(text, "score", _run.Run, "-", "--marginal"));
        string parts = Path.Combine(_run.Folder, "marginal-parts");
        for (int i = 3; i >= 1; i--)
            Ok(null, "score", _run.Run, holes, "--marginal", "--quiet", "--shard", $"{i}/3", "--out", parts);
        Assert.Equal(file, Ok(null, "merge", parts));
        Assert.Contains("--marginal", Fails("score", _run.Run, holes, "--quiet", "--shard", "1/3", "--out", parts),
            StringComparison.Ordinal);
        float[] energies = [.. file.TrimEnd('\n').Split('\n').Skip(1).Select(line => line.Split(',')[2])
            .Select(cell => float.Parse(cell, CultureInfo.InvariantCulture))];
        Dictionary<string, object?>[] rows = [.. text.TrimEnd('\n').Split('\n').Skip(1).Select(l => l.Split(',')).Select(c =>
            new Dictionary<string, object?> { ["x"] = Number(c[0]), ["y"] = Number(c[1]) })];
        using Scorer scorer = Scorer.Load(_run.Run, new ScorerOptions { Marginal = true });
        Assert.Equal(energies, rows.Select(row => scorer.Score(row).Energy));
        Assert.Equal(energies, scorer.ScoreFile(holes, TestContext.Current.CancellationToken).Select(s => s.Energy));
        List<float> streamed = [];
        await foreach (Score score in scorer.ScoreAsync(rows.ToAsyncEnumerable(), TestContext.Current.CancellationToken))
            streamed.Add(score.Energy);
        Assert.Equal(energies, streamed);
        // Every row of the training table has both values, so that by default a row without one is refused.
        using Scorer strict = Scorer.Load(_run.Run);
        Assert.Equal(energies[0], strict.Score(rows[0]).Energy);
        Assert.Contains("no value, though every", Assert.Throws<InvalidInputException>(() => strict.Score(rows[1])).Message,
            StringComparison.Ordinal);

        static object? Number(string cell) => cell.Length == 0 ? null : double.Parse(cell, CultureInfo.InvariantCulture);
    }

    [Fact]
    public void Integrated_values_have_no_warning_that_the_median_replaces_them()
    {
        string holes = _run.Write("warned.csv", "x,y\n1.0,\n");
        Assert.Contains("the median replaces it", Said(), StringComparison.Ordinal);
        Assert.DoesNotContain("median", Said("--marginal"), StringComparison.Ordinal);

        string Said(params string[] further) => JouleProgramTests.Invoke(["score", _run.Run, holes, .. further]).Error;
    }

    [Fact]
    public void Bad_input_is_refused()
    {
        string holes = _run.Write("bad.csv", "x,z\n1.0,\n");
        Assert.Contains("\"y\" is missing", Fails("impute", _run.Run, holes), StringComparison.Ordinal);
        Assert.Contains("--draws expects", Fails("impute", _run.Run, holes, "--draws", "0"), StringComparison.Ordinal);
        Assert.Contains("--out cannot write", Fails("impute", _run.Run, holes, "--out", "x.png"), StringComparison.Ordinal);
        string text = _run.Write("text.csv", "x,y\n1.0,\ntall,1.0\n"), lines = _run.Write("rows.ndjson", "{\"x\":1,\"y\":null}\n");
        foreach (string command in (string[])["impute", "explain"])
        {
            Assert.Contains("and - is standard input", Fails(command, _run.Run, "-"), StringComparison.Ordinal);
            Assert.Contains("rows of JSON are read one by one", Fails(command, _run.Run, lines), StringComparison.Ordinal);
            // Advice about options that the command does not have is put right.
            Assert.Contains("line 3, column 1 (\"x\"): \"tall\" is not a number", Fails(command, _run.Run, text), StringComparison.Ordinal);
            Assert.Contains("But --set belongs to 'joule train'", Fails(command, _run.Run, text), StringComparison.Ordinal);
        }
        Assert.Contains("--level expects a number, given 'nan'", Fails("explain", _run.Run, holes, "--level", "nan"),
            StringComparison.Ordinal);
        Assert.Contains("There is no file", Fails("impute", _run.Run, Path.Combine(_run.Folder, "none.csv")), StringComparison.Ordinal);
    }

    private static string Ok(string? input, params string[] line)
    {
        using StringWriter output = new(), error = new();
        int code = JouleProgram.Run(line, output, error, null, () => new MemoryStream(Encoding.UTF8.GetBytes(input ?? "")));
        Assert.True(code == 0, error.ToString());
        return output.ToString();
    }

    private static string Fails(params string[] line)
    {
        (int code, _, string error) = JouleProgramTests.Invoke(line);
        Assert.Equal(2, code);
        return error;
    }
}

/// <summary>A run of the preset <c>anomaly</c> on rows with y = 2x, calibrated.</summary>
public sealed class FittedRun : IDisposable
{
    public FittedRun()
    {
        StringBuilder text = new("x,y\n");
        for (int i = 0; i < 200; i++)
        {
            double x = 1 + Math.Sin(1.7 * i) + 0.3 * Math.Cos(2.3 * i);
            text.Append(CultureInfo.InvariantCulture, $"{x:R},{2 * x + 0.1 * Math.Cos(3.1 * i):R}\n");
        }
        Data = Write("rows.csv", text.ToString());
        (int code, _, string error) = JouleProgramTests.Invoke("train", "anomaly", "--data", Data, "--out", Run, "--quiet", "--set",
            "data.calibration_share=0.3", "--set", "sampling.steps=3", "--alarm-rate", "0.05");
        Assert.True(code == 0, error);
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("joule-fitted-").FullName;

    public string Run => Path.Combine(Folder, "run");

    public string Data { get; }

    public string Write(string name, string text)
    {
        string file = Path.Combine(Folder, name);
        File.WriteAllText(file, text);
        return file;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
