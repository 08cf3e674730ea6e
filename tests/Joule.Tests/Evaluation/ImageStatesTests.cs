using Joule.Compute;
using Joule.Data;
using Joule.Evaluation;
using Xunit;

namespace Joule.Tests.Evaluation;

public sealed class ImageStatesTests
{
    private static readonly ImageSet Colour = ImageSet.FromBytes("colour", 3, 2, 3, [.. Enumerable.Range(1, 36).Select(i => (byte)i)]);

    [Fact]
    public void Shuffling_moves_whole_pixels_inside_the_padding()
    {
        ImageStateSet set = new(Colour, new ImageTransform { Pad = 1, Low = -1, High = 1 });
        float[] plain = new float[60], shuffled = new float[60], other = new float[60];
        set.Read(0, plain);
        RowWriter write = ImageStates.Shuffled(set, 5);
        write(0, shuffled);
        Assert.NotEqual(plain, shuffled);
        Assert.Equal(plain.Order(), shuffled.Order());
        // The padding is unchanged, and the three colours of a pixel stay together.
        (float, float, float)[] Pixels(float[] state) => [.. Enumerable.Range(0, 20).Select(p => (state[p], state[20 + p], state[40 + p]))];
        Assert.Equal(Pixels(plain).Select(p => p.Item1 == -1), Pixels(shuffled).Select(p => p.Item1 == -1));
        Assert.Equal(Pixels(plain).Order(), Pixels(shuffled).Order());
        // Each image has its own permutation, independent of the order of calls.
        write(1, other);
        float[] offset = [.. shuffled.Select(v => v == -1 ? -1 : v + 18 / 127.5f)];
        Assert.False(offset.Zip(other).All(p => Math.Abs(p.First - p.Second) < 1e-4f), "both images were shuffled alike");
        float[] again = new float[60];
        ImageStates.Shuffled(set, 5)(0, again);
        Assert.Equal(shuffled, again);
    }
}
