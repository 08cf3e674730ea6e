using Joule.Compute;
using Joule.States;

namespace Joule.Networks;

/// <summary>Turns [channels, height, width] into a vector, channels first.</summary>
[Named("flatten", "an image becomes a vector, channels first")]
public sealed record FlattenLayer : Layer
{
    /// <inheritdoc/>
    protected internal override int Build(PlanBuilder builder, int input, string path) => Apply(builder, input);

    internal static int Apply(PlanBuilder builder, int input)
    {
        Shape s = builder.ShapeOf(input);
        if (s.Height == 1 && s.Width == 1)
            return input;
        if (s.Channels == 1 && builder.MayOverwrite(input))
        {
            builder.Reshape(input, Shape.Vector(s.Length));
            return input;
        }
        int output = builder.NewValue(Shape.Vector(s.Length));
        return builder.Add(new TransposeOperation(s.Height * s.Width, s.Channels) { Input = input, Output = output });
    }
}

internal sealed class TransposeOperation(int a, int b) : Operation
{
    public override bool IsLinear => true;

    protected internal override void Forward(Tape tape, Rows parameters, int start, int count, Rows scratch) =>
        Kernels.Transpose(tape.Value(Input, start, count), tape.Value(Output, start, count), a, b, false);

    protected internal override void Reverse(Tape tape, int start, int count, Rows scratch)
    {
        Rows dx = tape.Gradient(Input, start, count);
        if (dx.Count > 0)
            Kernels.Transpose(tape.Gradient(Output, start, count), dx, b, a, AddsToInput);
    }
}
