using System.Text.Json.Nodes;
using Joule.Compute;
using Joule.Data;
using Joule.Energies;
using Joule.Runs;
using Joule.States;
using Xunit;

namespace Joule.Tests.Runs;

public sealed class PresetsTests
{
    public static TheoryData<string> Names => new(Presets.Names.Where(n => Presets.Load(n).Data is ImageDataOptions));

    [Fact]
    public void The_presets_exist() =>
        Assert.Equal(
            [
                "book", "density", "digits", "dsm", "edges", "energy-matching", "fashion", "jem", "nae", "points", "seed", "seed-naive",
            ],
            Presets.Names);

    [Fact]
    public void Every_set_of_points_is_a_preset()
    {
        string[] least =
        [
            "banana", "checkerboard", "eight_gaussians", "grid", "pinwheel", "rings", "spirals", "swiss_roll", "two_moons",
        ];
        Assert.Empty(least.Except(Presets.OfPoints));
        foreach (string name in Presets.OfPoints)
        {
            RunConfig config = Presets.Load(name);
            Assert.Equal((name, name), (config.Preset, config.Data.Source));
            RunConfig expected = Presets.Load("points") with { Preset = name, Data = config.Data };
            Assert.Equal(OptionsJson.Text(expected.ToJson()), OptionsJson.Text(config.ToJson()));
            Assert.Equal(2, config.Data.Open(new DataRequest(1, _ => { })).Train.Space.Width);
        }
    }

    [Theory]
    [InlineData("moons", "two_moons")]
    [InlineData("eight-gaussians", "eight_gaussians")]
    [InlineData("swiss_roll", "swiss_roll")]
    public void Points_have_shorter_names_and_may_have_hyphens(string name, string expected)
    {
        Assert.Equal(expected, Presets.Load(name).Preset);
        Assert.Equal(OptionsJson.Text(Presets.Json(expected)), OptionsJson.Text(Presets.Json(name)));
    }

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

    [Theory]
    [InlineData("digit", "digits")]
    [InlineData("two_moon", "two_moons")]
    [InlineData("eight-gausians", "eight_gaussians")]
    public void For_an_unknown_preset_the_nearest_is_proposed(string given, string proposed) =>
        Assert.Contains($"Did you mean \"{proposed}\"?", Assert.Throws<InvalidInputException>(() => Presets.Load(given)).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Draws_that_are_no_points_are_no_preset() =>
        Assert.Throws<InvalidInputException>(() => Presets.Load("funnel"));
}
