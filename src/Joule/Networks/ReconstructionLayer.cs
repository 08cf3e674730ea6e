using Joule.Compute;
using Joule.States;

namespace Joule.Networks;

/// <summary>
/// The error of an autoencoder: scale² · |x − decoder(encoder(x))|², one number per state. The encoder's parameters come first.
/// </summary>
/// <param name="Encoder">The layers from a state to its latent vector.</param>
/// <param name="Decoder">The layers from a latent vector to a state.</param>
/// <param name="Scale">The factor of the difference.</param>
internal sealed record ReconstructionLayer(IReadOnlyList<Layer> Encoder, IReadOnlyList<Layer> Decoder, float Scale) : Layer
{
    /// <inheritdoc/>
    protected internal override int Build(PlanBuilder builder, int input, string path)
    {
        builder.Hold(input);
        int latent = builder.AddLayers(Encoder, input, "encoder."), back = builder.AddLayers(Decoder, latent, "decoder.");
        Shape state = builder.ShapeOf(input);
        if (builder.ShapeOf(back).Length != state.Length)
        {
            throw new InvalidInputException($"The decoder gives {builder.ShapeOf(back)}, and states are {state}. "
                + "Change its last layers so that both are the same.");
        }
        int difference = builder.Add(new DifferenceOperation(Scale)
        {
            Input = Shaped(builder, back, state),
            Second = input,
            Output = builder.NewValue(state),
        });
        int squares = new SquareLayer().Compile(builder, difference, path);
        return new SumLayer().Compile(builder, squares, path);
    }

    // A vector is laid out channels first, a value with height and width channels last.
    private static int Shaped(PlanBuilder builder, int value, Shape state)
    {
        Shape shape = builder.ShapeOf(value);
        if (shape == state)
            return value;
        if (shape.Height * shape.Width > 1 && shape.Channels > 1)
            throw new InvalidInputException($"The decoder gives {shape}, and states are {state}: the same numbers in another shape.");
        if (state.Channels == 1 || state.Height * state.Width == 1)
        {
            builder.Reshape(value, state);
            return value;
        }
        return builder.Add(new TransposeOperation(state.Channels, state.Height * state.Width)
        {
            Input = value,
            Output = builder.NewValue(state),
        });
    }
}

/// <summary>y = scale · (first − second).</summary>
internal sealed class DifferenceOperation(float scale) : Operation
{
    public override bool IsLinear => true;

    protected internal override void Forward(Tape tape, Rows parameters, int start, int count, Rows scratch)
    {
        Rows y = tape.Value(Output, start, count);
        Kernels.Scale(tape.Value(Input, start, count), scale, y, false);
        Kernels.Scale(tape.Value(Second, start, count), -scale, y, true);
    }

    protected internal override void Reverse(Tape tape, int start, int count, Rows scratch)
    {
        Rows dy = tape.Gradient(Output, start, count);
        Rows first = tape.Gradient(Input, start, count), second = tape.Gradient(Second, start, count);
        if (second.Count > 0)
            Kernels.Scale(dy, -scale, second, AddsToSecond);
        if (first.Count > 0)
            Kernels.Scale(dy, scale, first, AddsToInput);
    }
}
