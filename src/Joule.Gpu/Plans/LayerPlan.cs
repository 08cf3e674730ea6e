using Joule.Networks;
using Joule.States;

namespace Joule.Gpu.Plans;

/// <summary>
/// A network as a kernel runs it: hidden layers, each a linear map with a function, and a linear output. It knows dense layers and
/// convolutions; what else a network may have is refused by name.
/// </summary>
internal sealed class LayerPlan
{
    private readonly List<PlannedLayer> _layers = [];
    private readonly List<float> _weights = [];
    private readonly Network _network;
    private int _parameter;

    private LayerPlan(Network network)
    {
        _network = network;
        Shape input = network.Plan.Input;
        if (input.Channels > 1 && input.Height * input.Width > 1)
            throw new InvalidInputException($"The GPU's kernel takes vectors and images of one channel; the states are {input}.");
        bool isVector = !network.Layers.Any(l => l is ConvolutionLayer);
        States = isVector ? new Plane(input.Length, 1, 1) : new Plane(input.Channels, input.Height, input.Width);
        StateGradient = isVector ? new Plane(input.Length, 1, 1) : new Plane(input.Channels, input.Height, input.Width);
        for (int i = 0; i < network.Layers.Count - 1; i++)
            Add(network.Layers[i]);
        if (network.Layers[^1] is not DenseLayer { Outputs: 1 } output || _layers.Count == 0)
        {
            throw new InvalidInputException(
                "The GPU's kernel for chains needs at least one hidden layer, and a dense layer of one output at the end.");
        }
        foreach (PlannedLayer layer in _layers)
        {
            layer.Forward.WidenSource();
            foreach (ReverseJob part in layer.Reverse)
                part.Job.WidenSource();
        }
        foreach (PlannedLayer layer in _layers)
        {
            layer.Forward.AddWeights(_weights);
            foreach (ReverseJob part in layer.Reverse)
                part.Job.AddWeights(_weights);
            layer.BiasAt = _weights.Count;
            for (int c = 0; c < layer.Forward.PaddedOutputs; c++)
                _weights.Add(c < layer.Forward.Outputs ? layer.Bias(c) : 0);
        }
        OutputWeightsAt = _weights.Count;
        float[] last = Next();
        Plane plane = _layers[^1].Output;
        for (int i = 0; i < plane.InnerFloats; i++)
            _weights.Add(InPublicOrder(plane, i) is int at and >= 0 ? last[at] : 0);
        OutputBias = output.Bias ? Next()[0] : 0;
    }

    /// <summary>The states.</summary>
    public Plane States { get; }

    /// <summary>The gradient with respect to the states; without a border.</summary>
    public Plane StateGradient { get; }

    /// <summary>The hidden layers.</summary>
    public IReadOnlyList<PlannedLayer> Layers => _layers;

    /// <summary>The float of <see cref="Weights"/> with the output's first weight, in the order of the last layer's plane.</summary>
    public int OutputWeightsAt { get; }

    /// <summary>The output's bias.</summary>
    public float OutputBias { get; }

    /// <summary>All weights and biases, in the order in which kernels read them.</summary>
    public ReadOnlySpan<float> Weights => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_weights);

    /// <summary>Plans a network.</summary>
    /// <param name="network">The network.</param>
    /// <exception cref="InvalidInputException">The kernel cannot run it; the message says which layer, and why.</exception>
    public static LayerPlan Of(Network network)
    {
        ArgumentNullException.ThrowIfNull(network);
        return new LayerPlan(network);
    }

    private Plane Top => _layers.Count == 0 ? States : _layers[^1].Output;

    private float[] Next() => _network.Read(_network.Plan.Parameters[_parameter++]);

    private void Add(Layer layer)
    {
        switch (layer)
        {
            case DenseLayer dense:
                AddDense(dense);
                break;
            case ConvolutionLayer conv:
                AddConvolution(conv);
                break;
            case PointwiseLayer pointwise when _layers.Count > 0 && _layers[^1].Function is null:
                (_layers[^1].Function, _layers[^1].Parameter) = (pointwise.Function, pointwise.Parameter);
                break;
            case FlattenLayer: // dense layers read planes in this order anyway
                break;
            default:
                throw new InvalidInputException($"The GPU's kernel for chains cannot run a layer of type {layer.GetType().Name} here.");
        }
    }

    // The number of a plane's float in the public order, channels first; −1 for padding.
    private static int InPublicOrder(Plane plane, int at)
    {
        int pixel = at / plane.PixelFloats, channel = at % plane.PixelFloats;
        return channel < plane.Channels && pixel < plane.Height * plane.Width ? channel * plane.Height * plane.Width + pixel : -1;
    }

    private void AddDense(DenseLayer dense)
    {
        Plane source = Top;
        float[] w = Next();
        float[]? bias = dense.Bias ? Next() : null;
        int inputs = source.Channels * source.Height * source.Width, read = (source.InnerFloats + 3) / 4 * 4;
        Plane output = new(dense.Outputs, 1, 1), gradient = new(dense.Outputs, 1, 1);
        LinearJob forward = new(source, 1, 1, dense.Outputs, 1, read,
            (_, i, o) => InPublicOrder(source, i) is int at and >= 0 ? w[o * inputs + at] : 0)
        { Step = 0 };
        LinearJob reverse = new(gradient, 1, 1, source.InnerFloats, 1, gradient.Floats,
            (_, i, o) => i < dense.Outputs && InPublicOrder(source, o) is int at and >= 0 ? w[i * inputs + at] : 0)
        { Step = 0 };
        _layers.Add(new PlannedLayer(forward, [new ReverseJob(reverse, 0, 0, 1)], output, gradient) { Bias = o => bias?[o] ?? 0 });
    }

    private void AddConvolution(ConvolutionLayer conv)
    {
        Plane source = Top;
        int k = conv.Kernel, s = conv.Stride, p = conv.Padding, inputs = source.Channels;
        if (k < s)
            throw new InvalidInputException($"The GPU's kernel for chains cannot run a convolution of kernel {k} and stride {s}.");
        int rows = (source.Height + 2 * p - k) / s + 1, columns = (source.Width + 2 * p - k) / s + 1;
        float[] w = Next();
        float[]? bias = conv.Bias ? Next() : null;
        Plane output = new(conv.Outputs, rows, columns), gradient = new(conv.Outputs, rows, columns);
        if (output.IsScalar)
            throw new InvalidInputException("The GPU's kernel for chains cannot run a convolution of one output.");
        LinearJob forward = new(source, rows, columns, conv.Outputs, k, k * source.PixelFloats,
            (y, i, o) => i % source.PixelFloats is int c && c < inputs ? Weight(o, c, y, i / source.PixelFloats) : 0)
        {
            Step = s,
            FirstRow = -p,
            FirstColumn = -p,
        };
        List<ReverseJob> reverse = [];
        if (source.IsScalar)
            reverse.Add(Tile(source, gradient, conv, Weight));
        else
        {
            for (int y = 0; y < Math.Min(s, source.Height); y++)
            {
                for (int x = 0; x < Math.Min(s, source.Width); x++)
                    reverse.Add(Phase(source, gradient, conv, y, x, Weight));
            }
        }
        _layers.Add(new PlannedLayer(forward, reverse, output, gradient) { Bias = o => bias?[o] ?? 0 });

        float Weight(int o, int c, int y, int x) => w[((o * inputs + c) * k + y) * k + x];
    }

    // Input pixel s·y + phase receives from outputs y + Last, y + Last − 1, … by the taps First, First + s, …
    private static (int First, int Count, int Last) Taps(int phase, int kernel, int stride, int padding)
    {
        int first = (phase + padding) % stride;
        return (first, (kernel - first + stride - 1) / stride, (phase + padding - first) / stride);
    }

    private static ReverseJob Phase(
        Plane source, Plane gradient, ConvolutionLayer conv, int rowPhase, int columnPhase, Func<int, int, int, int, float> weight)
    {
        int s = conv.Stride;
        (int firstY, int countY, int lastY) = Taps(rowPhase, conv.Kernel, s, conv.Padding);
        (int firstX, int countX, int lastX) = Taps(columnPhase, conv.Kernel, s, conv.Padding);
        LinearJob job = new(gradient, (source.Height - rowPhase + s - 1) / s, (source.Width - columnPhase + s - 1) / s, source.Channels,
            countY, countX * gradient.PixelFloats,
            (y, i, o) =>
            {
                int x = i / gradient.PixelFloats, c = i % gradient.PixelFloats;
                return c < conv.Outputs ? weight(c, o, firstY + s * (countY - 1 - y), firstX + s * (countX - 1 - x)) : 0;
            })
        {
            FirstRow = lastY - countY + 1,
            FirstColumn = lastX - countX + 1,
        };
        return new ReverseJob(job, rowPhase, columnPhase, s);
    }

    // All s × s pixels of a plane of one channel that belong to a position, from all outputs that any of them needs.
    private static ReverseJob Tile(Plane source, Plane gradient, ConvolutionLayer conv, Func<int, int, int, int, float> weight)
    {
        int s = conv.Stride, k = conv.Kernel, p = conv.Padding;
        int first = Enumerable.Range(0, s).Min(phase => Taps(phase, k, s, p) is var t ? t.Last - t.Count + 1 : 0);
        int count = Enumerable.Range(0, s).Max(phase => Taps(phase, k, s, p).Last) - first + 1;
        LinearJob job = new(gradient, (source.Height + s - 1) / s, (source.Width + s - 1) / s, s * s, count, count * gradient.PixelFloats,
            (y, i, o) =>
            {
                int x = i / gradient.PixelFloats, c = i % gradient.PixelFloats;
                int tapY = o / s + p - s * (first + y), tapX = o % s + p - s * (first + x);
                return c < conv.Outputs && tapY >= 0 && tapY < k && tapX >= 0 && tapX < k ? weight(c, 0, tapY, tapX) : 0;
            })
        {
            FirstRow = first,
            FirstColumn = first,
        };
        return new ReverseJob(job, 0, 0, s) { IsTile = true };
    }
}
