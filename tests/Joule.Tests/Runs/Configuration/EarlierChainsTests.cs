using System.Text.Json.Nodes;
using Joule.Runs;
using Xunit;

namespace Joule.Tests.Runs;

public sealed class EarlierChainsTests
{
    private const string Whole = """{ "step_size": 2.5, "noise_scale": 0.005, "temperature": 1, "gradient_clip": 0.06, "noise_first": true }""";

    [Fact]
    public void The_one_that_an_earlier_Joule_wrote_beside_a_noise_scale_is_taken_out()
    {
        JsonObject config = Config(Whole, Whole);
        EarlierChains.Accept(config);
        foreach (string part in (string[])["negatives", "sampling"])
        {
            Assert.True(config[part]!["chain"]!.AsObject().ContainsKey("temperature"));
            Assert.Null(config[part]!["chain"]!["temperature"]);
            Assert.Equal(0.005, config[part]!["chain"]!["noise_scale"]!.GetValue<double>());
        }
    }

    [Theory]
    [InlineData("""{ "temperature": 1, "noise_scale": 0.005 }""")]
    [InlineData("""{ "step_size": 2.5, "noise_scale": 0.005, "temperature": 1.5, "gradient_clip": 0.06, "noise_first": true }""")]
    [InlineData("""{ "step_size": 2.5, "noise_scale": null, "temperature": 1, "gradient_clip": 0.06, "noise_first": true }""")]
    [InlineData("""{ "step_size": 2.5, "noise_scale": 0.005, "temperature": "1", "gradient_clip": 0.06, "noise_first": true }""")]
    [InlineData("7")]
    public void What_somebody_set_himself_stays(string chain)
    {
        JsonObject config = Config(chain, "null");
        string before = config.ToJsonString();
        EarlierChains.Accept(config);
        Assert.Equal(before, config.ToJsonString());
    }

    [Fact]
    public void A_configuration_file_of_an_earlier_Joule_is_read_and_one_with_both_is_refused()
    {
        JsonObject earlier = Presets.Json("digits");
        earlier["negatives"]!["chain"]!["temperature"] = 1;
        byte[] text = System.Text.Encoding.UTF8.GetBytes(earlier.ToJsonString());
        Assert.Equal(Presets.Json("digits").ToJsonString(), ConfigSources.Overlay(text, "earlier.json", null).ToJsonString());
        byte[] both = """{ "negatives": { "type": "buffer", "chain": { "temperature": 1 } } }"""u8.ToArray();
        string message = Assert.Throws<InvalidInputException>(() => ConfigSources.Overlay(both, "both.json", "digits")).Message;
        Assert.Contains("negatives.chain.temperature is 1", message, StringComparison.Ordinal);
        Assert.Contains("negatives.chain.noise_scale is 0.0025", message, StringComparison.Ordinal);
    }

    private static JsonObject Config(string training, string sampling) =>
        (JsonObject)JsonNode.Parse($$"""{ "negatives": { "type": "buffer", "chain": {{training}} }, "sampling": { "steps": 3, "chain": {{sampling}} } }""")!;
}
