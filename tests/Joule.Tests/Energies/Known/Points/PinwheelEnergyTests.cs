using Joule.Energies;
using Xunit;

namespace Joule.Tests.Energies;

public sealed class PinwheelEnergyTests
{
    [Fact]
    public void Its_known_answers_are_those_of_its_density()
    {
        PinwheelEnergy energy = new(3, 1.5, 0.4, 0.2, 0.7);
        QuadratureResult result = Quadrature.Of(energy, [(-5, 5), (-5, 5)], 1e-7);
        // An arm ends at 8.75 deviations: e⁻³⁸.
        Assert.Equal(0, result.LogPartition, 1e-7);
        for (int i = 0; i < 2; i++)
        {
            Assert.Equal(0, result.Means[i], 1e-7);
            for (int j = 0; j < 2; j++)
                Assert.Equal(energy.Covariance(i, j)!.Value, result.Covariances[i, j], 1e-6);
        }
    }

    [Fact]
    public void Without_a_twist_it_is_a_ring_of_normal_distributions()
    {
        PinwheelEnergy energy = new(4, 2, 0.5, 0.5, 0);
        GaussianMixtureEnergy ring = new([1, 1, 1, 1], [[2, 0], [0, 2], [-2, 0], [0, -2]], [0.5, 0.5, 0.5, 0.5]);
        double[] gradient = new double[2], expected = new double[2];
        foreach (double[] x in new double[][] { [0, 0], [1, 2], [-3, 0.1] })
        {
            Assert.Equal(ring.Value(x, expected), energy.Value(x, gradient), 1e-12);
            Assert.Equal(expected[0], gradient[0], 1e-12);
            Assert.Equal(expected[1], gradient[1], 1e-12);
        }
    }

    [Fact]
    public void Bad_numbers_are_refused()
    {
        Assert.Contains("2 arms", Assert.Throws<InvalidInputException>(() => new PinwheelEnergy(2)).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidInputException>(() => new PinwheelEnergy(5, 2, 0));
        Assert.Throws<InvalidInputException>(() => new PinwheelEnergy(5, 2, 1, 1, double.NaN));
    }
}
