using Joule.Compute;
using Joule.States;

namespace Joule.Networks;

/// <summary>A layer that applies one function to every number.</summary>
public abstract record PointwiseLayer : Layer
{
    /// <summary>The function.</summary>
    internal abstract PointwiseFunction Function { get; }

    /// <summary>The function's parameter, if it has one.</summary>
    internal virtual float Parameter => 0;

    /// <inheritdoc/>
    protected internal override int Build(PlanBuilder builder, int input, string path)
    {
        if (builder.TryActivate(input, Function, Parameter))
            return input;
        Shape shape = builder.ShapeOf(input);
        int output = builder.MayOverwrite(input) ? input : builder.NewValue(shape);
        return builder.Add(new PointwiseOperation(Function, Parameter, shape.Length) { Input = input, Output = output });
    }
}

/// <summary>max(0, x).</summary>
[Named("relu", "max(0, x)")]
public sealed record ReluLayer : PointwiseLayer
{
    internal override PointwiseFunction Function => PointwiseFunction.Relu;
}

/// <summary>x where x is positive, slope · x elsewhere.</summary>
[Named("leaky_relu", "x, or slope·x below 0")]
public sealed record LeakyReluLayer : PointwiseLayer
{
    /// <summary>The slope below zero.</summary>
    public float Slope { get; init; } = 0.01f;

    internal override PointwiseFunction Function => PointwiseFunction.LeakyRelu;

    internal override float Parameter => Slope;
}

/// <summary>x · sigmoid(x), also called swish.</summary>
[Named("silu", "x·sigmoid(x), also called swish")]
public sealed record SiluLayer : PointwiseLayer
{
    internal override PointwiseFunction Function => PointwiseFunction.Silu;
}

/// <summary>ln(1 + eˣ).</summary>
[Named("softplus", "ln(1 + eˣ)")]
public sealed record SoftplusLayer : PointwiseLayer
{
    internal override PointwiseFunction Function => PointwiseFunction.Softplus;
}

/// <summary>x where x is positive, alpha · (eˣ − 1) elsewhere.</summary>
[Named("elu", "x, or alpha·(eˣ − 1) below 0")]
public sealed record EluLayer : PointwiseLayer
{
    /// <summary>The negative of the limit at minus infinity.</summary>
    public float Alpha { get; init; } = 1;

    internal override PointwiseFunction Function => PointwiseFunction.Elu;

    internal override float Parameter => Alpha;
}

/// <summary>The hyperbolic tangent.</summary>
[Named("tanh", "the hyperbolic tangent")]
public sealed record TanhLayer : PointwiseLayer
{
    internal override PointwiseFunction Function => PointwiseFunction.Tanh;
}

/// <summary>1 / (1 + e⁻ˣ).</summary>
[Named("sigmoid", "1 / (1 + e⁻ˣ)")]
public sealed record SigmoidLayer : PointwiseLayer
{
    internal override PointwiseFunction Function => PointwiseFunction.Sigmoid;
}

/// <summary>x².</summary>
[Named("square", "x²")]
public sealed record SquareLayer : PointwiseLayer
{
    internal override PointwiseFunction Function => PointwiseFunction.Square;
}

internal sealed class PointwiseOperation(PointwiseFunction function, float parameter, int width) : Operation
{
    public override int KeptWidth => width;

    public override bool HasDirections => true;

    protected internal override void Forward(Tape tape, Rows parameters, int start, int count, Rows scratch)
    {
        Rows x = tape.Value(Input, start, count), y = tape.Value(Output, start, count);
        Kernels.Pointwise(function, parameter, x, y, tape.Kept(this, start, count));
    }

    protected internal override void Reverse(Tape tape, int start, int count, Rows scratch)
    {
        Rows dx = tape.Gradient(Input, start, count);
        if (dx.Count > 0)
            Kernels.Multiply(tape.Gradient(Output, start, count), tape.Kept(this, start, count), dx, AddsToInput);
    }

    protected internal override void Forward(
        TaylorTape tape, int first, int last, Rows parameters, int start, int count, Rows scratch) =>
        PointwiseOrders.Forward(function, parameter, tape, this, Input, first, last, start, count);

    protected internal override void Reverse(TaylorTape tape, int first, int last, int start, int count, Rows scratch) =>
        PointwiseOrders.Reverse(tape, this, Input, AddsToInput, first, last, start, count);
}
