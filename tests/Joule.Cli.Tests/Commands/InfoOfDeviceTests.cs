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
    public void A_model_that_fits_has_a_row_for_scores_and_one_for_its_sampler()
    {
        (string text, JsonElement json) = Write(Card);
        Assert.Matches(@"score +in one kernel +8 +512 +[\d,]+ bytes +[\d,]+ bytes +[\d,]+\n", text);
        Assert.Matches(@"langevin +in one kernel +8 +512 ", text);
        JsonElement[] kernels = [.. json.GetProperty("kernels").EnumerateArray()];
        Assert.Equal(["score", "langevin"], kernels.Select(k => k.GetProperty("use").GetString()));
        Assert.All(kernels, k => Assert.Equal(8, k.GetProperty("chains_of_block").GetInt32()));
        Assert.All(kernels, k => Assert.Equal(JsonValueKind.Null, k.GetProperty("why_not").ValueKind));
        Assert.All(kernels, k => Assert.True(k.GetProperty("chains_at_once").GetInt32() >= 8 * 132));
    }

    [Fact]
    public void A_model_that_does_not_fit_says_what_is_too_large()
    {
        (string text, JsonElement json) = Write(Card with { Name = "a small card", SharedBytesOfBlock = 256 });
        Assert.Contains("score: cannot run.", text, StringComparison.Ordinal);
        Assert.Contains("a small card has 256", text, StringComparison.Ordinal);
        Assert.Matches(@"The largest layer is \d, dense, with 8 values\.", text);
        Assert.All(json.GetProperty("kernels").EnumerateArray(), k =>
            Assert.Contains("Make the layers or the states smaller", k.GetProperty("why_not").GetString(), StringComparison.Ordinal));
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
