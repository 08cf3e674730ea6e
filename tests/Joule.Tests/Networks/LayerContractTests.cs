using System.Text.Json.Nodes;
using Joule.Compute;
using Joule.Networks;
using Joule.States;
using Xunit;

namespace Joule.Tests.Networks;

/// <summary>Rules for every layer of the catalogue; a new layer is tested automatically.</summary>
public sealed class LayerContractTests
{
    public static TheoryData<string> Names => new(Catalogue.Of(typeof(Layer)).Select(e => e.Named.Name));

    [Theory]
    [MemberData(nameof(Names))]
    public void A_layer_can_be_built_has_a_summary_and_survives_JSON(string name)
    {
        (Type type, NamedAttribute named) = Catalogue.Of(typeof(Layer)).Single(e => e.Named.Name == name);
        Assert.NotEmpty(named.Summary);
        Layer layer = OptionsJson.Read<Layer>(Least(name), "The layer");
        Assert.IsType(type, layer);
        Assert.Equal(OptionsJson.Write(layer).ToJsonString(),
            OptionsJson.Write(OptionsJson.Read<Layer>(OptionsJson.Write(layer), "The layer")).ToJsonString());

        using Device device = Device.Cpu(1);
        using Network network = new(device, new Shape(2, 6, 6), [layer, new SumLayer()]);
        network.Initialize(1);
        Rows states = TestRows.Normal(2, 72, 1), gradient = TestRows.Empty(2, 72);
        network.Gradient(states, new float[2], gradient);
        Assert.True(gradient.Span.ContainsAnyExcept(0f), "The layer passes no gradient back.");
    }

    [Fact]
    public void The_float64_reference_has_every_layer()
    {
        IEnumerable<Type> used = TestNetworks.All.Values.SelectMany(n => n.Layers).SelectMany(Inside).Select(l => l.GetType());
        Assert.Empty(Catalogue.Of(typeof(Layer)).Select(e => e.Type).Except(used));
    }

    private static IEnumerable<Layer> Inside(Layer layer) => layer switch
    {
        ResidualLayer residual => [residual, .. residual.Body.Concat(residual.Shortcut).SelectMany(Inside)],
        BranchesLayer branches => [branches, .. branches.Paths.SelectMany(p => p).SelectMany(Inside)],
        _ => [layer],
    };

    // The keys without a default.
    private static JsonNode Least(string name) => JsonNode.Parse(name switch
    {
        "dense" or "conv" or "transposed_convolution" => $$"""{"type":"{{name}}","outputs":3}""",
        "residual" => """{"type":"residual","body":[{"type":"tanh"}]}""",
        "branches" => """{"type":"branches","paths":[[],[{"type":"tanh"}]]}""",
        _ => $$"""{"type":"{{name}}"}""",
    })!;
}
