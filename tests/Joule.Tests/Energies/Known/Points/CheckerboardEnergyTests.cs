using Joule.Energies;
using Xunit;

namespace Joule.Tests.Energies;

public sealed class CheckerboardEnergyTests
{
    [Fact]
    public void Its_known_answers_are_those_of_its_density()
    {
        CheckerboardEnergy energy = new(4, 1, 0.2);
        QuadratureResult result = Quadrature.Of(energy, [(-9, 9), (-9, 9)], 1e-7);
        // What logistic noise leaves outside 9 is e⁻³⁵.
        Assert.Equal(0, result.LogPartition, 1e-7);
        for (int i = 0; i < 2; i++)
        {
            Assert.Equal(0, result.Means[i], 1e-7);
            for (int j = 0; j < 2; j++)
                Assert.Equal(energy.Covariance(i, j)!.Value, result.Covariances[i, j], 1e-6);
        }
    }

    [Fact]
    public void Black_squares_are_flat_white_ones_are_deep_and_far_away_nothing_overflows()
    {
        CheckerboardEnergy energy = new(4, 2, 0.05);
        // Eight black squares of area 4; the noise has fallen to e⁻²⁰ in the middle of a square.
        Assert.Equal(Math.Log(32), energy.Value([-3, -3], []), 1e-7);
        Assert.Equal(Math.Log(32), energy.Value([1, -3], []), 1e-7);
        Assert.InRange(energy.Value([-1, -3], []), 20, 30);
        double[] gradient = new double[2];
        Assert.True(double.IsFinite(energy.Value([1e6, -1e6], gradient)));
        Assert.Equal([20, -20], gradient.Select(g => Math.Round(g, 9)));
    }

    [Fact]
    public void Odd_boards_and_no_noise_are_refused()
    {
        Assert.Throws<InvalidInputException>(() => new CheckerboardEnergy(3));
        Assert.Throws<InvalidInputException>(() => new CheckerboardEnergy(4, 0));
        Assert.Contains("noise of 0", Assert.Throws<InvalidInputException>(() => new CheckerboardEnergy(4, 1, 0)).Message,
            StringComparison.Ordinal);
    }
}
