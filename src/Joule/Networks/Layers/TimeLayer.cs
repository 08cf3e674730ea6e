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

    public override bool HasDirections => true;

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

    // Along a path x(ε), the state keeps its order, and f(t) has f, f′·t′ and f″·t′² + f′·t″.
    protected internal override void Forward(
        TaylorTape tape, int first, int last, Rows parameters, int start, int count, Rows scratch)
    {
        Span<float> row = stackalloc float[features], next = stackalloc float[features];
        for (int k = first; k <= last; k++)
        {
            Rows x = tape[k].Value(Input, start, count), y = tape[k].Value(Output, start, count);
            for (int n = 0; n < count; n++)
            {
                float time = Time(tape, 0, start + n), way = k == 0 ? 1 : Time(tape, 1, start + n);
                TimeFeatures.Write(time, k, row);
                TensorPrimitives.Multiply(row, k == 2 ? way * way : way, row);
                if (k == 2)
                {
                    TimeFeatures.Write(time, 1, next);
                    TensorPrimitives.MultiplyAdd(next, Time(tape, 2, start + n), row, row);
                }
                Join(x[n], row, y[n]);
            }
        }
    }

    // The gradient of order k is that with respect to the coefficient of order k.
    protected internal override void Reverse(TaylorTape tape, int first, int last, int start, int count, Rows scratch)
    {
        for (int k = first; k <= last; k++)
        {
            Rows dx = tape[k].Gradient(Input, start, count), dy = tape[k].Gradient(Output, start, count);
            for (int n = 0; n < count && dx.Count > 0; n++)
                Split(dy[n], TimeGradient(tape, k, start + n), dx[n]);
        }
    }

    private float TimeGradient(TaylorTape tape, int order, int row)
    {
        Span<float> slopes = stackalloc float[features], sums = stackalloc float[features];
        float time = Time(tape, 0, row), sum = 0;
        for (int k = order; k <= tape.Last; k++)
        {
            // f⁽ᵏ⁻ᵒʳᵈᵉʳ⁺¹⁾ times what the coefficient of order k has of it.
            Sums(tape[k].Gradient(Output, row, 1).Span, sums);
            TimeFeatures.Write(time, k - order + 1, slopes);
            float way = k == order ? 1 : Time(tape, 1, row), factor = k - order == 2 ? way * way : k == 2 && order == 1 ? 2 * way : way;
            sum += factor * TensorPrimitives.Dot<float>(sums, slopes);
            if (k - order < 2)
                continue;
            TimeFeatures.Write(time, 2, slopes);
            sum += Time(tape, 2, row) * TensorPrimitives.Dot<float>(sums, slopes);
        }
        return sum;
    }

    private float Time(TaylorTape tape, int order, int row) => tape[order].Value(Input, row, 1).Span[^1];

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
