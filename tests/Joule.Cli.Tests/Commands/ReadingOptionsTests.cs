using System.Globalization;
using System.Text;
using System.Text.Json;
using Joule.Data;
using Xunit;

namespace Joule.Cli.Tests.Commands;

/// <summary>Reading images end to end: the report, the options, and that no energy depends on the other images.</summary>
public sealed class ReadingOptionsTests(TinyRun tiny)
{
    private const int Side = TinyRun.Side, Pixels = Side * Side;

    [Fact]
    public void An_energy_does_not_depend_on_other_images_type_or_layout()
    {
        using TemporaryFolder folder = new();
        byte[] bytes = [.. Enumerable.Range(0, 3 * Pixels).Select(i => (byte)(i * 2))];
        NpyFile.Write(folder.File("three.npy"), [3, Side, Side], bytes);
        NpyFile.Write(folder.File("one.npy"), [1, Side, Side], bytes.AsSpan(Pixels, Pixels));
        NpyFile.Write(folder.File("last.npy"), [3, Side, Side, 1], bytes);
        NpyFile.Write(folder.File("rows.npy"), [3, Pixels], bytes);
        NpyFile.Write(folder.File("colour.npy"), [3, Side, Side, 3], [.. bytes.SelectMany(b => new[] { b, b, b })]);
        NpyFile.Write(folder.File("single.npy"), [Side, Side], bytes.AsSpan(Pixels, Pixels));
        NpyFile.Write(folder.File("floats.npy"), [3, Side, Side], [.. bytes.Select(b => (float)b)]);
        NpyFile.Write(folder.File("around.npy"), [3, Side, Side], [.. bytes.Select(b => b / 127.5f - 1)]);
        float[] expected = Score(folder.File("three.npy"));
        Assert.Equal(expected[1..2], Score(folder.File("one.npy")));
        Assert.Equal(expected[1..2], Score(folder.File("single.npy")));
        foreach (string name in (string[])["last.npy", "rows.npy", "colour.npy"])
            Assert.Equal(expected, Score(folder.File(name)));
        Assert.Equal(expected, Score(folder.File("floats.npy"), "--range", "0..255"), (a, b) => Math.Abs(a - b) < 1e-5);
        Assert.Equal(expected, Score(folder.File("around.npy"), "--range", "-1..1"), (a, b) => Math.Abs(a - b) < 1e-5);
        Assert.Equal(expected, Score(folder.File("around.npy"), "--range=-1..1"), (a, b) => Math.Abs(a - b) < 1e-5);
        Refused(["score", tiny.Run, folder.File("around.npy")], "the value -1 at row 0, column 0", "--range -1..1");
    }

    [Fact]
    public void Train_info_and_json_report_the_reading()
    {
        using TemporaryFolder folder = new();
        NpyFile.Write(folder.File("x.npy"), [21, Side, Side, 1], Squares(21));
        (int code, _, string error) = Train(
            folder.File("x.npy"), "--out", folder.File("run"), "--epochs", "1", "--set", "data.validation_share=0.25");
        Assert.Equal(0, code);
        string line = $"{folder.File("x.npy")}: 21 grey images of 6×6, uint8 0..255, layout nhwc (n, 6, 6, 1); "
            + "14 to train on, 3 drawn by seed 1 to test with; validated on 4 images drawn by seed 1";
        Assert.StartsWith("data: " + line, error, StringComparison.Ordinal);
        Assert.Contains(line, JouleProgramTests.Invoke("info", folder.File("run")).Output, StringComparison.Ordinal);
        JsonElement info = Json("info", folder.File("run"), "--json"),
            score = Json("score", folder.File("run"), folder.File("x.npy"), "--json");
        foreach (JsonElement reading in (JsonElement[])[info.GetProperty("reading"), score.GetProperty("reading")])
        {
            Assert.Equal(("uint8", "nhwc"), (reading.GetProperty("type").GetString(), reading.GetProperty("layout").GetString()));
            Assert.Equal([21, 6, 6, 1], reading.GetProperty("shape").EnumerateArray().Select(side => side.GetInt32()));
            Assert.Equal([0, 255], reading.GetProperty("range").EnumerateArray().Select(side => side.GetInt32()));
            Assert.Equal(
                (0, 0), (reading.GetProperty("left_out").EnumerateObject().Count(), reading.GetProperty("warnings").GetArrayLength()));
        }
        // evaluate draws the same split: 14 to train on and 3 to test with.
        string[] table = JouleProgramTests.Invoke("evaluate", folder.File("run"), "--quiet").Output.Split('\n');
        Assert.Matches(@"^train +14 ", table[1]);
        Assert.Matches(@"^test +3 ", table[2]);
    }

    [Fact]
    public void The_training_range_is_kept_and_quiet_hides_no_warning()
    {
        using TemporaryFolder folder = new();
        NpyFile.Write(folder.File("mask.npy"), [21, Side, Side], [.. Squares(21).Select(b => (byte)(b > 0 ? 1 : 0))]);
        (int code, _, string error) = Train(folder.File("mask.npy"), "--out", folder.File("dark"), "--epochs", "0", "--quiet");
        Assert.Equal(0, code);
        Assert.Contains("mask.npy: no value lies above 1", error, StringComparison.Ordinal);
        Assert.DoesNotContain("data: ", error, StringComparison.Ordinal);
        (code, _, error) = Train(folder.File("mask.npy"), "--range", "0..1", "--out", folder.File("run"), "--epochs", "0", "--quiet");
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("\"range\": \"0..1\"", File.ReadAllText(Path.Combine(folder.File("run"), "config.json")), StringComparison.Ordinal);
        Assert.Equal(
            Score(folder.File("run"), folder.File("mask.npy")), Score(folder.File("run"), folder.File("mask.npy"), "--range", "0..1"));
        Assert.NotEqual(
            Score(folder.File("run"), folder.File("mask.npy")), Score(folder.File("run"), folder.File("mask.npy"), "--range", "0..255"));
        Refused(["train", "--resume", folder.File("run"), "--range", "0..1"], "--range cannot be given with it");
    }

    [Theory]
    [InlineData("0..1", 0, 1)]
    [InlineData("-1..1", -1, 1)]
    [InlineData("0..3", 0, 3)]
    public void Samples_are_read_back_to_the_same_energies(string name, int low, int high)
    {
        using TemporaryFolder folder = new();
        Assert.Equal(
            0, tiny.Train("--set", $"data.low={low}", "--set", $"data.high={high}", "--out", folder.File("run"), "--epochs", "1").Code);
        JsonElement sampled = Json("sample", folder.File("run"), "--count", "5", "--steps", "3", "--out", folder.File("s.npy"), "--json");
        JsonElement scored = Json("score", folder.File("run"), folder.File("s.npy"), "--json");
        Assert.Equal(sampled.GetProperty("energy").GetProperty("mean").GetDouble(), scored.GetProperty("mean").GetDouble());
        JsonElement range = scored.GetProperty("reading").GetProperty("range");
        Assert.Equal(name, string.Join("..", range.EnumerateArray().Select(side => side.GetInt32())));
    }

    [Fact]
    public void A_colour_model_takes_grey_and_a_grey_model_takes_grey_stored_as_colour()
    {
        using TemporaryFolder folder = new();
        byte[] colour = [.. Squares(8).SelectMany(b => new[] { b, (byte)(b / 2), b })];
        NpyFile.Write(folder.File("colour.npy"), [8, Side, Side, 3], colour);
        Assert.Equal(0, Train(folder.File("colour.npy"), "--out", folder.File("run"), "--epochs", "0").Code);
        NpyFile.Write(folder.File("grey.npy"), [1, Side, Side], Squares(1));
        Directory.CreateDirectory(folder.File("black"));
        PngFile.Write(folder.File("black/0.png"), new PngImage(Side, Side, 3, new byte[3 * Pixels]));
        Assert.Single(Score(folder.File("run"), folder.File("grey.npy")));
        Assert.Single(Score(folder.File("run"), folder.File("black")));
        Assert.Single(Score(tiny.Run, folder.File("black")));
        Refused(["score", tiny.Run, folder.File("colour.npy")], "row 0 is a colour image", "array.mean");
        PngFile.Write(folder.File("black/1.png"), new PngImage(Side, Side, 3, colour[..(3 * Pixels)]));
        Refused(["score", tiny.Run, folder.File("black")], "1.png is a colour image", "mogrify");
    }

    [Fact]
    public void Invalid_reading_options_are_refused()
    {
        string input = Path.Combine(tiny.Data, "train-images-idx3-ubyte");
        Refused(["score", tiny.Run, input, "--range", "1..0"], "--range expects LO..HI", "given '1..0'");
        Refused(["score", tiny.Run, input, "--layout", "nwhc"], "--layout expects one of nchw, nhwc", "did you mean 'nhwc'?");
        Refused(["score", tiny.Run, input, "--layout", "nchw"], "layout nchw has 4 dimensions");
        Refused(["sample", tiny.Run, "--range", "0..1"], "--range", "--from data");
        (int code, _, string error) = JouleProgramTests.Invoke("score", tiny.Run, input, "--range", "0..300", "--quiet");
        Assert.Equal((0, ""), (code, error));
    }

    [Fact]
    public void A_range_without_effect_is_not_kept_and_a_warning_says_so()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder.File("pictures"));
        byte[] squares = Squares(8);
        for (int i = 0; i < 8; i++)
            PngFile.Write(folder.File($"pictures/{i}.png"), new PngImage(Side, Side, 1, squares[(i * Pixels)..((i + 1) * Pixels)]));
        (int code, _, string error) = Train(
            folder.File("pictures"), "--range", "0..1", "--layout", "nhw", "--out", folder.File("run"), "--epochs", "0", "--quiet");
        string warning = "joule: warning: --range and --layout have no effect on pictures: their files say how they are read; "
            + "they are not kept.\n";
        Assert.Equal((0, warning), (code, error));
        JsonElement images = Json("info", folder.File("run"), "--json").GetProperty("config").GetProperty("data");
        Assert.Equal(
            (JsonValueKind.Null, JsonValueKind.Null), (images.GetProperty("range").ValueKind, images.GetProperty("layout").ValueKind));
        NpyFile.Write(folder.File("x.npy"), [8, Side, Side], squares);
        Assert.Equal(Score(folder.File("run"), folder.File("pictures")), Score(folder.File("run"), folder.File("x.npy")));
    }

    [Fact]
    public void Reading_options_are_refused_where_nothing_is_read()
    {
        Refused(["evaluate", tiny.Run, "--range", "0..1"], "--range", "--against, --data or --samples");
        Refused(["evaluate", tiny.Run, "--layout", "nhw", "--against", "black"], "--layout", "--against, --data or --samples");
        Assert.Equal(0, JouleProgramTests.Invoke("evaluate", tiny.Run, "--range", "0..255", "--against", tiny.Data, "--quiet").Code);
    }

    [Fact]
    public void A_resumed_run_is_not_advised_to_use_options_that_it_refuses()
    {
        using TemporaryFolder folder = new();
        NpyFile.Write(folder.File("x.npy"), [21, Side, Side], Squares(21));
        Assert.Equal(0, Train(folder.File("x.npy"), "--out", folder.File("run"), "--epochs", "1").Code);
        NpyFile.Write(folder.File("wide.npy"), [21, Side, Side], [.. Squares(21).Select(b => (float)b)]);
        (int code, _, string error) = JouleProgramTests.Invoke(
            "train", "--resume", folder.File("run"), "--data", folder.File("wide.npy"), "--epochs", "2");
        Assert.Equal(ExitCodes.InvalidInput, code);
        Assert.Contains("keep to their training images", error, StringComparison.Ordinal);
        Assert.DoesNotContain("--range", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Images_from_a_pipe_are_refused_by_every_command()
    {
        if (OperatingSystem.IsWindows())
            return;
        using TemporaryFolder folder = new();
        NpyFile.Write(folder.File("x.npy"), [8, Side, Side], Squares(8));
        string x = folder.File("x.npy");
        foreach (string line in (string[])[
            $"$JOULE score {tiny.Run} <(cat {x})",
            $"cat {x} | $JOULE score {tiny.Run} /dev/stdin",
            $"$JOULE train seed --epochs 0 --data <(cat {x}) --out {folder.File("run")}",
            $"$JOULE evaluate {tiny.Run} --against <(cat {x})",
            $"$JOULE sample {tiny.Run} --from data --data <(cat {x}) --out {folder.File("s.npy")}",
            $"$JOULE score <(cat {tiny.Model}) {x}"])
        {
            using ChildJoule child = ChildJoule.InShell(line);
            (int code, _, string error) = child.Wait();
            Assert.True(code == ExitCodes.InvalidInput, $"{line}: {code} {error}");
            Assert.Contains(
                "is not a regular file (a pipe or a device). Save what comes from it to disk first", error, StringComparison.Ordinal);
        }
        Assert.Equal([x], Directory.GetFileSystemEntries(folder.Path));
    }

    [Theory]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    [InlineData("utf-32")]
    [InlineData("utf-8")]
    public void A_configuration_that_PowerShell_saved_is_read(string encoding)
    {
        using TemporaryFolder folder = new();
        string preset = JouleProgramTests.Invoke("presets", "show", "seed").Output;
        File.WriteAllText(folder.File("c.json"), preset.Replace("\n", "\r\n", StringComparison.Ordinal), Encoding.GetEncoding(encoding));
        (int code, _, string error) = JouleProgramTests.Invoke(
            "train", "--config", folder.File("c.json"), "--data", tiny.Data, "--epochs", "0", "--out", folder.File("run"));
        Assert.True(code == 0, error);
        File.WriteAllText(
            folder.File("c.json"), preset.Replace("\"seed\": 1", "\"seed\": -1", StringComparison.Ordinal), Encoding.GetEncoding(encoding));
        Refused(["train", "--config", folder.File("c.json")], "c.json, line ", "seed is -1");
    }

    private (int Code, string Output, string Error) Train(string data, params string[] further)
    {
        string[] line = tiny.Line(further);
        line[Array.IndexOf(line, tiny.Data)] = data;
        return JouleProgramTests.Invoke(line);
    }

    private static byte[] Squares(int count)
    {
        ImageSet images = TinyRun.Images(count);
        float[] values = new float[count * Pixels];
        images.Read([.. Enumerable.Range(0, count)], values);
        return [.. values.Select(value => (byte)MathF.Round(value * 255))];
    }

    private float[] Score(string input, params string[] options) =>
        Directory.Exists(input) && File.Exists(Path.Combine(input, "config.json"))
        ? Energies([input, .. options])
        : Energies([tiny.Run, input, .. options]);

    private static float[] Energies(string[] arguments)
    {
        (int code, string output, string error) = JouleProgramTests.Invoke(["score", .. arguments, "--quiet"]);
        Assert.True(code == 0, error);
        return [.. output.TrimEnd('\n').Split('\n').Skip(1)
            .Select(line => float.Parse(line[(line.LastIndexOf(',') + 1)..], CultureInfo.InvariantCulture))];
    }

    private static JsonElement Json(params string[] arguments)
    {
        (int code, string output, string error) = JouleProgramTests.Invoke(arguments);
        Assert.True(code == 0, error);
        return JsonDocument.Parse(output).RootElement;
    }

    private static void Refused(string[] arguments, params string[] words)
    {
        (int code, string output, string error) = JouleProgramTests.Invoke(arguments);
        Assert.Equal((ExitCodes.InvalidInput, ""), (code, output));
        foreach (string word in words)
            Assert.Contains(word, error, StringComparison.Ordinal);
        Assert.DoesNotContain("defect", error, StringComparison.Ordinal);
    }
}
