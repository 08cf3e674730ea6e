using Joule.Runs;
using Xunit;

namespace Joule.Tests.Runs;

public sealed class ConfigKeysTests
{
    private static readonly IReadOnlyList<ConfigKey> All = ConfigKeys.All();

    [Fact]
    public void Keys_have_kind_range_default_and_type()
    {
        ConfigKey key = Single("training.epochs");
        Assert.Equal(("whole number", "training"), (key.Kind, key.Owner));
        key = Assert.Single(All, k => k is { Key: "objective.negatives.sampler.noise_scale", Of: "langevin" });
        Assert.EndsWith(", or null", key.Range, StringComparison.Ordinal);
        Assert.All(All.Where(k => k.Key == "energy.layers"), k => Assert.StartsWith("list of objects", k.Kind, StringComparison.Ordinal));
        Assert.Equal("\"langevin\"", Single("objective.negatives.sampler.type").Default);
        Assert.Equal("", Single("version").Owner);
    }

    [Fact]
    public void Records_that_contain_themselves_are_listed_once() =>
        Assert.InRange(All.Count(k => k.Key.StartsWith("energy.layers.N.", StringComparison.Ordinal)), 10, 60);

    [Fact]
    public void A_preset_has_only_its_own_keys_with_its_values()
    {
        IReadOnlyList<ConfigKey> keys = ConfigKeys.Of("seed");
        Assert.Equal("2.5", Assert.Single(keys, k => k.Key == "objective.negatives.sampler.step_size").Default);
        Assert.DoesNotContain(keys, k => k.Of == "hmc");
        Assert.Contains("\"seed\"", Assert.Throws<InvalidInputException>(() => ConfigKeys.Of("sed")).Message, StringComparison.Ordinal);
    }

    private static ConfigKey Single(string key) => Assert.Single(All, k => k.Key == key);
}
