using Joule.Energies;
using Joule.Gpu.Devices;
using Joule.Gpu.Tests.Devices;
using Joule.Networks;
using Joule.Runs;
using Joule.States;
using Xunit;

namespace Joule.Gpu.Tests.Kernels;

/// <summary>The gradient of the weights of every layer, in the interpreter, against the processor.</summary>
public sealed class WeightEmitterTests
{
    private static readonly DenseLayer One = new() { Outputs = 1 };

    [Theory]
    [MemberData(nameof(NetworkEmitterTests.Vectors), MemberType = typeof(NetworkEmitterTests))]
    public void Dense_networks(string function, int[] widths, int states) =>
        BothPasses.Compare(Shape.Vector(widths[0]), DenseLayers(function, widths), states, again: 1);

    internal static List<Layer> DenseLayers(string function, int[] widths)
    {
        List<Layer> layers = [];
        foreach (int width in widths.Skip(1))
        {
            layers.Add(SampleNetworks.Dense(width));
            if (SampleNetworks.Function(function) is { } pointwise)
                layers.Add(pointwise);
        }
        layers.Add(One);
        return layers;
    }

    [Theory]
    [MemberData(nameof(NetworkEmitterTests.Images), MemberType = typeof(NetworkEmitterTests))]
    public void Convolutions(int channels, int height, int width, int[][] convolutions) =>
        BothPasses.Compare(new Shape(channels, height, width), ImageLayers(convolutions), 3);

    internal static List<Layer> ImageLayers(int[][] convolutions)
    {
        List<Layer> layers = [];
        foreach (int[] c in convolutions)
        {
            layers.Add(new ConvolutionLayer { Outputs = c[0], Kernel = c[1], Stride = c[2], Padding = c[3] });
            layers.Add(new SiluLayer());
        }
        layers.AddRange([new FlattenLayer(), SampleNetworks.Dense(9), new SiluLayer(), One]);
        return layers;
    }

    public static TheoryData<string> Kinds =>
        [.. SampleNetworks.All.Where(n => n.Value.Layers.Any(HasWeights)).Select(n => n.Key)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Other_layers(string kind)
    {
        (Shape shape, Layer[] layers) = SampleNetworks.All[kind];
        BothPasses.Compare(shape, layers, 5, again: 2);
    }

    public static TheoryData<int, int, int> Cuts => new()
    {
        // states, chains of a block, threads: one state, a block, more than a block's group, many groups a block
        { 1, 4, 32 },
        { 4, 4, 32 },
        { 5, 4, 64 },
        { 19, 2, 32 },
        { 33, 8, 96 },
    };

    [Theory]
    [MemberData(nameof(Cuts))]
    public void Any_number_of_states(int states, int chains, int threads)
    {
        BlockCut cut = new(chains, threads);
        Layer[] dense = [SampleNetworks.Dense(7), new SiluLayer(), SampleNetworks.Dense(5), new TanhLayer(), One];
        BothPasses.Compare(Shape.Vector(9), dense, states, again: states, cut);
        Layer[] images = [new ConvolutionLayer { Outputs = 5, Kernel = 3, Padding = 1 }, new SiluLayer(), One];
        BothPasses.Compare(new Shape(1, 6, 5), images, states, cut: cut);
    }

    [Fact]
    public void Rows_of_pixels_that_are_summed_in_a_loop() => BothPasses.Compare(new Shape(1, 3, 45),
        [
            new ConvolutionLayer { Outputs = 6, Kernel = 3, Padding = 1 }, new SiluLayer(),
            new ConvolutionLayer { Outputs = 5, Kernel = 3, Padding = 1 }, new SiluLayer(), One,
        ], 2);

    [Theory]
    [InlineData("digits", 28)]
    [InlineData("book", 32)]
    public void Networks_of_presets(string preset, int side) => BothPasses.Compare(
        new Shape(1, side, side), ((NetworkEnergyOptions)Presets.Load(preset).Energy).Layers, 2);

    private static bool HasWeights(Layer layer) => layer switch
    {
        DenseLayer or ConvolutionLayer or TransposedConvolutionLayer => true,
        ResidualLayer residual => residual.Body.Concat(residual.Shortcut).Any(HasWeights),
        BranchesLayer branches => branches.Paths.Any(path => path.Any(HasWeights)),
        _ => false,
    };
}
