using Joule.Data;
using Joule.Energies;
using Joule.Networks;
using Joule.Objectives;
using Joule.Runs;
using Joule.States;

namespace Joule.Compare.Cases;

/// <summary>The networks of the cases.</summary>
internal static class BenchNetworks
{
    private const int ResidualBlocks = 8;
    private const int ResidualChannels = 64;

    /// <summary>The book's model: its network, chain and training.</summary>
    public static RunConfig Book { get; } = Presets.Load("book");

    public static IReadOnlyList<Layer> BookLayers => LayersOf(Book);

    public static ImageTransform BookImages => ImagesOf(Book);

    public static Shape BookShape { get; } = new(1, 32, 32);

    public static Shape MnistShape { get; } = new(1, 28, 28);

    public static IReadOnlyList<Layer> Mlp { get; } = [new DenseLayer { Outputs = 128 }, new ReluLayer(), new DenseLayer { Outputs = 1 }];

    public static IReadOnlyList<Layer> Residual { get; } =
    [
        Convolution(),
        .. Enumerable.Range(0, ResidualBlocks).SelectMany(_ => (Layer[])[new ResidualLayer { Body = [Convolution(), new SiluLayer(), Convolution()] }, new SiluLayer()]),
        new AveragePoolLayer { Size = 28 },
        new FlattenLayer(),
        new DenseLayer { Outputs = 1 },
    ];

    public static ImageTransform ImagesOf(RunConfig config) => ((ImageDataOptions)config.Data).ToTransform();

    public static IReadOnlyList<Layer> LayersOf(RunConfig config) => ((NetworkEnergyOptions)config.Energy).Layers;

    public static ContrastiveDivergenceOptions ObjectiveOf(RunConfig config) => (ContrastiveDivergenceOptions)config.Objective;

    public static RunConfig With(RunConfig config, NegativesOptions negatives) => config with { Objective = ObjectiveOf(config) with { Negatives = negatives } };

    private static ConvolutionLayer Convolution() => new() { Outputs = ResidualChannels, Kernel = 3, Padding = 1 };
}
