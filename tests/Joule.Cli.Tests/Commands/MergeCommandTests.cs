using System.Text.Json;
using Joule.Cli.Files;
using Xunit;

namespace Joule.Cli.Tests.Commands;

/// <summary><c>joule score --shard</c> and <c>joule merge</c>.</summary>
public sealed class MergeCommandTests(CalibratedRun run, TinyRun tiny) : IClassFixture<CalibratedRun>
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public void The_parts_of_a_table_make_the_bytes_of_one_process(int count)
    {
        using TemporaryFolder folder = new();
        string text = File.ReadAllText(run.Data);
        // Blank lines do not count.
        File.WriteAllText(folder.File("in.csv"), text.Insert(text.IndexOf('\n', StringComparison.Ordinal), "\n\n"));
        Ok("score", run.Run, folder.File("in.csv"), "--out", folder.File("one.csv"));
        foreach (int i in Enumerable.Range(1, count).Reverse())
            Ok("score", run.Run, folder.File("in.csv"), "--shard", $"{i}/{count}", "--out", folder.File("parts"), "--quiet");
        Ok("merge", folder.File("parts"), "--out", folder.File("all.csv"));
        Assert.Equal(File.ReadAllBytes(folder.File("one.csv")), File.ReadAllBytes(folder.File("all.csv")));
        Assert.Equal(File.ReadAllText(folder.File("one.csv")), Ok("merge", folder.File("parts")).Output);
        JsonElement json = JsonDocument.Parse(File.ReadAllText(folder.File($"parts/part-00001-of-{count:D5}.json"))).RootElement;
        Assert.Equal((120, 0, 120 / count),
            (json.GetProperty("rows").GetInt32(), json.GetProperty("first").GetInt32(), json.GetProperty("end").GetInt32()));
    }

    [Fact]
    public void There_may_be_more_parts_than_rows()
    {
        using TemporaryFolder folder = new();
        string input = run.Write("short.csv", [(0, 0), (1, 0)]);
        for (int i = 1; i <= 5; i++)
            Ok("score", run.Run, input, "--shard", $"{i}/5", "--out", folder.Path, "--quiet");
        Assert.Equal("index,name,energy,p_value,anomaly\n", File.ReadAllText(folder.File("part-00001-of-00005.csv")));
        Assert.Equal(Ok("score", run.Run, input).Output, Ok("merge", folder.Path).Output);
    }

    [Fact]
    public void The_parts_of_json_lines_and_of_images_do_so_too()
    {
        using TemporaryFolder folder = new();
        File.WriteAllLines(folder.File("in.ndjson"), Enumerable.Range(0, 30)
            .Select(i => i % 9 == 4 ? "{\"x\":" : $"{{\"x\":0.{i},\"y\":0.{i % 7}}}"));
        string images = Path.Combine(tiny.Data, "t10k-images-idx3-ubyte.gz");
        (string Model, string Input, string[] More)[] inputs =
            [(run.Run, folder.File("in.ndjson"), ["--keep-going"]), (tiny.Run, images, [])];
        foreach ((string model, string input, string[] more) in inputs)
        {
            string parts = folder.File("parts-" + Path.GetFileName(input));
            for (int i = 1; i <= 3; i++)
                Ok(["score", model, input, "--shard", $"{i}/3", "--out", parts, "--quiet", .. more]);
            Assert.Equal(Ok(["score", model, input, .. more]).Output, Ok("merge", parts).Output);
        }
    }

    [Fact]
    public void A_part_that_is_there_is_not_scored_again_and_a_damaged_one_is()
    {
        using TemporaryFolder folder = new();
        string[] line = ["score", run.Run, run.Data, "--shard", "2/3", "--out", folder.Path];
        Ok(line);
        string part = folder.File("part-00002-of-00003.csv");
        DateTime written = File.GetLastWriteTimeUtc(part);
        Assert.Contains("is there already", Ok(line).Error, StringComparison.Ordinal);
        Assert.Equal(written, File.GetLastWriteTimeUtc(part));
        byte[] good = File.ReadAllBytes(part);
        File.WriteAllText(part, "index,name,energy,p_value,anomaly\n");
        Refused("lacks 2 of 3 parts: 1, 3. Score them with the same command: --shard 1/3", "merge", folder.Path);
        Ok("score", run.Run, run.Data, "--shard", "1/3", "--out", folder.Path);
        Ok("score", run.Run, run.Data, "--shard", "3/3", "--out", folder.Path);
        Refused("is damaged: it is not what was written. Score it again: --shard 2/3", "merge", folder.Path);
        Ok(line);
        Assert.Equal(good, File.ReadAllBytes(part));
        File.Delete(folder.File("part-00002-of-00003.json")); // the process was killed before it finished
        Refused("lacks 1 of 3 parts: 2.", "merge", folder.Path);
    }

    [Fact]
    public void Parts_of_others_are_refused()
    {
        using TemporaryFolder folder = new();
        Ok("score", run.Run, run.Data, "--shard", "1/2", "--out", folder.File("p"));
        string other = run.Write("others.csv", [(0, 0), (1, 0), (0, 1)]), model = folder.File("other.safetensors");
        File.Copy(Path.Combine(run.Run, "model.safetensors"), model);
        Ok("threshold", model, "--alarm-rate", "0.25");
        Refused("is a part of another input", "score", run.Run, other, "--shard", "2/2", "--out", folder.File("p"));
        Refused("is a part of another model, or one with another threshold", "score", model, run.Data, "--shard", "2/2", "--out",
            folder.File("p"));
        Refused("is a part of 2 parts instead of 3", "score", run.Run, run.Data, "--shard", "2/3", "--out", folder.File("p"));
        Refused("other options", "score", run.Run, run.Data, "--shard", "2/2", "--out", folder.File("p"), "--alarm-rate", "0.2");
        Refused("There is no folder", "merge", folder.File("none"));
        Directory.CreateDirectory(folder.File("none"));
        Refused("has no parts", "merge", folder.File("none"));
        File.WriteAllText(folder.File("none/part-00001-of-00001.json"), "{}");
        Refused("does not describe a part", "merge", folder.File("none"));
    }

    [Fact]
    public void What_cannot_be_divided_is_refused()
    {
        using TemporaryFolder folder = new();
        string[] line = ["score", run.Run, run.Data, "--out", folder.File("p")];
        foreach (string shard in (string[])["0/3", "4/3", "1", "1/0", "a/b"])
            Refused("--shard expects I/N with I from 1 to N", [.. line, "--shard", shard]);
        Refused("Give it: --out DIR", "score", run.Run, run.Data, "--shard", "1/2");
        Refused("decides over the whole input", [.. line, "--shard", "1/2", "--false-discovery-rate", "0.1"]);
        Refused("Standard input cannot be divided", "score", run.Run, "-", "--out", folder.File("p"), "--shard", "1/2");
        Refused("give a new folder, or remove them first", "score", run.Run, run.Data, "--shard", "1/2", "--out", run.Run);
    }

    [Fact]
    public void Ranges_are_contiguous_and_differ_by_at_most_one_row()
    {
        foreach (long rows in (long[])[0, 1, 5, 100, 1L << 50])
        {
            long next = 0;
            for (int i = 1; i <= 16; i++)
            {
                (long first, long end) = new Shard(i, 16).Range(rows);
                Assert.Equal(next, first);
                Assert.InRange(end - first, rows / 16, rows / 16 + 1);
                next = end;
            }
            Assert.Equal(rows, next);
        }
    }

    private static (int Code, string Output, string Error) Ok(params string[] line)
    {
        (int code, string output, string error) = JouleProgramTests.Invoke(line);
        Assert.True(code == 0, error);
        return (code, output, error);
    }

    private static void Refused(string problem, params string[] line)
    {
        (int code, _, string error) = JouleProgramTests.Invoke(line);
        Assert.Contains(problem, error, StringComparison.Ordinal);
        Assert.Equal(2, code);
    }
}
