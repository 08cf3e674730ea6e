using Joule.Compute;
using Joule.States;

namespace Joule.Networks;

/// <summary>
/// A two-dimensional transposed convolution with a square kernel: the adjoint of the convolution with the same kernel, stride and padding.
/// An image of h × w pixels becomes one of (h − 1)·stride − 2·padding + kernel + output_padding pixels in height, and the same in width.
/// </summary>
[Named("transposed_convolution", "adjoint of a convolution, from small images to larger ones",
    paper: "Dumoulin and Visin 2016, arXiv:1603.07285, section 4")]
public sealed record TransposedConvolutionLayer : Layer
{
    private const long MostPadded = 1L << 25; // numbers of one padded state, on either side of the kernel

    /// <summary>Number of output channels.</summary>
    [Between(1, 65536)]
    public required int Outputs { get; init; }

    /// <summary>Side of the kernel in pixels.</summary>
    [Between(1, 64)]
    public int Kernel { get; init; } = 3;

    /// <summary>Step in the output for one pixel of the input.</summary>
    [Between(1, 64)]
    public int Stride { get; init; } = 1;

    /// <summary>Pixels removed from every side of the output, fewer than <see cref="Kernel"/>.</summary>
    [AtLeast(0)]
    public int Padding { get; init; }

    /// <summary>Pixels added at the bottom and right of the output, fewer than <see cref="Stride"/>.</summary>
    [AtLeast(0)]
    public int OutputPadding { get; init; }

    /// <summary>Whether each output channel has a bias.</summary>
    public bool Bias { get; init; } = true;

    /// <inheritdoc/>
    protected internal override int Build(PlanBuilder builder, int input, string path)
    {
        Shape s = builder.ShapeOf(input);
        long height = Side(s.Height), width = Side(s.Width);
        Require(path, "transposed_convolution",
            (Padding < Kernel, $"padding is {Padding}; it must be below the kernel's side, {Kernel}"),
            (OutputPadding < Stride, $"output_padding is {OutputPadding}; it must be below the stride, {Stride}"),
            (height >= 1 && width >= 1, $"an image of {s.Height}×{s.Width} becomes one of {height}×{width}; at least 1×1 must remain"));
        Require(path, "transposed_convolution",
            (Padded(s.Height, s.Width, s.Channels, Kernel) <= MostPadded && Padded(height, width, Outputs, Padding) <= MostPadded,
                $"{s.ToString()} with {Outputs} outputs and a kernel of {Kernel} is too large with its padding; "
                + $"the limit is {MostPadded:N0} numbers"));
        ConvolutionShape adjoint = new((int)height, (int)width, Outputs, s.Channels, Kernel, Stride, Padding);
        int fanIn = s.Channels * Kernel * Kernel;
        int weights = builder.AddParameter(path + ".weight", [s.Channels, Outputs, Kernel, Kernel], fanIn, adjoint.Taps);
        int bias = Bias ? builder.AddParameter(path + ".bias", [Outputs], fanIn, adjoint.Taps) : -1;
        int output = builder.NewValue(new Shape(Outputs, (int)height, (int)width));
        TransposedConvolutionOperation operation = new(adjoint, weights, bias) { Input = input, Output = output };
        builder.Add(operation);
        builder.CountTables(operation.TableLength);
        return output;
    }

    private long Side(long side) => (side - 1) * Stride - 2L * Padding + Kernel + OutputPadding;

    private static long Padded(long height, long width, long channels, int border) =>
        (height + 2 * border) * (width + 2 * border) * channels;
}

/// <summary>
/// The operation runs the kernels of the convolution from its output to its input, with the roles of both swapped: forward is the
/// gradient by input, reverse the convolution itself.
/// </summary>
/// <param name="adjoint">The convolution from the output to the input.</param>
/// <param name="weights">Offset of the weights [inputs, outputs, kernel, kernel].</param>
/// <param name="bias">Offset of the bias, or −1.</param>
internal sealed class TransposedConvolutionOperation(ConvolutionShape adjoint, int weights, int bias) : LinearOperation
{
    private const int RowsOfTask = 16;

    private readonly ConvolutionKernel _kernel = Kernels.Convolution(adjoint);

    /// <summary>Numbers in the kernel's tables.</summary>
    public int TableLength => _kernel.TableLength;

    // A reverse that adds to other gradients goes row by row, by way of one row of scratch.
    public override int ScratchLength => _kernel.ScratchLength + InputWidth;

    protected override int OutputWidth => adjoint.Height * adjoint.Width * adjoint.Channels;

    protected internal override int PackTasks => _kernel.PackTasks;

    private int InputWidth => adjoint.Positions * adjoint.Outputs;

    protected internal override void Pack(Rows parameters, int task) => _kernel.Pack(Weights(parameters), task);

    protected internal override void Forward(Tape tape, Rows parameters, int start, int count, Rows scratch)
    {
        Rows x = tape.Value(Input, start, count), y = tape.Value(Output, start, count);
        bool hasBias = bias >= 0 && tape.Order == 0;
        if (hasBias)
            Kernels.SpreadChannels(Bias(parameters), y);
        _kernel.ReverseInput(x, y, default, scratch, hasBias);
        if (Activation(tape, start, count) is { Function: { } function } activation)
            Kernels.Pointwise(function, activation.Parameter, y, y, activation.Slope);
    }

    protected internal override void Reverse(Tape tape, int start, int count, Rows scratch)
    {
        Rows dy = OutputGradient(tape, start, count), dx = tape.Gradient(Input, start, count), slope = InputSlope(tape, start, count);
        if (dx.Count == 0)
            return;
        if (!AddsToInput)
            _kernel.Forward(dy, default, dx, scratch, default);
        else
        {
            Rows own = new(scratch.Buffer, scratch.Offset + _kernel.ScratchLength, 1, InputWidth);
            for (int i = 0; i < count; i++)
            {
                _kernel.Forward(dy.Slice(i, 1), default, own, scratch, default);
                Kernels.Scale(own, 1, dx.Slice(i, 1), true);
            }
        }
        if (slope.Count > 0)
            Kernels.Multiply(dx, slope, dx, false);
    }

    protected internal override int GradientRows => RowsOfTask;

    protected internal override int GradientTasks(int rows) => (rows + RowsOfTask - 1) / RowsOfTask;

    // For every task a partial gradient of the weights; then for every task one of the bias.
    protected internal override int PartialLength(int rows) => GradientTasks(rows) * (_kernel.PartialLength + adjoint.Channels);

    protected internal override void GradientTask(Tape tape, int rows, int task, Rows gradient, Rows partials, Rows scratch)
    {
        int start = task * RowsOfTask, count = Math.Min(RowsOfTask, rows - start);
        Rows x = tape.Value(Input, start, count), dy = tape.Gradient(Output, start, count);
        _kernel.WeightGradient(dy, x, Partial(partials, task, 1), scratch, tape.Order > 0);
        if (tape.Order == 0 && bias >= 0)
            Kernels.SumChannels(dy, BiasPartial(partials, rows, task, 1));
    }

    protected internal override void FinishGradient(int rows, Rows gradient, Rows partials)
    {
        int tasks = GradientTasks(rows);
        _kernel.AddPartials(Partial(partials, 0, tasks), Weights(gradient), default);
        if (bias >= 0)
            Kernels.SumSlots(BiasPartial(partials, rows, 0, tasks), Bias(gradient), true);
    }

    protected override void Dispose(bool disposing)
    {
        _kernel.Dispose();
        base.Dispose(disposing);
    }

    private Rows Partial(Rows partials, int first, int count) =>
        new(partials.Buffer, partials.Offset + first * _kernel.PartialLength, count, _kernel.PartialLength);

    private Rows BiasPartial(Rows partials, int rows, int first, int count) => new(partials.Buffer,
        partials.Offset + GradientTasks(rows) * _kernel.PartialLength + first * adjoint.Channels, count, adjoint.Channels);

    private Rows Weights(Rows all) => new(all.Buffer, all.Offset + weights, adjoint.Outputs, adjoint.Taps);

    private Rows Bias(Rows all) => bias < 0 ? default : new(all.Buffer, all.Offset + bias, 1, adjoint.Channels);
}
