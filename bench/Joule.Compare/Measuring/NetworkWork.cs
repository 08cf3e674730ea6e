using Joule.Compute;
using Joule.Networks;
using Joule.States;

namespace Joule.Compare.Measuring;

/// <summary>
/// Floating-point operations of a network, computed from its shapes: 2 for every multiply-add of its dense and convolution layers, and
/// nothing else.
/// </summary>
/// <param name="All">Multiply-adds of one state through all layers.</param>
/// <param name="First">Those of the first layer with weights.</param>
internal readonly record struct NetworkWork(double All, double First)
{
    /// <summary>The forward pass only.</summary>
    public double Forward => 2 * All;

    /// <summary>Forward, and reverse to the state.</summary>
    public double Gradient => 4 * All;

    /// <summary>
    /// The cost of one state in a training update: forward, the gradient of the weights, and reverse to the output of the first layer.
    /// </summary>
    public double Training => 6 * All - 2 * First;

    /// <summary>
    /// The cost of one state in an update that matches the gradient with a target: forward, reverse to the state, forward along a
    /// direction, reverse to the output of the first layer, and the gradient of the weights for both orders.
    /// </summary>
    public double Matching => 12 * All - 2 * First;

    /// <summary>Counts the work of a network.</summary>
    /// <param name="shape">The shape of a state.</param>
    /// <param name="layers">The network.</param>
    /// <exception cref="NotSupportedException">A layer is unknown.</exception>
    public static NetworkWork Of(Shape shape, IReadOnlyList<Layer> layers)
    {
        List<double> macs = [];
        Walk(shape, layers, macs);
        return new NetworkWork(macs.Sum(), macs.FirstOrDefault());
    }

    private static Shape Walk(Shape shape, IReadOnlyList<Layer> layers, List<double> macs)
    {
        foreach (Layer layer in layers)
        {
            switch (layer)
            {
                case DenseLayer dense:
                    macs.Add((double)shape.Length * dense.Outputs);
                    shape = Shape.Vector(dense.Outputs);
                    break;
                case ConvolutionLayer conv:
                    ConvolutionShape c = new(
                        shape.Height, shape.Width, shape.Channels, conv.Outputs, conv.Kernel, conv.Stride, conv.Padding);
                    macs.Add((double)c.Positions * c.Taps * c.Outputs);
                    shape = new Shape(c.Outputs, c.OutputHeight, c.OutputWidth);
                    break;
                case ResidualLayer residual:
                    Shape after = Walk(shape, residual.Body, macs);
                    Walk(shape, residual.Shortcut, macs);
                    shape = after;
                    break;
                case AveragePoolLayer pool:
                    shape = new Shape(shape.Channels, shape.Height / pool.Size, shape.Width / pool.Size);
                    break;
                case FlattenLayer:
                    shape = Shape.Vector(shape.Length);
                    break;
                case SumLayer:
                    shape = Shape.Vector(1);
                    break;
                case PointwiseLayer:
                    break;
                default:
                    throw new NotSupportedException(
                        $"The work of the layer {layer.GetType().Name} is not counted; add it to {nameof(NetworkWork)}.");
            }
        }
        return shape;
    }
}
