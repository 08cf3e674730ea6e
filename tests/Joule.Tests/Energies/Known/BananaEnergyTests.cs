using Joule.Energies;
using Xunit;

namespace Joule.Tests.Energies;

public sealed class BananaEnergyTests
{
    [Fact]
    public void The_default_has_the_deviations_of_the_literature()
    {
        IKnown banana = new BananaEnergy();
        Assert.Equal(10, banana.Deviation(0)!.Value, 1e-12);
        Assert.Equal(Math.Sqrt(19), banana.Deviation(1)!.Value, 1e-12);
    }

    [Fact]
    public void Known_answers_are_those_of_the_energy()
    {
        BananaEnergy banana = new(2, 2, 0.2);
        QuadratureResult result = Quadrature.Of(banana, [(-15, 15), (-9, 53)]);
        Assert.Equal(banana.LogPartition!.Value, result.LogPartition, 1e-8);
        for (int i = 0; i < 2; i++)
        {
            Assert.Equal(0, result.Means[i], 1e-8);
            for (int j = 0; j < 2; j++)
                Assert.Equal(banana.Covariance(i, j)!.Value, result.Covariances[i, j], 1e-7);
        }
    }

    [Fact]
    public void Bad_numbers_are_refused()
    {
        Assert.Throws<InvalidInputException>(() => new BananaEnergy(1));
        Assert.Throws<InvalidInputException>(() => new BananaEnergy(2, -1));
        Assert.Throws<InvalidInputException>(() => new BananaEnergy(2, 1, double.NaN));
    }
}
