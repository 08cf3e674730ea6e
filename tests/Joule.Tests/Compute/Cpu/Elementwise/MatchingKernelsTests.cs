using Joule.Compute;
using Joule.States;
using Xunit;

namespace Joule.Tests.Compute;

public sealed class MatchingKernelsTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(-1, 1)]
    [InlineData(0.1f, 0.7f)]
    public void Mirrored_numbers_equal_those_mirrored_one_at_a_time(float low, float high)
    {
        float[] numbers = new float[1003], noise = new float[1003];
        new RandomStream(1, RandomPurpose.User, 0).FillNormal(numbers, 0, (low + high) / 2, 0.4f * (high - low));
        new RandomStream(2, RandomPurpose.User, 0).FillNormal(noise, 0);
        (numbers[0], numbers[1], numbers[2]) = (low, high, low - 1e-12f);
        (numbers[3], numbers[4]) = (float.BitDecrement(low), high + 0.9f * (high - low));
        float[] expected = [.. numbers], turned = [.. noise];
        for (int i = 0; i < expected.Length; i++)
        {
            (expected[i], bool isTurned) = WallMirror.Of(expected[i], low, high);
            turned[i] = isTurned ? -turned[i] : turned[i];
        }
        Assert.Equal(1000, Kernels.Mirror(numbers, noise, low, high));
        Assert.Equal(expected[..1000], numbers[..1000]);
        Assert.Equal(turned[..1000], noise[..1000]);
    }

    [Theory]
    [InlineData(3.5f)]
    [InlineData(-2f)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_number_far_outside_stops_before_its_group(float far)
    {
        float[] numbers = new float[40], noise = new float[40];
        Array.Fill(numbers, -0.25f);
        Array.Fill(noise, 1);
        numbers[19] = far;
        Assert.Equal(16, Kernels.Mirror(numbers, noise, 0, 1));
        Assert.Equal([.. Enumerable.Repeat(0.25f, 16), -0.25f], numbers[..17]);
        Assert.Equal([.. Enumerable.Repeat(-1f, 16), 1], noise[..17]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(784)]
    [InlineData(797)]
    public void A_gradient_against_its_target(int length)
    {
        float[] gradient = new float[length], target = new float[length];
        new RandomStream(3, RandomPurpose.User, 0).FillNormal(gradient, 0);
        new RandomStream(4, RandomPurpose.User, 0).FillNormal(target, 0);
        float[] rest = [.. gradient.Select((g, i) => 0.3f * g - target[i])];
        double squares = Kernels.CompareWithTarget(gradient, target, 0.3f, 0.125f);
        // Sums of float64 in another order differ by at most a rounding for each term.
        Assert.Equal(rest.Sum(r => (double)r * r), squares, 1e-15 * length * squares);
        Assert.Equal([.. rest.Select(r => 0.125f * r)], target);
    }
}
