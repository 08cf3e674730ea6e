using System.Text.Json.Nodes;
using Xunit;

namespace Joule.Tests;

public sealed class KeySearchTests
{
    private static readonly JsonObject Target = JsonNode.Parse(
        """{"data":{"pad":1,"type":"a"},"x":{"steps":1,"type":"b"},"y":{"steps":2,"type":"c","list":[{"steps":3,"type":"d"}]}}""")!
        .AsObject();

    [Theory]
    [InlineData("images.pad", "data.pad")]
    [InlineData("pad", "data.pad")]
    [InlineData("list.0.steps", "y.list.0.steps")]
    [InlineData("old.y.steps", "y.steps")] // the longest ending that exists decides
    [InlineData("steps", "x.steps,y.steps,y.list.0.steps")]
    [InlineData("type", "")] // four keys end like this: too many to be of use
    [InlineData("data.bad", "")]
    [InlineData("ad", "")] // only whole names count
    public void Keys_with_the_same_last_names_are_found(string key, string expected) =>
        Assert.Equal(expected, string.Join(',', KeySearch.WithLastNamesOf(Target, key)));
}
