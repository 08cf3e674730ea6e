using System.Numerics.Tensors;
using Joule.Compute;
using Joule.States;

namespace Joule.Networks;

/// <summary>
/// Splits off the last number of the state, a time t from 0 to 1, and adds its Fourier features sin ωt and cos ωt with ω = π/2, π, 2π, …
/// (Tancik et al. 2020, arXiv:2006.10739): further numbers of a vector, or further channels of an image, the same at every pixel.
/// </summary>
[Named("time", "the last number, a time, becomes sin ωt and cos ωt beside the others")]
public sealed record TimeLayer : Layer
{
    /// <summary>Number of frequencies ω; each has two features, and is twice the one before.</summary>
    [Between(1, 12)]
    public int Frequencies { get; init; } = 4;

    /// <summary>The shape of the state without its time; null: a vector.</summary>
    internal Shape? Shape { get; init; }

    /// <inheritdoc/>
    protected internal override int Build(PlanBuilder builder, int input, string path)
    {
        input = FlattenLayer.Apply(builder, input);
        int numbers = builder.ShapeOf(input).Length - 1, features = 2 * Frequencies;
        Shape state = Shape ?? States.Shape.Vector(numbers);
        Require(path, "time", (numbers > 0 && state.Length == numbers, Shape is null
            ? "it takes at least two numbers, of which the last is the time"
            : $"it takes a state of {Shape} and its time, {state.Length + 1} numbers, and was given {numbers + 1}"));
        int area = state.Height * state.Width;
        Shape shape = new(state.Channels + features, state.Height, state.Width);
        return builder.Add(new TimeOperation(state.Channels, area, features) { Input = input, Output = builder.NewValue(shape) });
    }
}

/// <summary>[channels, area] and a time → [area, channels + features].</summary>
internal sealed class TimeOperation(int channels, int area, int features) : Operation
{
    /// <summary>The slopes of the features.</summary>
    public override int KeptWidth => features;

    protected internal override void Forward(Tape tape, Rows parameters, int start, int count, Rows scratch)
    {
        Rows x = tape.Value(Input, start, count), y = tape.Value(Output, start, count), kept = tape.Kept(this, start, count);
        Span<float> row = stackalloc float[features];
        for (int n = 0; n < count; n++)
        {
            TimeFeatures.Write(x[n][^1], 0, row);
            Join(x[n], row, y[n]);
            if (kept.Count > 0)
                TimeFeatures.Write(x[n][^1], 1, kept[n]);
        }
    }

    protected internal override void Reverse(Tape tape, int start, int count, Rows scratch)
    {
        Rows dx = tape.Gradient(Input, start, count), dy = tape.Gradient(Output, start, count), kept = tape.Kept(this, start, count);
        if (dx.Count == 0)
            return;
        Span<float> sums = stackalloc float[features];
        for (int n = 0; n < count; n++)
            Split(dy[n], TensorPrimitives.Dot(Sums(dy[n], sums), kept[n]), dx[n]);
    }

    /// <summary>Writes a row of the output: the state, and the features at every place.</summary>
    private void Join(ReadOnlySpan<float> x, ReadOnlySpan<float> row, Span<float> y)
    {
        for (int p = 0, at = 0; p < area; p++, at += features)
        {
            for (int c = 0; c < channels; c++)
                y[at++] = x[c * area + p];
            row.CopyTo(y[at..]);
        }
    }

    /// <summary>The sums of the features' gradients over all places.</summary>
    private ReadOnlySpan<float> Sums(ReadOnlySpan<float> dy, Span<float> sums)
    {
        sums.Clear();
        for (int p = 0; p < area; p++)
            TensorPrimitives.Add(sums, dy.Slice(p * (channels + features) + channels, features), sums);
        return sums;
    }

    /// <summary>Writes or adds a row of the input's gradient: that of the state, and that of the time.</summary>
    private void Split(ReadOnlySpan<float> dy, float ofTime, Span<float> dx)
    {
        for (int c = 0, to = 0; c < channels; c++)
        {
            for (int p = 0; p < area; p++, to++)
                dx[to] = dy[p * (channels + features) + c] + (AddsToInput ? dx[to] : 0);
        }
        dx[^1] = ofTime + (AddsToInput ? dx[^1] : 0);
    }
}
