using Joule.States;

namespace Joule.Gpu.Tests.Devices;

/// <summary>Small images with one bright stroke each, at a place of its own.</summary>
/// <param name="count">Number of images.</param>
/// <param name="side">Their side, in pixels.</param>
internal sealed class Strokes(int count, int side) : StateSet
{
    public override string Name => "strokes";

    public override StateSpace Space { get; } = StateSpace.Box(new Shape(1, side, side), 0, 1);

    public override int Count => count;

    public override void Read(int index, Span<float> state)
    {
        for (int i = 0; i < state.Length; i++)
        {
            int at = index % 2 == 0 ? i % side : i / side;
            state[i] = at == index / 2 % side ? 0.9f - index % 5 * 0.1f : 0.02f * (i % 3);
        }
    }
}
