using Joule.Compute;
using Joule.Networks;

namespace Joule.Gpu.Plans;

/// <summary>
/// A network of dense layers with at least one hidden layer, with its weights in the order in which a kernel reads them: four outputs of an
/// input together, all outputs of an input in a row, inputs in order. Widths are padded by zeros to multiples of four.
/// </summary>
internal sealed class DenseStack
{
    private readonly float[] _weights;

    private DenseStack(int[] widths, Hidden[] hidden, int outputWeights, float[] weights, float outputBias)
    {
        (Widths, HiddenLayers, OutputWeights, _weights, OutputBias) = (widths, hidden, outputWeights, weights, outputBias);
    }

    /// <summary>A hidden layer. Offsets are floats from the start of <see cref="Weights"/>.</summary>
    /// <param name="Function">The function after it; null: none.</param>
    /// <param name="Parameter">The function's parameter.</param>
    /// <param name="Forward">Weights by input: element (input, output) at input · padded outputs + output.</param>
    /// <param name="Reverse">Weights by output: element (output, input) at output · padded inputs + input.</param>
    /// <param name="Bias">The bias.</param>
    public sealed record Hidden(PointwiseFunction? Function, float Parameter, int Forward, int Reverse, int Bias);

    /// <summary>Numbers of a state, then of each hidden layer.</summary>
    public IReadOnlyList<int> Widths { get; }

    /// <summary>The hidden layers.</summary>
    public IReadOnlyList<Hidden> HiddenLayers { get; }

    /// <summary>The weights of the output, one for each number of the last hidden layer.</summary>
    public int OutputWeights { get; }

    /// <summary>The bias of the output.</summary>
    public float OutputBias { get; }

    /// <summary>All weights and biases.</summary>
    public ReadOnlySpan<float> Weights => _weights;

    /// <summary>Numbers rounded up to a multiple of four.</summary>
    public static int Padded(int width) => (width + 3) / 4 * 4;

    /// <summary>Reads a network.</summary>
    /// <param name="network">The network.</param>
    /// <exception cref="InvalidInputException">It is no stack of dense layers; the message names the layer that does not fit.</exception>
    public static DenseStack Of(Network network)
    {
        ArgumentNullException.ThrowIfNull(network);
        List<int> widths = [network.Plan.Input.Length];
        List<(float[] Weights, float[]? Bias, PointwiseFunction? Function, float Parameter)> layers = [];
        int parameter = 0;
        foreach (Layer layer in network.Layers)
        {
            switch (layer)
            {
                case DenseLayer dense:
                    float[] w = network.Read(network.Plan.Parameters[parameter++]);
                    layers.Add((w, dense.Bias ? network.Read(network.Plan.Parameters[parameter++]) : null, null, 0));
                    widths.Add(dense.Outputs);
                    break;
                case PointwiseLayer pointwise when layers.Count > 0 && layers[^1].Function is null:
                    layers[^1] = layers[^1] with { Function = pointwise.Function, Parameter = pointwise.Parameter };
                    break;
                case FlattenLayer when network.Plan.Input.Channels == 1:
                    break;
                default:
                    throw new InvalidInputException($"The GPU's kernel for dense networks cannot run a layer of type {layer.GetType().Name}.");
            }
        }
        if (layers.Count < 2 || layers[^1].Function is not null || (network.Plan.Input.Channels > 1 && network.Plan.Input.Height > 1))
        {
            throw new InvalidInputException("The GPU's kernel for dense networks needs at least one hidden layer, an output without a "
                + "function, and states that are vectors or images of one channel.");
        }
        return Pack(widths, layers);
    }

    private static DenseStack Pack(
        List<int> widths, List<(float[] Weights, float[]? Bias, PointwiseFunction? Function, float Parameter)> layers)
    {
        List<float> all = [];
        Hidden[] hidden = new Hidden[layers.Count - 1];
        for (int l = 0; l < hidden.Length; l++)
        {
            (float[] w, float[]? bias, PointwiseFunction? function, float parameter) = layers[l];
            int inputs = widths[l], outputs = widths[l + 1];
            int forward = Add(all, inputs, outputs, (i, o) => w[o * inputs + i]);
            int reverse = Add(all, outputs, inputs, (o, i) => w[o * inputs + i]);
            hidden[l] = new Hidden(function, parameter, forward, reverse, Add(all, 1, outputs, (_, o) => bias?[o] ?? 0));
        }
        float[] last = layers[^1].Weights;
        int output = Add(all, 1, widths[^2], (_, i) => last[i]);
        return new DenseStack([.. widths.Take(widths.Count - 1)], hidden, output, [.. all], layers[^1].Bias?[0] ?? 0);
    }

    // Rows and columns padded to multiples of four.
    private static int Add(List<float> all, int rows, int columns, Func<int, int, float> element)
    {
        int at = all.Count, paddedRows = rows == 1 ? 1 : Padded(rows);
        for (int r = 0; r < paddedRows; r++)
        {
            for (int c = 0; c < Padded(columns); c++)
                all.Add(r < rows && c < columns ? element(r, c) : 0);
        }
        return at;
    }
}
