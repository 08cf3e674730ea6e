using System.Text.Json.Nodes;
using Joule.Compute;
using Joule.Energies;
using Joule.States;
using Joule.Tests.Data;
using Xunit;

namespace Joule.Tests.Energies;

public sealed class ClampedOptionsTests
{
    [Theory]
    [InlineData("""{"type":"clamped","energy":{"type":"gaussian","dimensions":3},"values":{"x1":0.1}}""", "2, real", "x0 x2")]
    [InlineData("""
        {"type":"clamped","energy":{"type":"tempered","energy":{"type":"eight_schools"}},"values":{"log_tau":1.5,"mu":0}}
        """, "8, real", null)]
    [InlineData("""
        {"type":"tempered","energy":{"type":"clamped","energy":{"type":"banana"},"values":{"x0":3}}}
        """, "1, real", "x1")]
    [InlineData("""
        {"type":"clamped","energy":{"type":"clamped","energy":{"type":"funnel","dimensions":4},"values":{"x1":1}},"values":{"x2":2}}
        """, "2, real", null)]
    public void Clamped_energies_nest(string json, string space, string? names)
    {
        using Device device = Device.Cpu(1);
        EnergyOptions options = OptionsJson.Read<EnergyOptions>(JsonNode.Parse(json), "it");
        Assert.Equal(OptionsJson.Text(OptionsJson.Write(options)),
            OptionsJson.Text(OptionsJson.Write(OptionsJson.Read<EnergyOptions>(OptionsJson.Write(options), "it"))));
        StateSpace own = options.OwnSpace()!;
        Assert.Equal(space, own.ToString());
        Energy energy = options.Create(device, own);
        using (energy as IDisposable)
        {
            Assert.Equal(own, energy.Space);
            float[] energies = new float[1];
            energy.Evaluate(TestRows.Normal(1, own.Width, 3), energies);
            Assert.True(float.IsFinite(energies[0]));
            if (names is not null)
                Assert.Equal(names.Split(' '), Enumerable.Range(0, own.Width).Select(i => ClampedNames.Of(energy, i)));
        }
    }

    [Fact]
    public void It_is_the_energy_with_those_numbers()
    {
        using Device device = Device.Cpu(1);
        ClampedOptions options = new() { Energy = new BananaOptions(), Values = new Dictionary<string, float> { ["x1"] = 0.3f } };
        using ClampedEnergy energy = (ClampedEnergy)options.Create(device, StateSpace.Real(Shape.Vector(1)));
        Rows part = TestRows.Empty(1, 1), whole = TestRows.Empty(1, 2);
        (part.Span[0], whole.Span[0], whole.Span[1]) = (2.5f, 2.5f, 0.3f);
        float[] given = new float[1], expected = new float[1];
        energy.Evaluate(part, given);
        new BananaOptions().Create().Evaluate(whole, expected);
        Assert.Equal(expected, given);
    }

    [Fact]
    public void Errors_name_what_is_wrong()
    {
        using Device device = Device.Cpu(1);
        StateSpace pair = StateSpace.Real(Shape.Vector(2));
        ClampedOptions network = new() { Energy = new NetworkEnergyOptions { Layers = [] } };
        Assert.Null(network.OwnSpace());
        Refused.With(() => network.Create(device, pair), "needs an energy that defines its own states", "\"network\"");
        ClampedOptions banana = new() { Energy = new BananaOptions(), Values = new Dictionary<string, float> { ["x0"] = 1 } };
        Refused.With(() => banana.Create(device, pair), "is defined on 1, real", "it was given 2, real");
        Refused.With(() => new ClampedOptions { Energy = new BananaOptions() }.OwnSpace(), "No parameter is clamped");
    }
}
