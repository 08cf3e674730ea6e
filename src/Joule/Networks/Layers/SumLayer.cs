using Joule.Compute;
using Joule.States;

namespace Joule.Networks;

/// <summary>The sum of all numbers of a state: an energy that is a sum over units.</summary>
[Named("sum", "the sum of all numbers")]
public sealed record SumLayer : Layer
{
    /// <inheritdoc/>
    protected internal override int Build(PlanBuilder builder, int input, string path) =>
        builder.Add(new SumOperation { Input = input, Output = builder.NewValue(Shape.Vector(1)) });
}

internal sealed class SumOperation : Operation
{
    public override bool IsLinear => true;

    protected internal override void Forward(Tape tape, Rows parameters, int start, int count, Rows scratch) =>
        Kernels.SumRows(tape.Value(Input, start, count), tape.Value(Output, start, count));

    protected internal override void Reverse(Tape tape, int start, int count, Rows scratch)
    {
        Rows dx = tape.Gradient(Input, start, count);
        if (dx.Count > 0)
            Kernels.Spread(tape.Gradient(Output, start, count), dx, AddsToInput);
    }
}
