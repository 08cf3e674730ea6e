using System.Text.Json.Nodes;
using Joule.Compute;
using Joule.Energies;
using Joule.Runs;
using Joule.States;
using Xunit;

namespace Joule.Tests.Runs;

public sealed class PresetsTests
{
    public static TheoryData<string> Names => new(Presets.Names);

    [Fact]
    public void The_presets_exist() => Assert.Equal(["book", "density", "digits", "fashion", "seed", "seed-naive"], Presets.Names);

    [Theory]
    [MemberData(nameof(Names))]
    public void A_preset_round_trips_and_its_network_fits_images_of_28_by_28(string name)
    {
        RunConfig config = Presets.Load(name);
        Assert.Equal(name, config.Preset);
        Assert.NotEmpty(config.Summary);
        string text = OptionsJson.Text(config.ToJson());
        Assert.Equal(text, OptionsJson.Text(RunConfig.FromJson((JsonObject)JsonNode.Parse(text)!, "It").ToJson()));
        int side = 28 + 2 * config.Images().Pad;
        using Device device = Device.Cpu(1);
        Energy energy = config.Energy.Create(device, StateSpace.Box(new Shape(1, side, side), config.Images().Low, config.Images().High));
        using IDisposable owned = (IDisposable)energy;
        ((ITrainable)energy).Initialize(config.Seed);
        float[] energies = new float[2];
        ((IDifferentiable)energy).Gradient(TestRows.Normal(2, side * side, 1), energies, TestRows.Empty(2, side * side));
        Assert.All(energies, e => Assert.True(float.IsFinite(e)));
        Assert.NotEqual(energies[0], energies[1]);
    }

    [Fact]
    public void For_an_unknown_preset_the_nearest_is_proposed() =>
        Assert.Contains("Did you mean \"digits\"?", Assert.Throws<InvalidInputException>(() => Presets.Load("digit")).Message,
            StringComparison.Ordinal);
}
