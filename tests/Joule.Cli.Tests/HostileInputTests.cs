using Joule.Cli.Tests.Plots;
using Joule.Data;
using Xunit;

namespace Joule.Cli.Tests;

/// <summary>Unusable input, end to end: exit code 2, one line that names the file and the position, nothing on standard output.</summary>
public sealed class HostileInputTests(TinyRun tiny)
{
    private const int Side = TinyRun.Side;

    [Theory]
    [InlineData(float.NaN, "NaN")]
    [InlineData(float.NegativeInfinity, "Infinity")]
    [InlineData(255f, "255")]
    public void A_value_that_is_not_a_brightness_is_named_with_row_and_column(float value, string shown)
    {
        using TemporaryFolder folder = new();
        float[] values = new float[4 * Side * Side];
        values[2 * Side * Side + 9] = value;
        NpyFile.Write(folder.File("a.npy"), [4, Side * Side], values);
        string[][] lines =
        [
            ["score", tiny.Run, folder.File("a.npy")],
            ["train", "seed", "--data", folder.File("a.npy"), "--out", folder.File("run")],
            ["evaluate", tiny.Run, "--against", folder.File("a.npy")],
        ];
        foreach (string[] arguments in lines)
            Refused(arguments, folder.File("a.npy"), shown, "row 2, column 9");
        Assert.False(Directory.Exists(folder.File("run")));
    }

    [Fact]
    public void Too_little_to_learn_from_is_refused()
    {
        using TemporaryFolder folder = new();
        string[] train = ["train", "seed", "--data", folder.File("a.npy"), "--out", folder.File("run")];
        NpyFile.Write(folder.File("a.npy"), [0, Side, Side], Array.Empty<byte>());
        Refused(train, folder.File("a.npy"), "(0, 6, 6)", "At least one image");
        NpyFile.Write(folder.File("a.npy"), [1, Side, Side], new byte[Side * Side]);
        Refused(train, folder.File("a.npy"), "at least 3");
        NpyFile.Write(folder.File("a.npy"), [2, Side, Side], new byte[2 * Side * Side]);
        Refused(train, folder.File("a.npy"), "row 0", "at least 2");
        NpyFile.Write(folder.File("a.npy"), [20, Side, Side], new byte[20 * Side * Side]);
        Refused(train, folder.File("a.npy"), "every column is constant", "rows 0 to 17", "column 0 is 0");
        Assert.False(Directory.Exists(folder.File("run")));
    }

    [Fact]
    public void One_image_is_scored()
    {
        using TemporaryFolder folder = new();
        NpyFile.Write(folder.File("a.npy"), [1, Side, Side], new byte[Side * Side]);
        (int code, string output, _) = JouleProgramTests.Invoke("score", tiny.Run, folder.File("a.npy"), "--quiet");
        Assert.Equal((0, 2), (code, output.TrimEnd('\n').Split('\n').Length));
    }

    [Fact]
    public void Labels_that_do_not_fit_are_refused_and_any_byte_is_a_label()
    {
        using TemporaryFolder folder = new();
        IdxFile.WriteImages(folder.File("train-images-idx3-ubyte"), TinyRun.Images(5));
        IdxFile.WriteImages(folder.File("t10k-images-idx3-ubyte"), TinyRun.Images(2));
        IdxFile.WriteLabels(folder.File("train-labels-idx1-ubyte"), [0, 1, 2, 200, 4]);
        string[] train =
            ["train", "seed", "--data", folder.Path, "--out", folder.File("run"), "--epochs", "0", "--set", "sampling.steps=1"];
        Assert.Equal(0, JouleProgramTests.Invoke(train).Code);
        IdxFile.WriteLabels(folder.File("train-labels-idx1-ubyte"), [0, 1, 2, 200]);
        Refused([.. train[..5], folder.File("other")], "5 images have 4 labels");
    }

    [Fact]
    public void A_weight_that_is_not_finite_is_refused()
    {
        using TemporaryFolder folder = new();
        byte[] model = File.ReadAllBytes(tiny.Model);
        BitConverter.GetBytes(float.NaN).CopyTo(model, model.Length - 4);
        File.WriteAllBytes(folder.File("model.safetensors"), model);
        string[][] lines =
            [["sample", folder.Path, "--out", folder.File("s.png")], ["score", folder.Path, tiny.Data], ["evaluate", folder.Path]];
        foreach (string[] arguments in lines)
            Refused(arguments, $"model.safetensors, byte {model.Length - 4}", "NaN", "row 0, column 0");
    }

    [Fact]
    public void A_header_that_claims_more_than_the_file_has_takes_no_memory()
    {
        using TemporaryFolder folder = new();
        SafeTensorsContent content = SafeTensors.Read(tiny.Model);
        string description = content.Metadata["joule"].Replace("\"outputs\":8,", "\"outputs\":1048576,", StringComparison.Ordinal);
        Assert.Contains("1048576", description, StringComparison.Ordinal);
        SafeTensors.Write(folder.File("m"), content.Tensors, new Dictionary<string, string> { ["joule"] = description });
        Refused(["sample", folder.File("m"), "--out", folder.File("s.png")], folder.File("m"), "does not fit its tensors");
    }

    [Fact]
    public void A_configuration_is_refused_with_its_line()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder.File("c.json"), "{\n  \"training\": {\n    \"batch\": 0\n  }\n}");
        Refused(["train", "--config", folder.File("c.json")], folder.File("c.json") + ", line 3, column 5", "training.batch is 0");
        File.WriteAllText(folder.File("c.json"),
            "{\"energy\": {\"layers\": [{\"type\": \"dense\", \"outputs\": 1048576}, {\"type\": \"dense\", \"outputs\": 1048576}]}}");
        Refused(
            ["train", "--config", folder.File("c.json"), "--data", tiny.Data, "--out", folder.File("run")], "above 134,217,728 parameters");
        if (!OperatingSystem.IsWindows())
            Refused(["train", "--config", "/dev/zero"], "/dev/zero", "more bytes");
    }

    [Fact]
    public void A_picture_that_claims_too_much_and_a_name_with_terminal_escapes_are_refused()
    {
        if (OperatingSystem.IsWindows())
            return; // such names are impossible there
        using TemporaryFolder folder = new();
        PngFile.Write(folder.File("a.png"), new PngImage(Side, Side, 1, new byte[Side * Side]));
        File.WriteAllBytes(folder.File("b\u001b[2J.png"), [.. File.ReadAllBytes(folder.File("a.png"))[..40]]);
        (int code, _, string error) = JouleProgramTests.Invoke("score", tiny.Run, folder.Path);
        Assert.Equal(ExitCodes.InvalidInput, code);
        Assert.Contains("b\\u001b[2J.png, byte 33", error, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', error);
    }

    [Fact]
    public void A_table_of_metrics_with_extreme_numbers_is_drawn_or_refused()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder.File("metrics.csv"), MadeUpRuns.Figures.Columns.Header
            + "\n1,1,0,1e308,-1e308,1e308,1e308,-1e308,1e308,5e-324,NaN,1\n2147483647,9,0,-1e308,1e308,0,0,0,0,0,0,0\n");
        (int code, _, string error) = JouleProgramTests.Invoke("plot", folder.Path, "--out", folder.File("p.png"));
        Assert.True(code == 0 && File.Exists(folder.File("p.png")), error);
    }

    private static void Refused(string[] arguments, params string[] words)
    {
        (int code, string output, string error) = JouleProgramTests.Invoke(arguments);
        Assert.Equal((ExitCodes.InvalidInput, ""), (code, output));
        Assert.Equal("joule: error: ", Assert.Single(error.TrimEnd('\n').Split('\n'))[..14]);
        foreach (string word in words)
            Assert.Contains(word, error, StringComparison.Ordinal);
    }
}
