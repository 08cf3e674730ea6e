using System.IO.Pipes;
using System.Text;
using System.Text.Json;
using Xunit;

namespace Joule.Cli.Tests.Commands;

/// <summary><c>joule score</c> on streams of rows.</summary>
public sealed class RowScoringTests(CalibratedRun run) : IClassFixture<CalibratedRun>
{
    [Fact]
    public void Standard_input_gives_the_answers_of_the_file()
    {
        string text = File.ReadAllText(run.Data);
        string[] file = Lines(Score(text, run.Data));
        Assert.Equal(121, file.Length);
        Assert.Equal(file, Lines(Score(text, "-")).Select(line => line.Replace("stdin#", "rows.csv#", StringComparison.Ordinal)));
        Assert.Equal(file, Lines(Score(text.Replace(',', '\t'), "-", "--format", "tsv"))
            .Select(line => line.Replace("stdin#", "rows.csv#", StringComparison.Ordinal)));
        string[] one = Lines(Score(text, run.Data, "--threads", "1"));
        Assert.Equal(file, one);
    }

    [Fact]
    public void Json_lines_have_the_same_answers_in_the_same_keys()
    {
        string[] expected = Lines(Score(File.ReadAllText(run.Data), run.Data));
        string json = string.Concat(File.ReadAllLines(run.Data).Skip(1).Select(line => line.Split(','))
            .Select(cells => $"{{\"y\": {cells[1]}, \"x\": {cells[0]}}}\n"));
        string file = Path.Combine(run.Folder, "rows.ndjson");
        File.WriteAllText(file, json);
        string[] lines = Lines(Score("", file));
        Assert.Equal(lines, Lines(Score(json, "-", "--format", "ndjson")).Select(line => line.Replace("stdin#", "rows.ndjson#",
            StringComparison.Ordinal)));
        Assert.Equal(120, lines.Length);
        for (int i = 0; i < 120; i++)
        {
            JsonElement row = JsonDocument.Parse(lines[i]).RootElement;
            Assert.Equal(["index", "name", "energy", "p_value", "anomaly"], row.EnumerateObject().Select(member => member.Name));
            string[] raw = [.. ((string[])["index", "energy", "p_value", "anomaly"]).Select(key => row.GetProperty(key).GetRawText())];
            Assert.Equal(expected[i + 1], $"{raw[0]},rows.csv#{raw[0]},{raw[1]},{raw[2]},{raw[3]}");
        }
    }

    [Fact]
    public async Task A_bad_row_of_a_live_stream_ends_it_at_once()
    {
        using StuckStream input = new("x,y\n0.5,0.5\n0.5,tall\n");
        using StringWriter output = new(), error = new();
        Task<int> joule = Task.Run(() => JouleProgram.Run(["score", run.Run, "-", "--quiet"], output, error, null, () => input),
            TestContext.Current.CancellationToken);
        Assert.Equal(2, await joule.WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken));
        Assert.Contains("line 3, column 2 (\"y\"): \"tall\" is not a number", error.ToString(), StringComparison.Ordinal);
        Assert.StartsWith("index,name,energy,p_value,anomaly\n0,stdin#0,", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_answer_is_written_before_the_next_row_comes()
    {
        using AnonymousPipeServerStream toJoule = new(PipeDirection.Out), fromJoule = new(PipeDirection.In);
        using AnonymousPipeClientStream input = new(PipeDirection.In, toJoule.ClientSafePipeHandle);
        using AnonymousPipeClientStream output = new(PipeDirection.Out, fromJoule.ClientSafePipeHandle);
        using StreamReader answers = new(fromJoule);
        Task<int> joule = Task.Run(() =>
        {
            using StreamWriter writer = new(output);
            using StringWriter error = new();
            return JouleProgram.Run(["score", run.Run, "-", "--quiet"], writer, error, null, () => input);
        }, TestContext.Current.CancellationToken);
        Send("x,y\n0.5,0.5\n");
        Assert.Equal("index,name,energy,p_value,anomaly", await answers.ReadLineAsync(TestContext.Current.CancellationToken));
        Assert.StartsWith("0,stdin#0,", await answers.ReadLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Send("90,-90\n0");
        Assert.EndsWith(",true", await answers.ReadLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Send(".25,0.25\n");
        Assert.StartsWith("2,stdin#2,", await answers.ReadLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        toJoule.Dispose();
        Assert.Null(await answers.ReadLineAsync(TestContext.Current.CancellationToken));
        Assert.Equal(0, await joule);

        void Send(string text)
        {
            toJoule.Write(Encoding.UTF8.GetBytes(text));
            toJoule.Flush();
        }
    }

    [Fact]
    public void The_first_row_that_does_not_fit_ends_the_stream_after_the_answers_before_it()
    {
        const string Text = "x,y\n0.5,0.5\n0.1,0.2\ntall,1\n0,0\n";
        (int code, string output, string error) = Score(Text, "-");
        Assert.Equal((2, 3), (code, output.TrimEnd('\n').Split('\n').Length));
        Assert.Contains("joule: error: standard input, line 4, column 1 (\"x\"): \"tall\" is not a number", error,
            StringComparison.Ordinal);
        string file = run.Write("none.csv", [(0, 0)]), table = Path.Combine(run.Folder, "none-scores.csv");
        File.WriteAllText(file, Text);
        Assert.Equal((2, ""), (Score("", file, "--out", table) is var refused ? refused.Code : 0, refused.Output));
        Assert.False(File.Exists(table));
    }

    [Fact]
    public void A_stream_that_keeps_going_has_an_error_in_the_place_of_the_answer()
    {
        (int code, string output, string error) = Score("x,y\n0.5,0.5\ntall,1\n0,0\n1\n", "-", "--keep-going");
        string[] lines = output.TrimEnd('\n').Split('\n');
        Assert.Equal((0, 5), (code, lines.Length));
        Assert.Equal("index,name,energy,p_value,anomaly,error", lines[0]);
        Assert.EndsWith(",false,", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("1,stdin#1,,,,\"standard input, line 3, column 1 (\"\"x\"\"): \"\"tall\"\" is not a number", lines[2],
            StringComparison.Ordinal);
        Assert.StartsWith("2,stdin#2,", lines[3], StringComparison.Ordinal);
        Assert.Contains("line 5, column 2 (\"\"y\"\"): the row ends after 1 cell", lines[4], StringComparison.Ordinal);
        Assert.Contains("joule: warning: 2 of 4 rows could not be scored; the answer of each says why.", error, StringComparison.Ordinal);
        (_, output, _) = Score("{\"x\":0.5,\"y\":1}\n{\"x\":0.5,\"y\"\n", "-", "--keep-going", "--format", "ndjson");
        JsonElement bad = JsonDocument.Parse(output.Split('\n')[1]).RootElement;
        Assert.Equal(["index", "name", "error"], bad.EnumerateObject().Select(member => member.Name));
        JsonElement json = JsonDocument.Parse(Score("x,y\n0,0\nz,1\n", "-", "--keep-going", "--json").Output).RootElement;
        Assert.Equal((1, 1), (json.GetProperty("count").GetInt32(), json.GetProperty("errors").GetInt32()));
        Assert.Equal(JsonValueKind.Null, json.GetProperty("sd").ValueKind);
        Assert.Equal(2, json.GetProperty("reading").GetProperty("rows").GetInt32());
    }

    [Fact]
    public void A_false_discovery_rate_waits_for_all_rows_of_a_stream()
    {
        string file = run.Write("found.csv", [.. Enumerable.Range(0, 20).Select(i => i < 5 ? (60.0 + i, -50.0) : CalibratedRun.Row(i))]);
        string[] lines = Lines(Score(File.ReadAllText(file), "-", "--false-discovery-rate", "0.2"));
        Assert.All(lines.Skip(1).Take(5), line => Assert.EndsWith(",true", line, StringComparison.Ordinal));
        Assert.Equal(lines, Lines(Score("", file, "--false-discovery-rate", "0.2")).Select(line => line.Replace("found.csv#", "stdin#",
            StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(0, "$JOULE 2>&1 <\"$DATA\" | head -2 >/dev/null; exit ${PIPESTATUS[0]}")]
    [InlineData(0, "(cat \"$DATA\"; for i in $(seq 40); do echo 0.1,0.2 || exit; sleep 0.1; done) 2>/dev/null | $JOULE --quiet "
        + "| head -2 >/dev/null; exit ${PIPESTATUS[1]}")]
    [InlineData(2, "$JOULE <&-")]
    [InlineData(1, "$JOULE <\"$DATA\" >/dev/full")]
    public void A_closed_pipe_ends_the_stream_quietly(int expected, string script)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The shell and the devices are those of Linux.");
        script = script.Replace("$DATA", run.Data, StringComparison.Ordinal);
        using ChildJoule child = ChildJoule.InShell(script, "score", run.Run, "-");
        (int code, _, string error) = child.Wait();
        Assert.True(code == expected, $"exit code {code}\n{error}");
        Assert.DoesNotContain("bug in Joule", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_signal_ends_a_stream_that_waits()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The shell and the signals are those of Linux.");
        // The signal comes when the row has been scored; a busy machine takes a while to get there.
        const string script = "out=$(mktemp); $JOULE < <(echo x,y; echo 1,2; exec sleep 90 2>/dev/null) > $out & p=$!; "
            + "for i in $(seq 300); do grep -q stdin#0 $out && break; sleep 0.2; done; "
            + "kill -TERM $p; wait $p; code=$?; cat $out; rm $out; exit $code";
        using ChildJoule child = ChildJoule.InShell(script, "score", run.Run, "-");
        (int code, string output, string error) = child.Wait();
        Assert.True(code == ExitCodes.Terminated, $"exit code {code}\n{error}");
        Assert.Contains("joule: cancelled", error, StringComparison.Ordinal);
        Assert.Contains("0,stdin#0,", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_rows_can_be_a_stream()
    {
        Assert.Contains("--format expects one of csv, tsv and ndjson, given 'xml'", Score("", "-", "--format", "xml").Error,
            StringComparison.Ordinal);
        (int code, _, string error) = Score("a,b\n1,2\n", "-");
        Assert.Equal(2, code);
        Assert.Contains("standard input, line 1: the columns do not match the model", error, StringComparison.Ordinal);
    }

    private (int Code, string Output, string Error) Score(string text, string input, params string[] further)
    {
        using StringWriter output = new(), error = new();
        int code = JouleProgram.Run(
            ["score", run.Run, input, .. further], output, error, null, () => new MemoryStream(Encoding.UTF8.GetBytes(text)));
        return (code, output.ToString(), error.ToString());
    }

    private static string[] Lines((int Code, string Output, string Error) result)
    {
        Assert.True(result.Code == 0, result.Error);
        return result.Output.TrimEnd('\n').Split('\n');
    }

    /// <summary>A text after which nothing comes, until the test ends.</summary>
    private sealed class StuckStream(string text) : MemoryStream(Encoding.UTF8.GetBytes(text))
    {
        private readonly ManualResetEventSlim _end = new();

        public override int Read(byte[] buffer, int offset, int count)
        {
            int read = base.Read(buffer, offset, count);
            if (read == 0)
                _end.Wait();
            return read;
        }

        protected override void Dispose(bool disposing)
        {
            _end.Set();
            base.Dispose(disposing);
        }
    }
}
