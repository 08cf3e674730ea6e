using Joule.Gpu.Devices;
using Joule.Gpu.Plans;
using Joule.Gpu.Tests.Devices;
using Joule.Networks;
using Joule.States;
using Xunit;

namespace Joule.Gpu.Tests.Kernels;

/// <summary>Passes along directions over global memory, in the interpreter, against the processor.</summary>
public sealed class GlobalAlongTests
{
    private static readonly ProductTile Tile = new(8, 8, 8, 4, 4), Warp = new(32, 32, 8, 8, 4);

    private static readonly NetworkOptions Global = new() { Way = KernelWay.GlobalMemory, Cut = new ProductCut(Tile, 1) };

    [Theory]
    [MemberData(nameof(NetworkEmitterTests.Vectors), MemberType = typeof(NetworkEmitterTests))]
    public void Dense_networks(string function, int[] widths, int states) =>
        BothPasses.CompareAlong(Shape.Vector(widths[0]), WeightEmitterTests.DenseLayers(function, widths), states, networks: Global);

    [Theory]
    [MemberData(nameof(NetworkEmitterTests.Images), MemberType = typeof(NetworkEmitterTests))]
    public void Convolutions(int channels, int height, int width, int[][] convolutions) => BothPasses.CompareAlong(
        new Shape(channels, height, width), WeightEmitterTests.ImageLayers(convolutions), 3, again: 1, networks: Global);

    [Theory]
    [MemberData(nameof(WeightEmitterTests.Kinds), MemberType = typeof(WeightEmitterTests))]
    public void Other_layers(string kind)
    {
        (Shape shape, Layer[] layers) = SampleNetworks.All[kind];
        BothPasses.CompareAlong(shape, layers, 5, again: 2, networks: Global with { Cut = new ProductCut(Tile, 3) });
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 2)]
    [InlineData(7, 3)]
    public void Any_number_of_states_and_groups(int states, int ofGroup)
    {
        List<Layer> layers = WeightEmitterTests.DenseLayers("silu", [9, 7, 5]);
        long bytes = BothPasses.BytesOfState(Shape.Vector(9), layers, along: true);
        BothPasses.CompareAlong(Shape.Vector(9), layers, states, again: states, networks: Global with { MostBytes = ofGroup * bytes + 1 });
    }

    [Fact]
    public void Products_on_tensor_cores() => BothPasses.CompareAlong(
        new Shape(1, 6, 6), WeightEmitterTests.ImageLayers([[5, 3, 1, 1]]), 3,
        networks: Global with { Cut = new ProductCut(Warp, 2), Precision = ProductPrecision.Tf32x3 });
}
