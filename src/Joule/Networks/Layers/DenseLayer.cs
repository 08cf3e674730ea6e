using Joule.Compute;
using Joule.States;

namespace Joule.Networks;

/// <summary>A dense layer: y = W·x + b. A state with a height and width is flattened first, channels first.</summary>
[Named("dense", "y = W·x + b")]
public sealed record DenseLayer : Layer
{
    /// <summary>Number of outputs.</summary>
    [Between(1, 1 << 20)]
    public required int Outputs { get; init; }

    /// <summary>Whether there is a bias b.</summary>
    public bool Bias { get; init; } = true;

    /// <inheritdoc/>
    protected internal override int Build(PlanBuilder builder, int input, string path)
    {
        if (builder.ShapeOf(input).Channels > 1)
            input = FlattenLayer.Apply(builder, input);
        int inputs = builder.ShapeOf(input).Length;
        int weights = builder.AddParameter(path + ".weight", [Outputs, inputs], inputs, Outputs);
        int bias = Bias ? builder.AddParameter(path + ".bias", [Outputs], inputs, Outputs) : -1;
        int output = builder.NewValue(Shape.Vector(Outputs));
        return builder.Add(new DenseOperation(inputs, Outputs, weights, bias) { Input = input, Output = output });
    }
}

internal sealed class DenseOperation(int inputs, int outputs, int weights, int bias) : LinearOperation
{
    private const int OutputsOfTask = 32;

    private readonly DenseKernel _kernel = Kernels.Dense(inputs, outputs);

    protected override int OutputWidth => outputs;

    protected internal override int PackTasks => _kernel.PackTasks;

    protected internal override void Pack(Rows parameters, int task) => _kernel.Pack(Weights(parameters), task);

    protected internal override void Forward(Tape tape, Rows parameters, int start, int count, Rows scratch)
    {
        Rows x = tape.Value(Input, start, count), y = tape.Value(Output, start, count);
        _kernel.Forward(x, tape.Order == 0 ? Bias(parameters) : default, y, Activation(tape, start, count));
    }

    protected internal override void Reverse(Tape tape, int start, int count, Rows scratch)
    {
        Rows dy = OutputGradient(tape, start, count), dx = tape.Gradient(Input, start, count);
        if (dx.Count > 0)
            _kernel.ReverseInput(dy, dx, InputSlope(tape, start, count), AddsToInput);
    }

    protected internal override int GradientTasks(int rows) => (outputs + OutputsOfTask - 1) / OutputsOfTask;

    protected internal override void GradientTask(Tape tape, int rows, int task, Rows gradient, Rows partials, Rows scratch)
    {
        int first = task * OutputsOfTask, count = Math.Min(OutputsOfTask, outputs - first);
        Rows x = tape.Value(Input, 0, rows), dy = tape.Gradient(Output, 0, rows);
        _kernel.WeightGradient(x, dy, Weights(gradient), tape.Order == 0 ? Bias(gradient) : default, first, count);
    }

    protected override void Dispose(bool disposing)
    {
        _kernel.Dispose();
        base.Dispose(disposing);
    }

    private Rows Weights(Rows all) => new(all.Buffer, all.Offset + weights, outputs, inputs);

    private Rows Bias(Rows all) => bias < 0 ? default : new(all.Buffer, all.Offset + bias, 1, outputs);
}
