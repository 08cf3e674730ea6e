using Joule.Data;
using Xunit;

namespace Joule.Cli.Tests.Commands;

/// <summary>
/// Configurations, runs, models and checkpoints of version 1 are refused; the error names the version and says what to do.
/// </summary>
public sealed class EarlierVersionTests(TinyRun tiny)
{
    private const string Earlier =
        """{"preset":"seed","data":"mnist","network":[{"type":"dense","outputs":1}],"negatives":{"type":"noise"}"""
        + ""","optimizer":{"type":"adam"},"training":{"epochs":1}}""";

    [Theory]
    [InlineData(Earlier, "this is a Joule configuration of version 1 (its parts are network, negatives, optimizer)")]
    [InlineData("""{"images":{"pad":2}}""", "this is a Joule configuration of version 1 (its parts are images)")]
    [InlineData("""{"version":1,"training":{"batch":32}}""", "this is a Joule configuration of version 1.")]
    [InlineData("""{"version":3}""", "this is a Joule configuration of version 3.")]
    [InlineData("""{"version":"2"}""", "this has the version \"2\", which is not a number.")]
    public void A_configuration(string text, string message)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder.File("c.json"), text);
        Refused(["train", "--config", folder.File("c.json"), "--data", tiny.Data, "--out", folder.File("run")],
            folder.File("c.json") + ", line 1, column ", message, "This Joule reads version 2", "joule train PRESET");
        Assert.False(Path.Exists(folder.File("run")));
    }

    [Fact]
    public void A_run()
    {
        using TemporaryFolder folder = new();
        foreach (string name in (string[])["run.json", "metrics.csv"])
            File.Copy(Path.Combine(tiny.Run, name), folder.File(name));
        File.WriteAllText(folder.File("config.json"), Earlier);
        Refused(["train", "--resume", folder.Path], folder.File("config.json") + ", line 1, column ",
            "this is a Joule configuration of version 1", "This Joule reads version 2");
    }

    [Theory]
    [InlineData("info")]
    [InlineData("sample")]
    [InlineData("evaluate")]
    public void A_model(string command)
    {
        using TemporaryFolder folder = new();
        SafeTensorsContent content = SafeTensors.Read(tiny.Model);
        string description = content.Metadata["joule"].Replace("{\"version\":2,", "{\"version\":1,", StringComparison.Ordinal);
        Assert.NotEqual(content.Metadata["joule"], description);
        SafeTensors.Write(folder.File("m"), content.Tensors, new Dictionary<string, string> { ["joule"] = description });
        Refused([command, folder.File("m")], $"{folder.File("m")}, byte ",
            "this is a model of format version 1. This Joule reads version 2. Train the model again");
    }

    [Fact]
    public void A_checkpoint()
    {
        using TemporaryFolder folder = new();
        string run = folder.File("run");
        Assert.Equal(0, tiny.Train("--out", run, "--epochs", "1").Code);
        foreach (string file in Directory.GetFiles(Path.Combine(run, "checkpoints")))
        {
            byte[] bytes = File.ReadAllBytes(file);
            ReadOnlySpan<byte> notes = "{\\\"version\\\":2,\\\"update\\\""u8;
            bytes[bytes.AsSpan().IndexOf(notes) + "{\\\"version\\\":"u8.Length] = (byte)'1';
            byte[] content = bytes[..^32];
            File.WriteAllBytes(file, [.. content, .. System.Security.Cryptography.SHA256.HashData(content)]);
        }
        Refused(["train", "--resume", run, "--epochs", "2"], "this is a checkpoint of format version 1",
            "This Joule reads version 2", "Start the run again");
    }

    private static void Refused(string[] arguments, params string[] words)
    {
        (int code, string output, string error) = JouleProgramTests.Invoke(arguments);
        Assert.Equal((ExitCodes.InvalidInput, ""), (code, output));
        foreach (string word in words)
            Assert.Contains(word, error, StringComparison.Ordinal);
    }
}
