using System.Numerics;
using Joule.Evaluation;
using Xunit;

namespace Joule.Tests.Evaluation;

public sealed class FourierTransformTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(64)]
    public void It_is_the_sum_of_the_definition_in_bit_reversed_order(int size)
    {
        double[] real = Numbers(size, 1), imaginary = Numbers(size, 2);
        Complex[] expected = new Complex[size];
        for (int k = 0; k < size; k++)
        {
            for (int t = 0; t < size; t++)
                expected[k] += new Complex(real[t], imaginary[t]) * Complex.FromPolarCoordinates(1, -2 * Math.PI * k * t / size);
        }
        new FourierTransform(size).Forward(real, imaginary);
        for (int i = 0; i < size; i++)
        {
            int k = 0;
            for (int bit = 1; bit < size; bit *= 2)
                k = 2 * k + (i & bit) / bit;
            Assert.Equal(expected[k].Real, real[i], 1e-12);
            Assert.Equal(expected[k].Imaginary, imaginary[i], 1e-12);
        }
    }

    [Fact]
    public void The_inverse_brings_the_numbers_back_times_their_count()
    {
        double[] real = Numbers(1024, 1), imaginary = Numbers(1024, 2);
        FourierTransform transform = new(1024);
        transform.Forward(real, imaginary);
        transform.Inverse(real, imaginary);
        Assert.Equal(Numbers(1024, 1), real.Select(x => x / 1024), (a, b) => Math.Abs(a - b) < 1e-13);
        Assert.Equal(Numbers(1024, 2), imaginary.Select(x => x / 1024), (a, b) => Math.Abs(a - b) < 1e-13);
    }

    [Fact]
    public void A_size_that_is_no_power_of_two_is_an_error() => Assert.Throws<ArgumentOutOfRangeException>(() => new FourierTransform(12));

    private static double[] Numbers(int count, ulong seed) => TestChains.Normal(1, count, seed).Values.ToArray();
}
