using Joule.Compute;
using Joule.Networks;
using Joule.States;

namespace Joule.Tests.Networks;

/// <summary>Networks that together use every layer in every position that matters to the plan.</summary>
internal static class TestNetworks
{
    public static Layer[] Pointwise { get; } =
        [new ReluLayer(), new LeakyReluLayer { Slope = 0.2f }, new SiluLayer(), new SoftplusLayer(), new EluLayer { Alpha = 0.7f },
            new TanhLayer(), new SigmoidLayer(), new SquareLayer()];

    public static IReadOnlyDictionary<string, (Shape Input, Layer[] Layers)> All { get; } = Create();

    /// <summary>
    /// A network of up to three convolutions of random shape. It has no ReLU, because a small ReLU network may be dead and have no
    /// gradient.
    /// </summary>
    public static (Shape Input, Layer[] Layers) Random(uint number)
    {
        RandomStream stream = new(77, RandomPurpose.User, 0);
        int draw = 0;
        int Next(int from, int to) => from + stream.Integer(to - from + 1, number, draw++);
        Shape input = new(Next(1, 3), Next(3, 8), Next(3, 8));
        int height = input.Height, width = input.Width;
        List<Layer> layers = [];
        for (int i = Next(1, 3); i > 0; i--)
        {
            int kernel = Next(1, Math.Min(3, Math.Min(height, width))), stride = Next(1, 2), padding = Next(0, kernel - 1);
            layers.Add(
                new ConvolutionLayer { Outputs = Next(1, 5), Kernel = kernel, Stride = stride, Padding = padding, Bias = Next(0, 3) > 0 });
            layers.Add(Pointwise[Next(1, 6)]);
            height = (height + 2 * padding - kernel) / stride + 1;
            width = (width + 2 * padding - kernel) / stride + 1;
            if (Next(0, 2) == 0 && Math.Min(height, width) >= 2)
            {
                layers.Add(new AveragePoolLayer());
                height /= 2;
                width /= 2;
            }
        }
        layers.AddRange([Dense(Next(1, 6)), Pointwise[Next(2, 6)], Dense(1)]);
        return (input, [.. layers]);
    }

    private static DenseLayer Dense(int outputs) => new() { Outputs = outputs };

    private static ConvolutionLayer Conv(int outputs, int kernel = 3, int stride = 1, int padding = 0, bool bias = true) =>
        new() { Outputs = outputs, Kernel = kernel, Stride = stride, Padding = padding, Bias = bias };

    private static TransposedConvolutionLayer Up(
        int outputs, int kernel = 3, int stride = 1, int padding = 0, int outputPadding = 0, bool bias = true) => new()
        {
            Outputs = outputs,
            Kernel = kernel,
            Stride = stride,
            Padding = padding,
            OutputPadding = outputPadding,
            Bias = bias,
        };

    private static BranchesLayer Branches(Join join, params IReadOnlyList<Layer>[] paths) => new() { Join = join, Paths = paths };

    private static Dictionary<string, (Shape, Layer[])> Create()
    {
        Dictionary<string, (Shape, Layer[])> all = new()
        {
            ["one dense layer"] = (Shape.Vector(5), [Dense(1)]),
            ["dense net"] = (Shape.Vector(7), [Dense(33), new ReluLayer(), Dense(5), new TanhLayer(), Dense(1)]),
            ["dense net of an image"] = (new Shape(3, 4, 5), [new DenseLayer { Outputs = 6, Bias = false }, new SiluLayer(), Dense(1)]),
            ["pool"] = (new Shape(1, 7, 9), [Conv(3, 2), new SiluLayer(), new AveragePoolLayer(), Dense(4), new TanhLayer(), Dense(1)]),
            ["pool first"] = (new Shape(2, 5, 7), [new AveragePoolLayer { Size = 3 }, Conv(2, 1), new TanhLayer(), Dense(1)]),
            ["residual"] = (new Shape(3, 5, 5),
                [Conv(4, 1), new ResidualLayer { Body = [new SiluLayer(), Conv(4, padding: 1), new SiluLayer(), Conv(4, padding: 1)] },
                new AveragePoolLayer(), Dense(1)]),
            ["residual with shortcut"] = (new Shape(2, 6, 5),
                [Conv(3),
                new ResidualLayer { Body = [Conv(5, stride: 2, padding: 1), new SiluLayer()], Shortcut = [Conv(5, 1, 2, bias: false)] },
                new SoftplusLayer(), Dense(1)]),
            ["residual of the input"] = (new Shape(2, 4, 4),
                [new ResidualLayer { Body = [Conv(2, padding: 1), new TanhLayer()] }, new ResidualLayer { Body = [new TanhLayer()] },
                Dense(1)]),
            ["residual of a vector input"] = (Shape.Vector(6), [new ResidualLayer { Body = [Dense(6), new SiluLayer()] }, Dense(1)]),
            ["branches added"] = (
                Shape.Vector(5), [Branches(Join.Add, [Dense(4), new TanhLayer()], [Dense(4)]), new SiluLayer(), Dense(1)]),
            ["branches multiplied"] = (
                Shape.Vector(5), [Branches(Join.Multiply, [Dense(4), new TanhLayer()], [Dense(4)]), new SiluLayer(), Dense(1)]),
            ["gate on an identity"] = (Shape.Vector(6), [Branches(Join.Multiply, [], [Dense(6), new SigmoidLayer()]), Dense(1)]),
            ["gate on an identity, second"] = (Shape.Vector(6), [Dense(6), Branches(Join.Multiply, [new SigmoidLayer()], []), Dense(1)]),
            ["the input times itself"] = (Shape.Vector(6), [Branches(Join.Multiply, [], []), Dense(3), new TanhLayer(), Dense(1)]),
            ["a value times itself"] = (new Shape(2, 4, 3), [Conv(3, 2), Branches(Join.Multiply, [], []), Dense(1)]),
            ["a value plus itself"] = (Shape.Vector(6), [Dense(4), Branches(Join.Add, [], []), new TanhLayer(), Dense(1)]),
            ["three paths"] = (Shape.Vector(4),
                [Dense(5), Branches(Join.Multiply, [new TanhLayer()], [Dense(5)], [new SigmoidLayer(), Dense(5), new SiluLayer()]),
                Dense(1)]),
            ["branches in branches"] = (Shape.Vector(4),
                [Branches(Join.Add, [Dense(3), Branches(Join.Multiply, [new TanhLayer()], [])], [Dense(3), new SiluLayer()]),
                new TanhLayer(), Dense(1)]),
            ["flatten inside a branch"] = (new Shape(3, 4, 4),
                [Branches(Join.Multiply, [new FlattenLayer(), Dense(5)], [Conv(2, 2), new TanhLayer(), new FlattenLayer(), Dense(5)]),
                Dense(1)]),
            ["flatten of one channel inside a branch"] = (new Shape(1, 4, 4),
                [Conv(1, 2), Branches(Join.Add, [new FlattenLayer(), new TanhLayer(), Dense(3)], [Dense(3)]), new SiluLayer(), Dense(1)]),
            ["flatten first"] = (new Shape(1, 5, 5), [new FlattenLayer(), Dense(3), new EluLayer(), Dense(1)]),
            ["flatten first, three channels"] = (
                new Shape(3, 2, 5), [new FlattenLayer(), new TanhLayer(), Dense(3), new EluLayer(), Dense(1)]),
            ["flatten of one channel"] = (new Shape(2, 5, 5), [Conv(1), new FlattenLayer(), new TanhLayer(), Dense(1)]),
            ["sum"] = (new Shape(2, 5, 4), [Conv(3, 2), new SiluLayer(), new SumLayer()]),
            ["sum of squares of the input"] = (new Shape(2, 3, 3), [new SquareLayer(), new SumLayer()]),
            ["sum of a branch"] = (
                Shape.Vector(5), [Branches(Join.Add, [new SumLayer()], [Dense(1)], [new SquareLayer(), new SumLayer()])]),
            ["pointwise on the input"] = (new Shape(2, 3, 4), [new TanhLayer(), Dense(1)]),
            ["two pointwise in a row"] = (Shape.Vector(5), [Dense(6), new SiluLayer(), new SquareLayer(), Dense(1), new SoftplusLayer()]),
            ["time of a vector"] = (Shape.Vector(4), [new TimeLayer { Frequencies = 2 }, Dense(5), new TanhLayer(), Dense(1)]),
            ["time of an image"] = (Shape.Vector(2 * 3 * 4 + 1),
                [new TimeLayer { Frequencies = 1, Shape = new Shape(2, 3, 4) }, Conv(3, 2), new SiluLayer(), Dense(1)]),
            ["time after a layer"] = (Shape.Vector(3),
                [Dense(4), new TanhLayer(), Branches(Join.Add, [new TimeLayer { Frequencies = 1 }, Dense(3)], [Dense(3)]), new SiluLayer(),
                Dense(1)]),
            ["functions of a time"] = (
                Shape.Vector(3), [new TimeLayer { Frequencies = 1 }, new TanhLayer(), Branches(Join.Multiply, [], [Dense(4)]), Dense(1)]),
            ["from a vector to an image"] = (
                Shape.Vector(5),
                [Up(6, 3), new SiluLayer(), Up(2, 4, 2, 1), new TanhLayer(), Up(1, 3, 2, 1, 1), new SiluLayer(), Dense(1)]),
            ["down and up"] = (new Shape(2, 7, 6),
                [Conv(9, 3, 2, 1), new SiluLayer(), Up(3, 3, 2, 1, 1, false), new SigmoidLayer(), Up(2), new SquareLayer(),
                new SumLayer()]),
            ["up twice from one value"] = (new Shape(2, 3, 4),
                [Branches(Join.Add, [Up(3), new TanhLayer()], [Up(3, bias: false)], [Up(6, 2), new SiluLayer(), Conv(3, 1), Up(3, 2)]),
                new SiluLayer(), Dense(1)]),
            ["up with gaps"] = (new Shape(1, 3, 3), [Up(17, 2, 3, 0, 2), new SiluLayer(), Up(4, 1, 2), new EluLayer(), Dense(1)]),
            ["wide channels"] = (
                new Shape(2, 5, 5), [Conv(17, padding: 1), new SiluLayer(), Conv(16, stride: 2), new SiluLayer(), Dense(1)]),
        };
        foreach (Layer f in Pointwise)
            all["convolutions with " + f.GetType().Name] = (
                new Shape(2, 6, 5), [Conv(3, padding: 1), f, Conv(4, stride: 2, padding: 1), f, new FlattenLayer(), Dense(1)]);
        return all;
    }
}
