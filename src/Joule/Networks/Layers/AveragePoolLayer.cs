using Joule.Compute;
using Joule.States;

namespace Joule.Networks;

/// <summary>Averages non-overlapping squares of pixels; incomplete squares at the border are dropped.</summary>
[Named("average_pool", "the mean of each square of pixels")]
public sealed record AveragePoolLayer : Layer
{
    /// <summary>Side of the square in pixels.</summary>
    [AtLeast(1)]
    public int Size { get; init; } = 2;

    /// <inheritdoc/>
    protected internal override int Build(PlanBuilder builder, int input, string path)
    {
        Shape s = builder.ShapeOf(input);
        Require(path, "average_pool", (Size <= s.Height && Size <= s.Width, $"size is {Size}, more than the image's {s.Height}×{s.Width}"));
        int output = builder.NewValue(new Shape(s.Channels, s.Height / Size, s.Width / Size));
        return builder.Add(new AveragePoolOperation(s, Size) { Input = input, Output = output });
    }
}

internal sealed class AveragePoolOperation(Shape shape, int size) : Operation
{
    public override bool IsLinear => true;

    protected internal override void Forward(Tape tape, Rows parameters, int start, int count, Rows scratch)
    {
        Rows x = tape.Value(Input, start, count), y = tape.Value(Output, start, count);
        Kernels.AveragePool(x, y, shape.Height, shape.Width, shape.Channels, size);
    }

    protected internal override void Reverse(Tape tape, int start, int count, Rows scratch)
    {
        Rows dx = tape.Gradient(Input, start, count);
        if (dx.Count > 0)
        {
            Rows dy = tape.Gradient(Output, start, count);
            Kernels.AveragePoolReverse(dy, dx, shape.Height, shape.Width, shape.Channels, size, AddsToInput);
        }
    }
}
