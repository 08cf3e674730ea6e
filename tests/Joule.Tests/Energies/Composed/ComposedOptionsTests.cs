using System.Text.Json.Nodes;
using Joule.Compute;
using Joule.Energies;
using Joule.States;
using Xunit;

namespace Joule.Tests.Energies;

public sealed class ComposedOptionsTests
{
    [Theory]
    [InlineData("""{"type":"sum","energies":[{"type":"harmonic"},{"type":"gaussian","condition":4.0}],"weights":[2.0,-0.5]}""", "2, real")]
    [InlineData("""{"type":"mixture","energies":[{"type":"banana"},{"type":"tempered","energy":{"type":"gaussian"}}]}""", "2, real")]
    [InlineData("""
        {"type":"ensemble","energies":[{"type":"network","layers":[{"type":"dense","outputs":1}]},{"type":"funnel","dimensions":3}]}
        """, "3, real")]
    public void Energies_are_composed_by_configuration(string json, string space)
    {
        using Device device = Device.Cpu(1);
        EnergyOptions options = OptionsJson.Read<EnergyOptions>(JsonNode.Parse(json), "it");
        StateSpace own = options.OwnSpace()!;
        Assert.Equal(space, own.ToString());
        Energy energy = options.Create(device, own);
        using (energy as IDisposable)
        {
            Assert.Equal(own, energy.Space);
            Assert.True(((ComposedEnergy)energy).OwnsParts);
            float[] energies = new float[1];
            energy.Evaluate(TestRows.Normal(1, own.Width, 3), energies);
            Assert.True(float.IsFinite(energies[0]));
        }
    }

    [Fact]
    public void Parts_of_different_states_are_refused_by_name()
    {
        using Device device = Device.Cpu(1);
        SumOptions options = new() { Energies = [new HarmonicOptions(), new FunnelOptions()] };
        string message = Assert.Throws<InvalidInputException>(() => options.Create(device, options.OwnSpace()!)).Message;
        Assert.Contains("\"funnel\" is defined on 10, real; it was given 2, real", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_part_that_knows_its_states_the_data_determine_them() =>
        Assert.Null(new SumOptions { Energies = [new NetworkEnergyOptions { Layers = [] }] }.OwnSpace());

    [Fact]
    public void Options_out_of_range_are_named()
    {
        using Device device = Device.Cpu(1);
        TemperedOptions options = new() { Energy = new HarmonicOptions(), Temperature = 0 };
        Assert.Contains("temperature is 0",
            Assert.Throws<InvalidInputException>(() => options.Create(device, StateSpace.Real(Shape.Vector(2)))).Message,
            StringComparison.Ordinal);
    }
}
