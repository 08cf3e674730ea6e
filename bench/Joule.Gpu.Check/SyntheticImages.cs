using Joule.States;

namespace Joule.Gpu.Check;

/// <summary>Images of 28 × 28 pixels in [0, 1] with one stroke each, at an angle and a place of its own.</summary>
/// <param name="count">Number of images.</param>
internal sealed class SyntheticImages(int count) : StateSet
{
    private const int Side = 28;

    public override string Name => "synthetic strokes";

    public override StateSpace Space { get; } = StateSpace.Box(new Shape(1, Side, Side), 0, 1);

    public override int Count => count;

    public override void Read(int index, Span<float> state)
    {
        double angle = 0.37 * index, x = 14 + 4 * Math.Sin(1.3 * index), y = 14 + 4 * Math.Cos(0.7 * index);
        for (int i = 0; i < state.Length; i++)
        {
            double dx = i % Side - x, dy = i / Side - y;
            double across = dx * Math.Sin(angle) - dy * Math.Cos(angle), along = dx * Math.Cos(angle) + dy * Math.Sin(angle);
            state[i] = (float)Math.Clamp(1.5 - 0.5 * across * across - Math.Max(0, Math.Abs(along) - 8), 0, 1);
        }
    }
}
