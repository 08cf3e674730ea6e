using System.Text.Json.Nodes;
using Xunit;

namespace Joule.Tests;

/// <summary>Dictionaries in options, whose keys are free names.</summary>
public sealed class OptionsMapTests
{
    public sealed record Sample
    {
        public IReadOnlyDictionary<string, int> Sizes { get; init; } = new SortedDictionary<string, int>();

        public int Other { get; init; }
    }

    [Fact]
    public void A_dictionary_survives_in_order_of_its_keys()
    {
        Sample sample = new() { Sizes = new Dictionary<string, int> { ["b, \"c\""] = 2, ["a.b"] = 1 } };
        JsonObject json = OptionsJson.Write(sample);
        Assert.Equal(["a.b", "b, \"c\""], OptionsJson.Read<Sample>(json, "it").Sizes.Keys);
        Assert.Equal(2, OptionsJson.Read<Sample>(json, "it").Sizes["b, \"c\""]);
    }

    [Fact]
    public void A_value_that_is_not_a_dictionary_or_has_other_values_is_named() =>
        Assert.Equal(
            "it cannot be used: sizes is 5; it must be an object { … }.|it cannot be used: sizes.a is \"x\"; it must be a whole number "
                + "that fits 32 bits.",
            $"{Refused("""{"sizes":5}""")}|{Refused("""{"sizes":{"a":"x"}}""")}");

    [Theory]
    [InlineData("sizes.a", """{"sizes":{"a":7},"other":0}""")]
    [InlineData("sizes.a.b c", """{"sizes":{"a.b c":7},"other":0}""")]
    public void A_key_is_set_whatever_its_name(string key, string expected)
    {
        JsonObject json = OptionsJson.Write(new Sample());
        OptionsEdit.Set(json, key, "7", typeof(Sample));
        Assert.Equal(expected, json.ToJsonString());
        Assert.Equal(7, Assert.Single(OptionsJson.Read<Sample>(json, "it").Sizes).Value);
    }

    [Fact]
    public void Other_keys_are_still_refused()
    {
        InvalidInputException error = Assert.Throws<InvalidInputException>(() =>
            OptionsEdit.Set(OptionsJson.Write(new Sample()), "othr", "7", typeof(Sample)));
        Assert.Contains("Did you mean \"other\"?", error.Message, StringComparison.Ordinal);
    }

    private static string Refused(string json) =>
        Assert.Throws<InvalidInputException>(() => OptionsJson.Read<Sample>(JsonNode.Parse(json), "it")).Message;
}
