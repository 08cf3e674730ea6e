using System.Text.Json;
using Xunit;

namespace Joule.Cli.Tests.Commands;

public sealed class EvaluateCommandTests(TinyRun tiny)
{
    [Fact]
    public void Json_has_the_four_standard_sets_and_the_named_ones()
    {
        string other = Path.Combine(tiny.Data, "train-images-idx3-ubyte");
        (int code, string output, string error) = JouleProgramTests.Invoke(
            "evaluate", tiny.Run, "--json", "--against", "noise", "--against", other);
        Assert.True(code == 0, error);
        JsonElement json = JsonDocument.Parse(Assert.Single(output.TrimEnd('\n').Split('\n'))).RootElement;
        Assert.Equal(["energy", "auroc"], json.EnumerateObject().Select(p => p.Name));
        JsonElement energy = json.GetProperty("energy"), auroc = json.GetProperty("auroc");
        Assert.Equal(["train", "test", "noise", "shuffled", other], energy.EnumerateObject().Select(p => p.Name));
        Assert.All(energy.EnumerateObject(), set => Assert.Equal(["mean", "sd"], set.Value.EnumerateObject().Select(p => p.Name)));
        Assert.Equal(["train", "noise", "shuffled", other], auroc.EnumerateObject().Select(p => p.Name));
        // The same images under two names: the training set, and a set to compare with.
        Assert.Equal(
            energy.GetProperty("train").GetProperty("mean").GetDouble(), energy.GetProperty(other).GetProperty("mean").GetDouble());
        Assert.Equal(1, auroc.GetProperty("train").GetDouble() + auroc.GetProperty(other).GetDouble(), 1e-12);
    }

    [Fact]
    public void The_table_explains_itself()
    {
        (int code, string output, _) = JouleProgramTests.Invoke("evaluate", tiny.Run, "--threads", "1");
        Assert.Equal(0, code);
        Assert.Contains("0.5 means no overfitting", output, StringComparison.Ordinal);
        Assert.Equal(5, output.TrimEnd('\n').Split('\n').Length);
    }

    [Fact]
    public void Corrupted_test_images_are_sets_too_and_the_help_lists_them()
    {
        string[] names = ["black", "one-pixel", "salt", "half-contrast", "blur", "flipped", "inverted"];
        (int code, string output, string error) = JouleProgramTests.Invoke(
            ["evaluate", tiny.Run, "--json", "--quiet", .. names.SelectMany(n => (string[])["--against", n])]);
        Assert.True(code == 0, error);
        JsonElement json = JsonDocument.Parse(output).RootElement;
        Assert.Equal(["train", "noise", "shuffled", .. names], json.GetProperty("auroc").EnumerateObject().Select(p => p.Name));
        // All images are black, and so equal: their spread is 0.
        Assert.Equal(0, json.GetProperty("energy").GetProperty("black").GetProperty("sd").GetDouble(), 1e-6);
        string help = JouleProgramTests.Invoke("evaluate", "--help").Output;
        Assert.All(names,
            name => Assert.Contains($"\n  {name} ", help.Replace("\n    ", "\n  ", StringComparison.Ordinal), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Did you mean \"mnist\"", "mnits")]
    [InlineData("neither a dataset nor a file", "/no/such/file")]
    public void An_unknown_set_is_an_error(string expected, string against)
    {
        (int code, string output, string error) = JouleProgramTests.Invoke("evaluate", tiny.Run, "--against", against);
        Assert.Equal((ExitCodes.InvalidInput, ""), (code, output));
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }
}
