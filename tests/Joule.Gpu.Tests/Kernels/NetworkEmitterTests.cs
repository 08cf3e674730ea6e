using Joule.Compute;
using Joule.Energies;
using Joule.Gpu.Tests.Devices;
using Joule.Networks;
using Joule.Samplers;
using Joule.States;
using Xunit;

namespace Joule.Gpu.Tests.Kernels;

/// <summary>Every layer in a kernel, in the interpreter, against the processor: energies, gradients (by their norms) and chains.</summary>
public sealed class NetworkEmitterTests
{
    private static readonly LangevinOptions Langevin = new() { StepSize = 0.05f, NoiseScale = 0.1f, GradientClip = 0.5f };

    private static readonly DenseLayer One = new() { Outputs = 1 };

    public static TheoryData<string, int[], int> Vectors => new()
    {
        // function, widths, chains
        { "silu", [5, 7], 3 },
        { "relu", [37, 16], 5 },
        { "tanh", [130, 9, 12], 4 },
        { "softplus", [64, 33, 8, 5], 3 },
        { "elu", [20, 8], 2 },
        { "leaky_relu", [16, 4], 2 },
        { "sigmoid", [1, 4], 2 },
        { "square", [11, 6], 2 },
        { "none", [9, 6], 1 },
    };

    [Theory]
    [MemberData(nameof(Vectors))]
    public void Dense_networks(string function, int[] widths, int chains) =>
        BothDevices.Compare(DenseNetwork(function, widths), Langevin, chains);

    internal static Func<Device, Energy> DenseNetwork(string function, int[] widths)
    {
        List<Layer> layers = [];
        foreach (int width in widths.Skip(1))
        {
            layers.Add(Dense(width));
            if (Function(function) is { } pointwise)
                layers.Add(pointwise);
        }
        layers.Add(One);
        return BothDevices.Network(StateSpace.Box(Shape.Vector(widths[0]), 0, 1), [.. layers]);
    }

    public static TheoryData<int, int, int, int[][]> Images => new()
    {
        // channels, height, width, (outputs, kernel, stride, padding)…
        { 1, 8, 8, [[4, 3, 2, 1], [8, 3, 2, 1]] },
        { 1, 7, 9, [[5, 3, 2, 1], [6, 3, 1, 0]] },
        { 3, 6, 5, [[4, 5, 2, 2], [8, 2, 2, 0]] },
        { 1, 9, 9, [[3, 3, 1, 1], [1, 4, 3, 1]] },
        { 2, 7, 7, [[3, 2, 3, 0]] },
        { 1, 7, 7, [[3, 1, 2, 0]] },
    };

    [Theory]
    [MemberData(nameof(Images))]
    public void Convolutions(int channels, int height, int width, int[][] convolutions) =>
        BothDevices.Compare(ImageNetwork(channels, height, width, convolutions), Langevin);

    internal static Func<Device, Energy> ImageNetwork(int channels, int height, int width, int[][] convolutions)
    {
        List<Layer> layers = [];
        foreach (int[] c in convolutions)
        {
            layers.Add(new ConvolutionLayer { Outputs = c[0], Kernel = c[1], Stride = c[2], Padding = c[3] });
            layers.Add(new SiluLayer());
        }
        layers.AddRange([new FlattenLayer(), Dense(9), new SiluLayer(), One]);
        return BothDevices.Network(StateSpace.Box(new Shape(channels, height, width), 0, 1), [.. layers]);
    }

    public static TheoryData<string> Kinds => [.. Networks.Keys];

    private static readonly Dictionary<string, (Shape Shape, Layer[] Layers)> Networks = new()
    {
        ["a linear energy"] = (Shape.Vector(6), [One]),
        ["a sum"] = (Shape.Vector(6), [new TanhLayer(), new SumLayer()]),
        ["a sum inside"] = (Shape.Vector(6), [Dense(5), new SiluLayer(), new SumLayer(), new TanhLayer()]),
        ["without bias"] = (Shape.Vector(6),
            [new DenseLayer { Outputs = 5, Bias = false }, new SiluLayer(), new DenseLayer { Outputs = 1, Bias = false }]),
        ["a residual"] = (Shape.Vector(6),
            [Dense(6), new SiluLayer(), new ResidualLayer { Body = [Dense(6), new TanhLayer()] }, One]),
        ["a residual on the states"] = (Shape.Vector(6), [new ResidualLayer { Body = [Dense(6), new TanhLayer()] }, One]),
        ["a quadratic term"] = (Shape.Vector(5),
            [new BranchesLayer { Paths = [[Dense(8), new SiluLayer(), One], [Dense(4), new SquareLayer(), new SumLayer()]] }]),
        ["squares of the states"] = (Shape.Vector(70),
            [new BranchesLayer { Paths = [[Dense(8), new SiluLayer(), One], [new SquareLayer(), new SumLayer()]] }]),
        ["a product"] = (Shape.Vector(5),
            [
                Dense(7), new TanhLayer(),
                new BranchesLayer { Join = Join.Multiply, Paths = [[Dense(7), new SigmoidLayer()], [], [new SiluLayer()]] }, One,
            ]),
        ["a pool"] = (new Shape(1, 7, 9),
            [new AveragePoolLayer { Size = 2 }, Convolution(5, 3), new SiluLayer(), new FlattenLayer(), One]),
        ["a pool of channels"] = (new Shape(1, 8, 8),
            [
                Convolution(6, 3, 1, 1), new SiluLayer(), new AveragePoolLayer { Size = 3 }, new FlattenLayer(), Dense(3),
                new SiluLayer(), One,
            ]),
        ["transposed"] = (Shape.Vector(4),
            [
                new TransposedConvolutionLayer { Outputs = 5, Kernel = 3 }, new SiluLayer(),
                new TransposedConvolutionLayer { Outputs = 3, Kernel = 4, Stride = 2, Padding = 1, OutputPadding = 1 }, new TanhLayer(),
                new FlattenLayer(), Dense(1),
            ]),
        ["transposed, of one channel"] = (new Shape(1, 4, 5),
            [new TransposedConvolutionLayer { Outputs = 1, Kernel = 2, Stride = 3 }, new SquareLayer(), new SumLayer()]),
        ["a residual of images"] = (new Shape(2, 6, 6),
            [
                Convolution(4, 3, 1, 1),
                new ResidualLayer
                {
                    Body = [new SiluLayer(), Convolution(8, 3, 2, 1), new SiluLayer(), Convolution(8, 3, 1, 1)],
                    Shortcut = [Convolution(8, 1, 2)],
                },
                new SiluLayer(), new AveragePoolLayer { Size = 3 }, new FlattenLayer(), One,
            ]),
        ["images joined with states"] = (new Shape(1, 5, 6),
            [new ResidualLayer { Body = [Convolution(1, 3, 1, 1), new TanhLayer()] }, new SquareLayer(), new SumLayer()]),
        ["dense and convolution on the states"] = (new Shape(1, 5, 6),
            [
                new BranchesLayer
                {
                    Paths =
                    [
                        [Convolution(3, 3, 1, 1), new SiluLayer(), new FlattenLayer(), One],
                        [new FlattenLayer(), Dense(7), new SiluLayer(), One],
                    ],
                },
            ]),
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Other_layers(string kind) => BothDevices.Compare(OtherNetwork(kind), Langevin);

    internal static Func<Device, Energy> OtherNetwork(string kind)
    {
        (Shape shape, Layer[] layers) = Networks[kind];
        return BothDevices.Network(StateSpace.Box(shape, -1, 1), layers);
    }

    private static DenseLayer Dense(int outputs) => new() { Outputs = outputs };

    private static ConvolutionLayer Convolution(int outputs, int kernel, int stride = 1, int padding = 0) =>
        new() { Outputs = outputs, Kernel = kernel, Stride = stride, Padding = padding };

    private static Layer? Function(string name) => name switch
    {
        "silu" => new SiluLayer(),
        "relu" => new ReluLayer(),
        "tanh" => new TanhLayer(),
        "softplus" => new SoftplusLayer(),
        "elu" => new EluLayer(),
        "leaky_relu" => new LeakyReluLayer { Slope = 0.2f },
        "sigmoid" => new SigmoidLayer(),
        "square" => new SquareLayer(),
        _ => null,
    };
}
