using Joule.Networks;
using Joule.States;

namespace Joule.Gpu.Tests.Kernels;

/// <summary>Networks with every layer, in every place where a layer may be.</summary>
internal static class SampleNetworks
{
    private static readonly DenseLayer One = new() { Outputs = 1 };

    /// <summary>The networks by name.</summary>
    public static readonly IReadOnlyDictionary<string, (Shape Shape, Layer[] Layers)> All = new Dictionary<string, (Shape, Layer[])>
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

    /// <summary>A dense layer.</summary>
    public static DenseLayer Dense(int outputs) => new() { Outputs = outputs };

    private static ConvolutionLayer Convolution(int outputs, int kernel, int stride = 1, int padding = 0) =>
        new() { Outputs = outputs, Kernel = kernel, Stride = stride, Padding = padding };

    /// <summary>A pointwise layer; null for none.</summary>
    public static Layer? Function(string name) => name switch
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
