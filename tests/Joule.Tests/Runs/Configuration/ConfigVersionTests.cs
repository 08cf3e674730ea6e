using System.Text.Json.Nodes;
using Joule.Runs;
using Xunit;

namespace Joule.Tests.Runs;

public sealed class ConfigVersionTests
{
    [Theory]
    [InlineData("""{"version":2,"data":{}}""", """{"data":{}}""")]
    [InlineData("""{"data":{}}""", """{"data":{}}""")]
    [InlineData("{}", "{}")]
    public void This_version_is_read_with_or_without_its_number(string text, string expected)
    {
        JsonObject json = JsonNode.Parse(text)!.AsObject();
        Assert.Equal(expected, ConfigVersion.Without(json, "it").ToJsonString());
        Assert.Equal(text, json.ToJsonString());
    }

    [Theory]
    [InlineData("""{"version":3}""", "version", "version 3")]
    [InlineData("""{"version":2.5}""", "version", "version 2.5")]
    [InlineData("""{"version":"2"}""", "version", "has the version \"2\"")]
    [InlineData("""{"data":"mnist","network":[],"schedule":{}}""", "network", "version 1 (its parts are network, schedule)")]
    public void Another_version_is_named_with_the_key_that_shows_it(string text, string key, string message)
    {
        JsonObject json = JsonNode.Parse(text)!.AsObject();
        Assert.Equal(key, ConfigVersion.Problem(json)!.Value.Key);
        string error = Assert.Throws<InvalidInputException>(() => ConfigVersion.Without(json, "my.json")).Message;
        Assert.All(["my.json ", message, "version 2", "joule train PRESET"],
            part => Assert.Contains(part, error, StringComparison.Ordinal));
    }
}
