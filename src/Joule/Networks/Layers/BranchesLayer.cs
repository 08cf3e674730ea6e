using Joule.Compute;
using Joule.States;

namespace Joule.Networks;

/// <summary>How branches are joined.</summary>
public enum Join
{
    /// <summary>The elementwise sum.</summary>
    Add,

    /// <summary>The elementwise product.</summary>
    Multiply,
}

/// <summary>Several chains of layers that read the same state, joined by a sum or a product. An empty path is the identity.</summary>
[Named("branches", "paths joined by a sum or a product")]
public sealed record BranchesLayer : Layer
{
    /// <summary>The paths, at least two.</summary>
    [Items(2)]
    public required IReadOnlyList<IReadOnlyList<Layer>> Paths { get; init; }

    /// <summary>How they are joined.</summary>
    public Join Join { get; init; } = Join.Add;

    /// <inheritdoc/>
    protected internal override int Build(PlanBuilder builder, int input, string path)
    {
        builder.Hold(input);
        int joined = builder.AddLayers(Paths[0], input, $"{path}.0.");
        for (int i = 1; i < Paths.Count; i++)
        {
            builder.Hold(joined);
            int next = builder.AddLayers(Paths[i], input, $"{path}.{i}.");
            joined = JoinOperation.Join(builder, joined, next, Join, path, "branches");
        }
        return joined;
    }
}

internal sealed class JoinOperation(Join join) : Operation
{
    public static int Join(PlanBuilder builder, int first, int second, Join join, string path, string kind)
    {
        Shape a = builder.ShapeOf(first), b = builder.ShapeOf(second);
        if (a != b)
        {
            throw new InvalidInputException(
                $"Layer {path} ({kind}) of the network joins {a} with {b}; both paths must give the same shape.");
        }
        return builder.Add(new JoinOperation(join) { Input = first, Second = second, Output = builder.NewValue(a) });
    }

    public override bool IsLinear => join == Networks.Join.Add;

    public override bool HasDirections => true;

    public override bool ReverseReadsValues => join == Networks.Join.Multiply;

    protected internal override void Forward(Tape tape, Rows parameters, int start, int count, Rows scratch)
    {
        Rows a = tape.Value(Input, start, count), b = tape.Value(Second, start, count), y = tape.Value(Output, start, count);
        if (join == Networks.Join.Multiply)
        {
            Kernels.Multiply(a, b, y, false);
            return;
        }
        Kernels.Scale(a, 1, y, false);
        Kernels.Scale(b, 1, y, true);
    }

    protected internal override void Reverse(Tape tape, int start, int count, Rows scratch)
    {
        Rows dy = tape.Gradient(Output, start, count);
        Rows da = tape.Gradient(Input, start, count), db = tape.Gradient(Second, start, count);
        if (db.Count > 0)
            Into(tape, dy, Input, db, AddsToSecond, start, count);
        if (da.Count > 0)
            Into(tape, dy, Second, da, AddsToInput, start, count);
    }

    protected internal override void Forward(
        TaylorTape tape, int first, int last, Rows parameters, int start, int count, Rows scratch)
    {
        if (IsLinear)
        {
            base.Forward(tape, first, last, parameters, start, count, scratch);
            return;
        }
        for (int k = first; k <= last; k++)
            JoinOrders.Multiply(tape, this, k, start, count);
    }

    protected internal override void Reverse(TaylorTape tape, int first, int last, int start, int count, Rows scratch)
    {
        if (IsLinear)
        {
            base.Reverse(tape, first, last, start, count, scratch);
            return;
        }
        for (int k = first; k <= last; k++)
            JoinOrders.Reverse(tape, this, k, start, count);
    }

    private void Into(Tape tape, Rows dy, int other, Rows target, bool accumulate, int start, int count)
    {
        if (join == Networks.Join.Multiply)
            Kernels.Multiply(dy, tape.Value(other, start, count), target, accumulate);
        else
            Kernels.Scale(dy, 1, target, accumulate);
    }
}
