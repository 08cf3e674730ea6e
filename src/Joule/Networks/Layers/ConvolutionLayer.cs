using Joule.Compute;
using Joule.States;

namespace Joule.Networks;

/// <summary>A two-dimensional convolution with a square kernel, over zero padding.</summary>
[Named("conv", "convolution with a square kernel")]
public sealed record ConvolutionLayer : Layer
{
    private const long MostPadded = 1L << 25; // numbers of one padded state, on either side of the kernel

    /// <summary>Number of output channels.</summary>
    [Between(1, 65536)]
    public required int Outputs { get; init; }

    /// <summary>Side of the kernel in pixels.</summary>
    [Between(1, 64)]
    public int Kernel { get; init; } = 3;

    /// <summary>Step between outputs in pixels.</summary>
    [Between(1, 64)]
    public int Stride { get; init; } = 1;

    /// <summary>Zeros added on every side, in pixels, fewer than <see cref="Kernel"/>.</summary>
    [AtLeast(0)]
    public int Padding { get; init; }

    /// <summary>Whether each output channel has a bias.</summary>
    public bool Bias { get; init; } = true;

    /// <inheritdoc/>
    protected internal override int Build(PlanBuilder builder, int input, string path)
    {
        Shape s = builder.ShapeOf(input);
        int height = s.Height + 2 * Padding, width = s.Width + 2 * Padding;
        Require(path, "conv",
            (Padding < Kernel, $"padding is {Padding}; it must be below the kernel's side, {Kernel}"),
            (height >= Kernel && width >= Kernel, $"the kernel's side {Kernel} is larger than the padded image {height}×{width}"));
        Require(path, "conv",
            (Padded(s.Height, s.Width, s.Channels, Padding) <= MostPadded && Padded(s.Height, s.Width, Outputs, Kernel) <= MostPadded,
                $"{s.ToString()} with {Outputs} outputs and a kernel of {Kernel} is too large with its padding; "
                + $"the limit is {MostPadded:N0} numbers"));
        ConvolutionShape shape = new(s.Height, s.Width, s.Channels, Outputs, Kernel, Stride, Padding);
        int weights = builder.AddParameter(path + ".weight", [Outputs, s.Channels, Kernel, Kernel], shape.Taps, Outputs * Kernel * Kernel);
        int bias = Bias ? builder.AddParameter(path + ".bias", [Outputs], shape.Taps, Outputs * Kernel * Kernel) : -1;
        int output = builder.NewValue(new Shape(Outputs, shape.OutputHeight, shape.OutputWidth));
        ConvolutionOperation operation = new(shape, weights, bias) { Input = input, Output = output };
        builder.Add(operation);
        builder.CountTables(operation.TableLength);
        return output;
    }

    private static long Padded(long height, long width, long channels, int border) =>
        (height + 2 * border) * (width + 2 * border) * channels;
}

internal sealed class ConvolutionOperation(ConvolutionShape shape, int weights, int bias) : LinearOperation
{
    private const int RowsOfTask = 16;

    private readonly ConvolutionKernel _kernel = Kernels.Convolution(shape);

    /// <summary>Numbers in the kernel's tables.</summary>
    public int TableLength => _kernel.TableLength;

    public override int ScratchLength => _kernel.ScratchLength;

    protected override int OutputWidth => shape.Positions * shape.Outputs;

    protected internal override int PackTasks => _kernel.PackTasks;

    protected internal override void Pack(Rows parameters, int task) => _kernel.Pack(Weights(parameters), task);

    protected internal override void Forward(Tape tape, Rows parameters, int start, int count, Rows scratch)
    {
        Rows x = tape.Value(Input, start, count), y = tape.Value(Output, start, count);
        _kernel.Forward(x, tape.Order == 0 ? Bias(parameters) : default, y, scratch, Activation(tape, start, count));
    }

    protected internal override void Reverse(Tape tape, int start, int count, Rows scratch)
    {
        Rows dy = OutputGradient(tape, start, count), dx = tape.Gradient(Input, start, count);
        if (dx.Count > 0)
            _kernel.ReverseInput(dy, dx, InputSlope(tape, start, count), scratch, AddsToInput);
    }

    protected internal override int GradientRows => RowsOfTask;

    protected internal override int GradientTasks(int rows) => (rows + RowsOfTask - 1) / RowsOfTask;

    protected internal override int PartialLength(int rows) => GradientTasks(rows) * _kernel.PartialLength;

    protected internal override void GradientTask(Tape tape, int rows, int task, Rows gradient, Rows partials, Rows scratch)
    {
        int start = task * RowsOfTask, count = Math.Min(RowsOfTask, rows - start);
        _kernel.WeightGradient(
            tape.Value(Input, start, count), tape.Gradient(Output, start, count), Partial(partials, task, 1), scratch, tape.Order > 0);
    }

    protected internal override void FinishGradient(int rows, Rows gradient, Rows partials) =>
        _kernel.AddPartials(Partial(partials, 0, GradientTasks(rows)), Weights(gradient), Bias(gradient));

    protected override void Dispose(bool disposing)
    {
        _kernel.Dispose();
        base.Dispose(disposing);
    }

    private Rows Partial(Rows partials, int first, int count) =>
        new(partials.Buffer, first * _kernel.PartialLength, count, _kernel.PartialLength);

    private Rows Weights(Rows all) => new(all.Buffer, all.Offset + weights, shape.Outputs, shape.Taps);

    private Rows Bias(Rows all) => bias < 0 ? default : new(all.Buffer, all.Offset + bias, 1, shape.Outputs);
}
