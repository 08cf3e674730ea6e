using System.Text;
using System.Text.Json;
using Joule.Cli.Commands;
using Joule.Gpu.Driver;
using Joule.Networks;
using Joule.Runs;
using Xunit;

namespace Joule.Cli.Tests.Commands;

/// <summary><c>joule info --device</c>, with and without a GPU.</summary>
public sealed class InfoOfDeviceTests(TinyRun tiny)
{
    private static readonly GpuInfo Card = new(0, "a card", new Version(9, 0), 1L << 36)
    {
        Multiprocessors = 132,
        SharedBytesOfBlock = 232448,
        SharedBytesOfMultiprocessor = 233472,
    };

    [Fact]
    public void The_processor_runs_everything()
    {
        (int code, string output, _) = JouleProgramTests.Invoke("info", tiny.Run, "--device", "cpu", "--threads", "1");
        Assert.Equal(0, code);
        Assert.Contains("runs every energy and sampler", output, StringComparison.Ordinal);
        Assert.DoesNotContain("Device ", JouleProgramTests.Invoke("info", tiny.Run).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_GPU_the_reason_is_an_error_of_the_input()
    {
        Assert.SkipWhen(GpuDriver.WhyNot is null, "This machine has a GPU.");
        (int code, string output, string error) = JouleProgramTests.Invoke("info", tiny.Run, "--device", "gpu");
        Assert.Equal(ExitCodes.InvalidInput, code);
        Assert.Equal("", output);
        Assert.Contains(GpuDriver.WhyNot!, error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_that_fits_has_rows_for_scores_its_sampler_and_training()
    {
        (string text, JsonElement json) = Write(Card);
        Assert.Matches(@"score +in one kernel +4 +512 +[\d,]+ bytes +[\d,]+ bytes +[\d,]+\n", text);
        Assert.Matches(@"langevin +in one kernel +8 +512 ", text);
        Assert.Matches(@"train +in shared memory, 3 launches +8 +512 ", text);
        JsonElement[] kernels = [.. json.GetProperty("kernels").EnumerateArray()];
        Assert.Equal(["score", "langevin", "train"], kernels.Select(k => k.GetProperty("use").GetString()));
        Assert.All(kernels, k => Assert.Equal("shared_memory", k.GetProperty("way").GetString()));
        Assert.Equal([4, 8, 8], kernels.Select(k => k.GetProperty("chains_of_block").GetInt32()));
        Assert.Contains("\nBlocks are chosen by size; --tune times them.\n", text, StringComparison.Ordinal);
        Assert.All(kernels, k => Assert.False(k.GetProperty("timed").GetBoolean()));
        Assert.All(kernels, k => Assert.Equal(0, k.GetProperty("weight_bytes_of_block").GetInt32()));
        Assert.All(kernels, k => Assert.Equal(JsonValueKind.Null, k.GetProperty("why_not").ValueKind));
        Assert.All(kernels, k => Assert.True(k.GetProperty("chains_at_once").GetInt32() >= 4 * 132));
    }

    [Fact]
    public void A_model_that_does_not_fit_shared_memory_goes_layer_by_layer()
    {
        (string text, JsonElement json) = Write(Card with { Name = "a small card", SharedBytesOfBlock = 256 });
        Assert.Matches(@"score +layer by layer, \d+ launches +[\d,]+\n", text);
        Assert.Matches(@"langevin +layer by layer, \d+ launches ", text);
        Assert.Matches(@"train +layer by layer, \d+ launches ", text);
        Assert.Matches(@"score: a chain's values take [\d,]+ bytes of the GPU's memory; they exceed a block's shared memory", text);
        Assert.All(json.GetProperty("kernels").EnumerateArray(), k =>
        {
            Assert.Equal("global_memory", k.GetProperty("way").GetString());
            Assert.True(k.GetProperty("global_bytes_of_chain").GetInt64() > 0);
            Assert.False(k.TryGetProperty("shared_bytes_of_block", out _));
        });
    }

    private (string Text, JsonElement Json) Write(GpuInfo gpu)
    {
        string file = Model.Find(tiny.Run);
        ModelDescription model = Model.Describe(file);
        IReadOnlyList<LayerRow> layers = model.Config.Energy.ListLayers(model.Space.Shape);
        InfoOfDevice info = new(gpu.Name, InfoOfDevice.FitsOf(gpu, file, model), layers);
        StringWriter text = new() { NewLine = "\n" };
        info.WriteText(text);
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream))
        {
            json.WriteStartObject();
            info.WriteJson(json);
            json.WriteEndObject();
        }
        return (text.ToString(), JsonDocument.Parse(Encoding.UTF8.GetString(stream.ToArray())).RootElement.GetProperty("device"));
    }
}
