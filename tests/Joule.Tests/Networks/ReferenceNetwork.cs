using Joule.Networks;
using Joule.States;

namespace Joule.Tests.Networks;

/// <summary>
/// A float64 network that shares no code with the one under test: naive loops over [channels, height, width], one state at a time.
/// Gradients are central differences with h = 10⁻⁵, exact to about 10⁻⁹ of the function's scale.
/// </summary>
internal sealed class ReferenceNetwork
{
    private const double H = 1e-5, MiddleH = 1e-4, LongH = 1e-3;

    private readonly Shape _input;
    private readonly IReadOnlyList<Layer> _layers;
    private readonly Dictionary<string, double[]> _parameters = [];
    private readonly List<double[]> _inOrder = [];

    public ReferenceNetwork(Network network)
    {
        _input = network.Plan.Input;
        _layers = network.Layers;
        foreach (Parameter parameter in network.Plan.Parameters)
        {
            _parameters[parameter.Name] = TestRows.Doubles(network.Read(parameter));
            _inOrder.Add(_parameters[parameter.Name]);
        }
    }

    private sealed record Value(double[] Data, int Channels, int Height, int Width)
    {
        public double At(int c, int y, int x) => y < 0 || y >= Height || x < 0 || x >= Width ? 0 : Data[(c * Height + y) * Width + x];
    }

    public double Evaluate(ReadOnlySpan<float> state) => Evaluate(TestRows.Doubles(state));

    public double[] StateGradient(ReadOnlySpan<float> state)
    {
        double[] x = TestRows.Doubles(state);
        return [.. Enumerable.Range(0, x.Length).Select(i => Difference(x, i, () => Evaluate(x)))];
    }

    /// <summary>Some elements of ∇θ Σᵢ wᵢ E(xᵢ), given by their indices.</summary>
    public double[] ParameterGradient(float[][] states, float[] weights, int[] places)
    {
        double[][] x = [.. states.Select(s => TestRows.Doubles(s))];
        return [.. places.Select(place =>
        {
            int parameter = 0;
            while (place >= _inOrder[parameter].Length)
                place -= _inOrder[parameter++].Length;
            return Difference(_inOrder[parameter], place, () => x.Select((s, i) => weights[i] * Evaluate(s)).Sum());
        })];
    }

    /// <summary>
    /// E, ⟨v, ∇E⟩ and vᵀ∇²E v by central differences with h = 10⁻⁴ and, for the last, 10⁻³; exact to about 10⁻⁶ of the function's scale.
    /// </summary>
    public double[] Along(double[] state, double[] direction)
    {
        double At(double h) => Evaluate([.. state.Zip(direction, (x, v) => x + h * v)]);
        double at = At(0);
        return [at, (At(MiddleH) - At(-MiddleH)) / (2 * MiddleH), (At(LongH) - 2 * at + At(-LongH)) / (LongH * LongH)];
    }

    /// <summary>The derivatives of <see cref="Along"/> with respect to one parameter, by central differences with h = 10⁻⁴.</summary>
    public double[] AlongGradient(double[] state, double[] direction, int place)
    {
        int parameter = 0;
        while (place >= _inOrder[parameter].Length)
            place -= _inOrder[parameter++].Length;
        double[] values = _inOrder[parameter];
        double kept = values[place];
        values[place] = kept + MiddleH;
        double[] up = Along(state, direction);
        values[place] = kept - MiddleH;
        double[] down = Along(state, direction);
        values[place] = kept;
        return [.. up.Zip(down, (a, b) => (a - b) / (2 * MiddleH))];
    }

    private static double Difference(double[] at, int place, Func<double> function)
    {
        double kept = at[place];
        at[place] = kept + H;
        double up = function();
        at[place] = kept - H;
        double down = function();
        at[place] = kept;
        return (up - down) / (2 * H);
    }

    private double Evaluate(double[] state) =>
        Run(_layers, new Value(state, _input.Channels, _input.Height, _input.Width), "").Data.Single();

    private Value Run(IReadOnlyList<Layer> layers, Value x, string prefix)
    {
        for (int i = 0; i < layers.Count; i++)
            x = Run(layers[i], x, $"{prefix}{i}");
        return x;
    }

    private Value Run(Layer layer, Value x, string path)
    {
        switch (layer)
        {
            case DenseLayer dense:
                double[] w = _parameters[path + ".weight"];
                return Vector([.. Enumerable.Range(0, dense.Outputs).Select(
                    o => Bias(dense.Bias, path, o) + x.Data.Select((v, i) => v * w[o * x.Data.Length + i]).Sum())]);
            case ConvolutionLayer conv:
                return Convolve(conv, x, path);
            case TransposedConvolutionLayer transposed:
                return Spread(transposed, x, path);
            case AveragePoolLayer pool:
                return Build(x.Channels, x.Height / pool.Size, x.Width / pool.Size,
                    (c, y, z) => Square(pool.Size).Average(p => x.At(c, y * pool.Size + p.Y, z * pool.Size + p.X)));
            case TimeLayer time:
                Shape state = time.Shape ?? Shape.Vector(x.Data.Length - 1);
                double[] features = [.. Enumerable.Range(0, 2 * time.Frequencies).Select(
                    k => (k % 2 == 0 ? (Func<double, double>)Math.Sin : Math.Cos)(Math.PI / 2 * (1 << k / 2) * x.Data[^1]))];
                return new Value([.. x.Data[..^1], .. features.SelectMany(f => Enumerable.Repeat(f, state.Height * state.Width))],
                    state.Channels + features.Length, state.Height, state.Width);
            case FlattenLayer:
                return Vector(x.Data);
            case SumLayer:
                return Vector([x.Data.Sum()]);
            case ResidualLayer residual:
                return Join(Run(residual.Body, x, path + ".body."), Run(residual.Shortcut, x, path + ".shortcut."), (a, b) => a + b);
            case BranchesLayer branches:
                return branches.Paths.Select((p, i) => Run(p, x, $"{path}.{i}.")).Aggregate(
                    (a, b) => Join(a, b, branches.Join == Joule.Networks.Join.Add ? (p, q) => p + q : (p, q) => p * q));
            case PointwiseLayer:
                return x with { Data = [.. x.Data.Select(v => Pointwise(layer, v))] };
            default:
                throw new NotSupportedException($"The reference does not know {layer.GetType().Name}: add it here.");
        }
    }

    private Value Convolve(ConvolutionLayer conv, Value x, string path)
    {
        double[] w = _parameters[path + ".weight"];
        int height = (x.Height + 2 * conv.Padding - conv.Kernel) / conv.Stride + 1,
            width = (x.Width + 2 * conv.Padding - conv.Kernel) / conv.Stride + 1;
        return Build(conv.Outputs, height, width, (o, oy, ox) =>
        {
            double sum = Bias(conv.Bias, path, o);
            for (int c = 0; c < x.Channels; c++)
                for (int ky = 0; ky < conv.Kernel; ky++)
                    for (int kx = 0; kx < conv.Kernel; kx++)
                        sum += w[((o * x.Channels + c) * conv.Kernel + ky) * conv.Kernel + kx]
                            * x.At(c, oy * conv.Stride + ky - conv.Padding, ox * conv.Stride + kx - conv.Padding);
            return sum;
        });
    }

    // Every pixel of the input writes the kernel, times its value, into the output.
    private Value Spread(TransposedConvolutionLayer layer, Value x, string path)
    {
        double[] w = _parameters[path + ".weight"];
        int height = (x.Height - 1) * layer.Stride - 2 * layer.Padding + layer.Kernel + layer.OutputPadding,
            width = (x.Width - 1) * layer.Stride - 2 * layer.Padding + layer.Kernel + layer.OutputPadding;
        Value y = Build(layer.Outputs, height, width, (o, _, _) => Bias(layer.Bias, path, o));
        for (int c = 0; c < x.Channels; c++)
            for (int place = 0; place < x.Height * x.Width; place++)
                for (int o = 0; o < layer.Outputs; o++)
                    for (int tap = 0; tap < layer.Kernel * layer.Kernel; tap++)
                    {
                        int row = place / x.Width * layer.Stride + tap / layer.Kernel - layer.Padding,
                            column = place % x.Width * layer.Stride + tap % layer.Kernel - layer.Padding;
                        if (row >= 0 && row < height && column >= 0 && column < width)
                        {
                            y.Data[(o * height + row) * width + column] += x.At(c, place / x.Width, place % x.Width)
                                * w[(c * layer.Outputs + o) * layer.Kernel * layer.Kernel + tap];
                        }
                    }
        return y;
    }

    private static double Pointwise(Layer layer, double x) => layer switch
    {
        ReluLayer => Math.Max(0, x),
        LeakyReluLayer leaky => x > 0 ? x : leaky.Slope * x,
        SiluLayer => x / (1 + Math.Exp(-x)),
        SoftplusLayer => Math.Log(1 + Math.Exp(x)),
        EluLayer elu => x > 0 ? x : elu.Alpha * (Math.Exp(x) - 1),
        TanhLayer => Math.Tanh(x),
        SigmoidLayer => 1 / (1 + Math.Exp(-x)),
        SquareLayer => x * x,
        _ => throw new NotSupportedException($"The reference does not know {layer.GetType().Name}: add it here."),
    };

    private double Bias(bool there, string path, int output) => there ? _parameters[path + ".bias"][output] : 0;

    private static Value Join(Value a, Value b, Func<double, double, double> join) => a with { Data = [.. a.Data.Zip(b.Data, join)] };

    private static Value Vector(double[] data) => new(data, data.Length, 1, 1);

    private static IEnumerable<(int Y, int X)> Square(int size) => Enumerable.Range(0, size * size).Select(i => (i / size, i % size));

    private static Value Build(int channels, int height, int width, Func<int, int, int, double> at)
    {
        double[] data = new double[channels * height * width];
        for (int i = 0; i < data.Length; i++)
            data[i] = at(i / (height * width), i / width % height, i % width);
        return new Value(data, channels, height, width);
    }
}
