using System.Buffers.Binary;
using System.Text.Json;
using Xunit;

namespace Joule.Cli.Tests.Commands;

public sealed class InfoCommandTests(TinyRun tiny)
{
    [Fact]
    public void A_model_is_described_with_its_layers_and_sizes()
    {
        (int code, string output, _) = JouleProgramTests.Invoke("info", tiny.Run);
        Assert.Equal(0, code);
        Assert.Contains("1×8×8 in [0, 1], images padded by 1", output, StringComparison.Ordinal);
        // 64 inputs to 8 and 8 to 1, with biases.
        Assert.Matches(@"total +529\s", output);
    }

    [Fact]
    public void Json_is_one_line()
    {
        (int code, string output, _) = JouleProgramTests.Invoke("info", tiny.Model, "--json");
        Assert.Equal(0, code);
        JsonElement json = JsonDocument.Parse(Assert.Single(output.TrimEnd('\n').Split('\n'))).RootElement;
        Assert.Equal(529, json.GetProperty("parameters").GetInt32());
        Assert.Equal(
            ["dense", "relu", "dense"], json.GetProperty("layers").EnumerateArray().Select(l => l.GetProperty("type").GetString()));
        Assert.Equal("seed", json.GetProperty("config").GetProperty("preset").GetString());
    }

    [Fact]
    public void The_effective_temperature_and_the_length_of_the_training_chains_are_shown()
    {
        // The preset seed has step size 2.5 and noise scale 0.005: temperature 0.005² / (2 · 2.5). 5% of the chains restart.
        string output = JouleProgramTests.Invoke("info", tiny.Run, "--json").Output;
        JsonElement chains = JsonDocument.Parse(output).RootElement.GetProperty("chains");
        JsonElement training = chains.GetProperty("training"), sampling = chains.GetProperty("sampling");
        int steps = training.GetProperty("steps").GetInt32();
        Assert.Equal(20 * steps, training.GetProperty("mean_steps_since_start").GetDouble(), 1e-3);
        Assert.Equal(5e-6, training.GetProperty("effective_temperature").GetDouble(), 1e-12);
        Assert.Equal(5e-6, sampling.GetProperty("effective_temperature").GetDouble(), 1e-12);
        Assert.Contains("short-run", chains.GetProperty("trained_as").GetString(), StringComparison.Ordinal);
        string text = JouleProgramTests.Invoke("info", tiny.Run).Output;
        Assert.Contains("T = 5E-06, from the noise of a step", text, StringComparison.Ordinal);
        Assert.Contains($"{20 * steps} steps since its start", text, StringComparison.Ordinal);
        Assert.Contains($"a short-run model: trained so that chains of about {20 * steps} steps", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("There is no model")]
    [InlineData("cut short", 5)]
    [InlineData("cut short", 400)]
    [InlineData("the file is|The file is|bytes", 2000)]
    [InlineData("4294967296 bytes", -1)]
    [InlineData("safetensors", -2)]
    public void A_damaged_model_is_an_error_for_every_command(string expected, int? damage = null)
    {
        using TemporaryFolder folder = new();
        string file = folder.File("model.safetensors");
        byte[] whole = File.ReadAllBytes(tiny.Model);
        if (damage == -1)
            BinaryPrimitives.WriteUInt64LittleEndian(whole, 1UL << 32);
        byte[]? content = damage switch
        {
            null => null,
            -1 => whole,
            -2 => "this is a text, and no model"u8.ToArray(),
            int n => n < 2000 ? whole[..n] : whole[..^8],
        };
        if (content is not null)
            File.WriteAllBytes(file, content);
        string[][] lines =
            [["info", file], ["sample", file, "--out", folder.File("s.png")], ["score", file, tiny.Data], ["evaluate", file]];
        foreach (string[] line in lines)
        {
            (int code, string output, string error) = JouleProgramTests.Invoke(line);
            Assert.Equal((ExitCodes.InvalidInput, ""), (code, output));
            Assert.Matches(expected, error);
        }
    }

    [Fact]
    public void A_folder_without_a_model_is_an_error()
    {
        using TemporaryFolder folder = new();
        (int code, _, string error) = JouleProgramTests.Invoke("info", folder.Path);
        Assert.Equal(ExitCodes.InvalidInput, code);
        Assert.Contains("holds no model.safetensors", error, StringComparison.Ordinal);
    }
}
