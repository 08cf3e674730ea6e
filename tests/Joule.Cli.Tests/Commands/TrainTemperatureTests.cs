using Joule.Compute;
using Joule.Runs;
using Xunit;

namespace Joule.Cli.Tests.Commands;

/// <summary>A temperature beside a noise scale has no effect, so it is refused wherever it is given.</summary>
public sealed class TrainTemperatureTests(TinyRun tiny)
{
    [Theory]
    [InlineData("negatives.chain.temperature=2")]
    [InlineData("negatives.chain.temperature=1")]
    [InlineData("sampling.chain.temperature=0.5")]
    public void It_is_refused_and_both_keys_are_named(string change)
    {
        using TemporaryFolder folder = new();
        string run = folder.File("run");
        (int code, string output, string error) = JouleProgramTests.Invoke("train", "seed", "--data", tiny.Data, "--set", change, "--out", run);
        Assert.Equal((ExitCodes.InvalidInput, ""), (code, output));
        string chain = change[..change.IndexOf(".temperature", StringComparison.Ordinal)];
        Assert.Contains($"{chain}.temperature is {change.Split('=')[1]}", error, StringComparison.Ordinal);
        Assert.Contains($"{chain}.noise_scale is 0.005", error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(run));
    }

    [Fact]
    public void It_is_taken_where_the_noise_scale_is_null_and_null_is_1()
    {
        KeyValuePair<string, string>[] without = [new("negatives.chain.noise_scale", "null")];
        Assert.Equal(1, ConfigSources.Compose("seed", null, without).Negatives.Chain.EffectiveTemperature());
        Assert.Equal(0.5, ConfigSources.Compose("seed", null, [.. without, new("negatives.chain.temperature", "0.5")]).Negatives.Chain.EffectiveTemperature());
    }

    [Fact]
    public void A_model_of_an_earlier_Joule_is_read()
    {
        // As it was written: a temperature of 1 in every chain.
        using TemporaryFolder folder = new();
        byte[] now = File.ReadAllBytes(tiny.Model);
        string text = System.Text.Encoding.Latin1.GetString(now);
        int header = BitConverter.ToInt32(now, 0);
        string written = text.Substring(8, header), earlier = written.Replace("\\\"temperature\\\":null", "\\\"temperature\\\":1", StringComparison.Ordinal);
        Assert.NotEqual(written, earlier.TrimEnd());
        earlier = earlier.TrimEnd().PadRight((earlier.TrimEnd().Length + 7) / 8 * 8);
        string file = folder.File("model.safetensors");
        File.WriteAllBytes(file, [.. BitConverter.GetBytes((long)earlier.Length), .. System.Text.Encoding.Latin1.GetBytes(earlier), .. now[(8 + header)..]]);
        using Device device = Device.Cpu(1);
        using Model model = Model.Load(file, device);
        Assert.Null(model.Config.Negatives.Chain.Temperature);
        Assert.Equal(5e-6, model.Config.Negatives.Chain.EffectiveTemperature()!.Value, 1e-12);
    }
}
