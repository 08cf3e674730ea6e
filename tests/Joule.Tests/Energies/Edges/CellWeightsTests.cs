using Joule.Energies;
using Xunit;

namespace Joule.Tests.Energies;

public sealed class CellWeightsTests
{
    [Theory]
    [InlineData(28, 4, 7)]
    [InlineData(28, 5, 6)]
    [InlineData(1, 4, 1)]
    [InlineData(3, 64, 1)]
    public void Cells_are_centred_and_their_weights_sum_to_one(int side, int cell, int expected)
    {
        CellWeights weights = new(side, cell, 1.5);
        Assert.Equal(expected, weights.Count);
        for (int c = 0; c < weights.Count; c++)
        {
            double sum = 0, mean = 0;
            for (int i = 0; i < weights.Of(c).Length; i++)
            {
                sum += weights.Of(c)[i];
                mean += weights.Of(c)[i] * (double)(weights.First(c) + i);
            }
            Assert.Equal(1, sum, 1e-6);
            // The other end has the mirrored cell.
            int mirror = weights.Count - 1 - c;
            double mirrored = 0;
            for (int i = 0; i < weights.Of(mirror).Length; i++)
                mirrored += weights.Of(mirror)[i] * (double)(weights.First(mirror) + i);
            Assert.Equal(side - 1, mean + mirrored, 1e-4);
        }
    }

    [Fact]
    public void Weights_fall_like_a_Gaussian_around_the_centre()
    {
        CellWeights weights = new(9, 4, 2);
        ReadOnlySpan<float> middle = weights.Of(1); // centred on pixel 4
        int centre = 4 - weights.First(1);
        for (int i = 0; i < middle.Length; i++)
            Assert.Equal(Math.Exp(-(i - centre) * (double)(i - centre) / 8), middle[i] / middle[centre], 1e-6);
    }
}
