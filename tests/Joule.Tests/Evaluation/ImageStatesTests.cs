using Joule.Data;
using Joule.Evaluation;
using Joule.States;
using Xunit;

namespace Joule.Tests.Evaluation;

public sealed class ImageStatesTests
{
    private static readonly ImageSet Colour = ImageSet.FromBytes("colour", 3, 2, 3, [.. Enumerable.Range(1, 36).Select(i => (byte)i)]);

    [Fact]
    public void Shuffling_moves_whole_pixels_inside_the_padding()
    {
        ImageTransform transform = new() { Pad = 1, Low = -1, High = 1 };
        float[] plain = new float[60], shuffled = new float[60], other = new float[60];
        ImageStates.Of(Colour, transform)(0, plain);
        StateWriter write = ImageStates.Shuffled(Colour, transform, 5);
        write(0, shuffled);
        Assert.NotEqual(plain, shuffled);
        Assert.Equal(plain.Order(), shuffled.Order());
        // Padding stays where it is, and the three colours of a pixel stay together.
        (float, float, float)[] Pixels(float[] state) => [.. Enumerable.Range(0, 20).Select(p => (state[p], state[20 + p], state[40 + p]))];
        Assert.Equal(Pixels(plain).Select(p => p.Item1 == -1), Pixels(shuffled).Select(p => p.Item1 == -1));
        Assert.Equal(Pixels(plain).Order(), Pixels(shuffled).Order());
        // Each image has a permutation of its own, and it is the same whatever was written before.
        write(1, other);
        float[] offset = [.. shuffled.Select(v => v == -1 ? -1 : v + 18 / 127.5f)];
        Assert.False(offset.Zip(other).All(p => Math.Abs(p.First - p.Second) < 1e-4f), "both images were shuffled alike");
        float[] again = new float[60];
        ImageStates.Shuffled(Colour, transform, 5)(0, again);
        Assert.Equal(shuffled, again);
    }

    [Fact]
    public void Images_fit_with_or_without_their_padding()
    {
        ImageTransform transform = new() { Pad = 1 };
        Assert.Equal(1, ImageStates.Fit(StateSpace.Box(new Shape(3, 4, 5), 0, 1), transform, Colour).Pad);
        Assert.Equal(0, ImageStates.Fit(StateSpace.Box(new Shape(3, 2, 3), 0, 1), transform, Colour).Pad);
        InvalidInputException e = Assert.Throws<InvalidInputException>(() => ImageStates.Fit(StateSpace.Box(new Shape(1, 28, 28), 0, 1), new ImageTransform(), Colour));
        Assert.Contains("3×2×3", e.Message, StringComparison.Ordinal);
        Assert.Contains("1×28×28", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Noise_fills_the_box()
    {
        float[] state = new float[1000];
        ImageStates.Noise(StateSpace.Box(new Shape(1, 1000, 1), -1, 1), 3)(7, state);
        Assert.All(state, v => Assert.InRange(v, -1f, 1f));
        // The mean of 1000 uniform draws has a standard error of 2/√12/√1000 = 0.018; five of them.
        Assert.InRange(state.Average(), -0.09f, 0.09f);
    }
}
