using Joule.Energies;
using Joule.Gpu.Devices;
using Joule.Gpu.Tests.Devices;
using Joule.Networks;
using Joule.Runs;
using Joule.States;
using Xunit;

namespace Joule.Gpu.Tests.Kernels;

/// <summary>
/// Energies with the gradient of the states, and the gradient of the weights along directions, for every layer and function, in the
/// interpreter, against the processor.
/// </summary>
public sealed class TangentCellsTests
{
    private static readonly DenseLayer One = new() { Outputs = 1 };

    [Theory]
    [MemberData(nameof(NetworkEmitterTests.Vectors), MemberType = typeof(NetworkEmitterTests))]
    public void Dense_networks(string function, int[] widths, int states) =>
        BothPasses.CompareAlong(Shape.Vector(widths[0]), WeightEmitterTests.DenseLayers(function, widths), states, again: 1);

    [Theory]
    [MemberData(nameof(NetworkEmitterTests.Images), MemberType = typeof(NetworkEmitterTests))]
    public void Convolutions(int channels, int height, int width, int[][] convolutions) =>
        BothPasses.CompareAlong(new Shape(channels, height, width), WeightEmitterTests.ImageLayers(convolutions), 3);

    [Theory]
    [MemberData(nameof(WeightEmitterTests.Kinds), MemberType = typeof(WeightEmitterTests))]
    public void Other_layers(string kind)
    {
        (Shape shape, Layer[] layers) = SampleNetworks.All[kind];
        BothPasses.CompareAlong(shape, layers, 5, again: 2);
    }

    [Theory]
    [MemberData(nameof(WeightEmitterTests.Cuts), MemberType = typeof(WeightEmitterTests))]
    public void Any_number_of_states(int states, int chains, int threads)
    {
        BlockCut cut = new(chains, threads);
        Layer[] dense = [SampleNetworks.Dense(7), new SiluLayer(), SampleNetworks.Dense(5), new TanhLayer(), One];
        BothPasses.CompareAlong(Shape.Vector(9), dense, states, again: states, cut);
        Layer[] images = [new ConvolutionLayer { Outputs = 5, Kernel = 3, Padding = 1 }, new SiluLayer(), One];
        BothPasses.CompareAlong(new Shape(1, 6, 5), images, states, cut: cut);
    }

    [Fact]
    public void A_function_of_a_value_with_other_readers_finds_it_in_reverse() => BothPasses.CompareAlong(Shape.Vector(6),
        [
            SampleNetworks.Dense(6),
            new BranchesLayer { Paths = [[new SiluLayer(), SampleNetworks.Dense(6)], [new TanhLayer()], []] },
            new SiluLayer(), One,
        ], 3);

    [Fact]
    public void The_network_of_a_preset() => BothPasses.CompareAlong(
        new Shape(1, 28, 28), ((NetworkEnergyOptions)Presets.Load("digits").Energy).Layers, 2);
}
