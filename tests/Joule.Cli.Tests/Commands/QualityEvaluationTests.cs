using System.Text.Json;
using Joule.Data;
using Xunit;

namespace Joule.Cli.Tests.Commands;

public sealed class QualityEvaluationTests(TinyRun tiny)
{
    [Fact]
    public void Samples_are_measured_after_one_ten_and_twenty_five_lengths()
    {
        using TemporaryFolder folder = new();
        Labelled(folder.Path, 3);
        string[] line = ["evaluate", tiny.Run, "--data", folder.Path, "--quality", "--lengths", "--inpaint", "--count", "30", "--json"];
        (int code, string output, string error) = JouleProgramTests.Invoke(line);
        Assert.True(code == 0, error);
        Assert.Contains("classifier", error, StringComparison.Ordinal);
        JsonElement json = JsonDocument.Parse(output).RootElement;
        Assert.Equal(["energy", "auroc", "quality", "training_images", "classifier", "inpainting"],
            json.EnumerateObject().Select(p => p.Name));
        JsonElement[] lengths = [.. json.GetProperty("quality").EnumerateArray()];
        Assert.Equal([3, 30, 75], lengths.Select(l => l.GetProperty("steps").GetInt32()));
        Assert.All(lengths, length =>
        {
            Assert.Equal(["steps", "count", "recognised", "shares", "frechet", "frechet_of_training_images", "kernel", "precision",
                "recall", "duplicates", "copies"], length.EnumerateObject().Select(p => p.Name));
            Assert.Equal(30, length.GetProperty("count").GetInt32());
            Assert.Equal(1, length.GetProperty("shares").EnumerateArray().Sum(s => s.GetDouble()), 1e-5);
            Assert.Equal(3, length.GetProperty("shares").GetArrayLength());
            Assert.Equal(json.GetProperty("training_images").GetProperty("frechet").GetDouble(),
                length.GetProperty("frechet_of_training_images").GetDouble());
        });
        // The classes are rows at which a square begins, which is easy. Six of the 40 training images are held out.
        Assert.Equal(6, json.GetProperty("training_images").GetProperty("count").GetInt32());
        Assert.Equal(0, json.GetProperty("classifier").GetProperty("test_error").GetDouble(), 0.1);
        JsonElement restored = json.GetProperty("inpainting");
        Assert.Equal((TinyRun.TestCount, 3), (restored.GetProperty("count").GetInt32(), restored.GetProperty("steps").GetInt32()));
        Assert.InRange(restored.GetProperty("correct").GetDouble(), 0, 1);

        // The classifier is not trained again, threads change nothing, and another seed draws other samples.
        (code, string again, error) = JouleProgramTests.Invoke([.. line, "--threads", "3"]);
        Assert.True(code == 0, error);
        Assert.Equal(output, again);
        Assert.DoesNotContain("classifier", error, StringComparison.Ordinal);
        (_, string other, _) = JouleProgramTests.Invoke([.. line, "--seed", "2"]);
        Assert.NotEqual(output, other);
    }

    [Fact]
    public void The_tables_name_what_they_show()
    {
        using TemporaryFolder folder = new();
        Labelled(folder.Path, 9);
        (int code, string output, string error) = JouleProgramTests.Invoke(
            "evaluate", tiny.Run, "--data", folder.Path, "--quality", "--inpaint", "--count", "20", "--quiet");
        Assert.True(code == 0, error);
        Assert.Equal("", error);
        string[] lines = output.TrimEnd('\n').Split('\n');
        Assert.Contains(lines, l => l.StartsWith("samples after 3 steps", StringComparison.Ordinal));
        Assert.Equal(2, lines.Count(l => l.StartsWith("training images", StringComparison.Ordinal)));
        Assert.Contains("quality number p > 0.9 Fréchet kernel precision recall duplicates copies",
            lines.Select(l => string.Join(' ', l.Split(' ', StringSplitOptions.RemoveEmptyEntries))));
        Assert.Contains(lines, l => l.StartsWith("share of class", StringComparison.Ordinal) && l.EndsWith(" 8", StringComparison.Ordinal));
        Assert.Contains("test error", output, StringComparison.Ordinal);
        Assert.StartsWith("Of 16 test images whose lower half was restored in 3 steps,", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Given_samples_have_the_figures_of_the_same_samples_drawn()
    {
        using TemporaryFolder folder = new(), drawnTo = new();
        Labelled(folder.Path, 9);
        string file = Path.Combine(drawnTo.Path, "samples.npy");
        (int code, _, string error) = JouleProgramTests.Invoke("sample", tiny.Run, "--count", "30", "--seed", "4", "--out", file);
        Assert.True(code == 0, error);
        string[] line = ["evaluate", tiny.Run, "--data", folder.Path, "--quality", "--json"];
        (code, string drawn, error) = JouleProgramTests.Invoke([.. line, "--count", "30", "--seed", "4"]);
        Assert.True(code == 0, error);
        (code, string given, error) = JouleProgramTests.Invoke([.. line, "--samples", file]);
        Assert.True(code == 0, error);
        Assert.Contains("\"quality\":[{\"steps\":null,", given, StringComparison.Ordinal);
        Assert.Equal(drawn.Replace("{\"steps\":3,", "{\"steps\":null,", StringComparison.Ordinal), given);

        JouleProgramTests.Invoke("sample", tiny.Run, "--count", "9", "--out", file);
        (code, _, error) = JouleProgramTests.Invoke([.. line, "--samples", file]);
        Assert.Equal(ExitCodes.InvalidInput, code);
        Assert.Contains("has 9 images; it takes 10 to 50,000 images", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--samples says how samples are measured: it needs --quality", "--samples", "x.npy")]
    [InlineData("--lengths is about drawing samples", "--quality", "--samples", "x.npy", "--lengths")]
    [InlineData("has none. Give labelled images", "--quality")]
    [InlineData("--count says how samples are measured: it needs --quality", "--count", "10")]
    [InlineData("--seed says how samples are measured: it needs --quality", "--seed", "1")]
    [InlineData("--count expects a whole number from 10", "--quality", "--count", "3")]
    public void What_cannot_be_measured_is_an_error(string expected, params string[] options)
    {
        (int code, string output, string error) = JouleProgramTests.Invoke(["evaluate", tiny.Run, .. options]);
        Assert.Equal((ExitCodes.InvalidInput, ""), (code, output));
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    // The images of the tiny run. A class is the place of the square: its row, of three, or its row and column, of nine.
    private static void Labelled(string folder, int classes)
    {
        IdxFile.WriteImages(Path.Combine(folder, "train-images-idx3-ubyte"), TinyRun.Images(TinyRun.TrainCount));
        IdxFile.WriteImages(Path.Combine(folder, "t10k-images-idx3-ubyte"), TinyRun.Images(TinyRun.TestCount));
        TinyRun.WriteLabels(Path.Combine(folder, "train-labels-idx1-ubyte"), TinyRun.TrainCount, classes);
        TinyRun.WriteLabels(Path.Combine(folder, "t10k-labels-idx1-ubyte"), TinyRun.TestCount, classes);
    }
}
