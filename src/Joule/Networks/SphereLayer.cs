using System.Numerics.Tensors;
using Joule.Compute;

namespace Joule.Networks;

/// <summary>Projects a vector to the unit sphere: x / |x|. The vector 0 gives NaN.</summary>
internal sealed record SphereLayer : Layer
{
    /// <inheritdoc/>
    protected internal override int Build(PlanBuilder builder, int input, string path) =>
        builder.Add(new SphereOperation { Input = input, Output = builder.NewValue(builder.ShapeOf(input)) });
}

/// <summary>y = x / |x|, and dx = (dy − ⟨y, dy⟩·y) / |x|. It has no derivatives along directions.</summary>
internal sealed class SphereOperation : Operation
{
    public override bool ReverseReadsValues => true;

    protected internal override void Forward(Tape tape, Rows parameters, int start, int count, Rows scratch)
    {
        Rows x = tape.Value(Input, start, count), y = tape.Value(Output, start, count);
        for (int i = 0; i < count; i++)
            TensorPrimitives.Divide(x[i], Norm(x[i]), y[i]);
    }

    protected internal override void Reverse(Tape tape, int start, int count, Rows scratch)
    {
        Rows dx = tape.Gradient(Input, start, count);
        if (dx.Count == 0)
            return;
        Rows x = tape.Value(Input, start, count), y = tape.Value(Output, start, count), dy = tape.Gradient(Output, start, count);
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<float> unit = y[i], from = dy[i];
            Span<float> to = dx[i];
            float norm = Norm(x[i]), along = TensorPrimitives.Dot(unit, from);
            for (int j = 0; j < to.Length; j++)
            {
                float slope = (from[j] - along * unit[j]) / norm;
                to[j] = AddsToInput ? to[j] + slope : slope;
            }
        }
    }

    private static float Norm(ReadOnlySpan<float> x) => MathF.Sqrt(TensorPrimitives.SumOfSquares(x));
}
