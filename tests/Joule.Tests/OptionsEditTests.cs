using System.Text.Json.Nodes;
using Joule.Runs;
using Joule.Training;
using Xunit;

namespace Joule.Tests;

public sealed class OptionsEditTests
{
    [Fact]
    public void Merging_lays_key_over_key_and_replaces_lists()
    {
        JsonObject target = Parse("""{"a":1,"b":{"c":2,"d":[1,2,3]},"e":null}"""), changes = Parse("""{"b":{"d":[9]},"e":{"f":1},"g":5}""");
        OptionsEdit.Merge(target, changes);
        Assert.Equal("""{"a":1,"b":{"c":2,"d":[9]},"e":{"f":1},"g":5}""", target.ToJsonString());
        target["g"] = 6;
        target["e"]!["f"] = 7;
        Assert.Equal("""{"b":{"d":[9]},"e":{"f":1},"g":5}""", changes.ToJsonString());
    }

    [Fact]
    public void Another_type_replaces_its_object_and_the_same_type_does_not()
    {
        JsonObject target = Parse("""{"o":{"type":"adam","rate":1,"beta1":0}}""");
        OptionsEdit.Merge(target, Parse("""{"o":{"type":"adam","rate":2}}"""));
        Assert.Equal("""{"o":{"type":"adam","rate":2,"beta1":0}}""", target.ToJsonString());
        OptionsEdit.Merge(target, Parse("""{"o":{"type":"sgd","rate":3}}"""));
        Assert.Equal("""{"o":{"type":"sgd","rate":3}}""", target.ToJsonString());
    }

    [Theory]
    [InlineData("a", "2.5", """{"a":2.5,"b":{"c":"x"},"l":[{"n":1},5]}""")]
    [InlineData("b.c", "hello world", """{"a":1,"b":{"c":"hello world"},"l":[{"n":1},5]}""")]
    [InlineData("b.c", "true", """{"a":1,"b":{"c":true},"l":[{"n":1},5]}""")]
    [InlineData("b", "null", """{"a":1,"b":null,"l":[{"n":1},5]}""")]
    [InlineData("l.0.n", "-3", """{"a":1,"b":{"c":"x"},"l":[{"n":-3},5]}""")]
    [InlineData("l.1", "[6]", """{"a":1,"b":{"c":"x"},"l":[{"n":1},[6]]}""")]
    public void One_key_is_set(string key, string value, string expected)
    {
        JsonObject target = Parse("""{"a":1,"b":{"c":"x"},"l":[{"n":1},5]}""");
        OptionsEdit.Set(target, key, value, typeof(object));
        Assert.Equal(expected, target.ToJsonString());
    }

    [Theory]
    [InlineData("objective", "contrastive_divergence", """{"type":"contrastive_divergence"}""")]
    [InlineData("objective", "nothing", """{"type":"nothing"}""")]
    [InlineData("objective", """{"type":"contrastive_divergence","energy_regularization":1}""",
        """{"type":"contrastive_divergence","energy_regularization":1}""")]
    [InlineData("objective", "5", "5")]
    [InlineData("preset", "contrastive_divergence", "\"contrastive_divergence\"")]
    public void A_name_alone_stands_for_a_type_with_its_defaults(string key, string value, string expected)
    {
        JsonObject json = Presets.Json("seed");
        OptionsEdit.Set(json, key, value, typeof(RunConfig));
        Assert.Equal(expected, json[key]!.ToJsonString());
    }

    [Fact]
    public void A_name_alone_also_stands_for_a_type_further_in()
    {
        JsonObject json = Presets.Json("seed");
        OptionsEdit.Set(json, "objective.negatives.sampler", "mala", typeof(RunConfig));
        Assert.Equal("""{"type":"mala"}""", json["objective"]!["negatives"]!["sampler"]!.ToJsonString());
    }

    [Theory]
    [InlineData("trainin.batch", "Did you mean \"training.batch\"?")]
    [InlineData("training.bach", "Did you mean \"batch\"?")]
    [InlineData("training.batch.more", "there is no \"more\"")]
    [InlineData("l.1", "the indices 0 to 0")]
    [InlineData("l.1.n", "the indices 0 to 0")]
    [InlineData("l.x", "the indices 0 to 0")]
    [InlineData("", "there is no \"\"")]
    public void A_missing_key_is_named(string key, string message)
    {
        JsonObject target = Parse("""{"training":{"batch":1},"l":[{"n":1}]}""");
        Assert.Contains(message, Assert.Throws<InvalidInputException>(() => OptionsEdit.Set(target, key, "1", typeof(object))).Message,
            StringComparison.Ordinal);
        Assert.Equal("""{"training":{"batch":1},"l":[{"n":1}]}""", target.ToJsonString());
    }

    [Fact]
    public void Changing_a_type_keeps_the_keys_that_the_new_one_has()
    {
        JsonObject target = Parse("""{"optimizer":{"type":"adam","learning_rate":0.5,"beta1":0}}""");
        OptionsEdit.Set(target, "optimizer.type", "sgd", typeof(TrainingOptions));
        Assert.Equal("""{"optimizer":{"type":"sgd","learning_rate":0.5}}""", target.ToJsonString());
        target = Parse("""{"energy":{"type":"network","layers":[{"type":"residual","body":[{"type":"conv","outputs":3,"kernel":5}]}]}}""");
        OptionsEdit.Set(target, "energy.layers.0.body.0.type", "dense", typeof(RunConfig));
        Assert.Equal("""{"type":"dense","outputs":3}""", target["energy"]!["layers"]![0]!["body"]![0]!.ToJsonString());
    }

    [Theory]
    [InlineData("negatives.steps", "Did you mean \"objective.negatives.steps\"?")]
    [InlineData("images.pad", "Did you mean \"data.pad\"?")]
    [InlineData("network.0.outputs", "Did you mean \"energy.layers.0.outputs\"?")]
    [InlineData("training.energy_regularization", "Did you mean \"objective.energy_regularization\"?")]
    [InlineData("optimizer.type", "Did you mean \"training.optimizer.type\"?")]
    [InlineData("beta1", "Did you mean \"training.optimizer.beta1\"?")]
    [InlineData("steps", "Did you mean \"objective.negatives.steps\" or \"sampling.steps\"?")]
    [InlineData("training.bach", "Did you mean \"batch\"?")]
    public void For_a_shortened_or_an_earlier_key_the_full_one_is_proposed(string key, string message) => Assert.Contains(
        message, Assert.Throws<InvalidInputException>(() => OptionsEdit.Set(Presets.Json("seed"), key, "1", typeof(RunConfig))).Message,
        StringComparison.Ordinal);

    private static JsonObject Parse(string json) => (JsonObject)JsonNode.Parse(json)!;
}
