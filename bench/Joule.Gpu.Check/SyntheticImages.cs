using Joule.States;

namespace Joule.Gpu.Check;

/// <summary>Square images of one channel with one stroke each, at an angle and a place of its own.</summary>
/// <param name="count">Number of images.</param>
/// <param name="side">Pixels of a side.</param>
/// <param name="low">Black; white is 1.</param>
internal sealed class SyntheticImages(int count, int side, float low) : StateSet
{
    public override string Name => "synthetic strokes";

    public override StateSpace Space { get; } = StateSpace.Box(new Shape(1, side, side), low, 1);

    public override int Count => count;

    public override void Read(int index, Span<float> state)
    {
        double angle = 0.37 * index, x = side / 2 + 4 * Math.Sin(1.3 * index), y = side / 2 + 4 * Math.Cos(0.7 * index);
        for (int i = 0; i < state.Length; i++)
        {
            double dx = i % side - x, dy = i / side - y;
            double across = dx * Math.Sin(angle) - dy * Math.Cos(angle), along = dx * Math.Cos(angle) + dy * Math.Sin(angle);
            state[i] = low + (1 - low) * (float)Math.Clamp(1.5 - 0.5 * across * across - Math.Max(0, Math.Abs(along) - 8), 0, 1);
        }
    }
}
