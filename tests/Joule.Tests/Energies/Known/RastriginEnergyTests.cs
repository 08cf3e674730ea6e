using Joule.Energies;
using Xunit;

namespace Joule.Tests.Energies;

public sealed class RastriginEnergyTests
{
    [Fact]
    public void Without_ripples_it_is_a_bowl_cut_off_by_the_box()
    {
        // exp(−x²) in [−16, 16]: √π and a variance of ½, to e⁻²⁵⁶.
        RastriginEnergy bowl = new(3, 0, 16);
        Assert.Equal(1.5 * Math.Log(Math.PI), bowl.LogPartition!.Value, 1e-11);
        Assert.Equal(0.5, bowl.Covariance(2, 2)!.Value, 1e-11);
    }

    [Fact]
    public void Pits_lie_at_whole_numbers_and_answers_are_those_of_the_energy()
    {
        RastriginEnergy energy = new(2, 10, 2.5f);
        double[] gradient = new double[2];
        Assert.Equal(0, energy.Value([0, 0], gradient), 1e-12);
        Assert.Equal(1 + 20 + 0.25, energy.Value([1, 0.5], gradient), 1e-12);
        Assert.Equal([2, 1], gradient.Select(g => Math.Round(g, 9)));
        QuadratureResult result = Quadrature.Of(energy);
        Assert.Equal(energy.LogPartition!.Value, result.LogPartition, 1e-9);
        Assert.Equal(energy.Covariance(1, 1)!.Value, result.Covariances[1, 1], 1e-9);
    }

    [Fact]
    public void Bad_numbers_are_refused()
    {
        Assert.Throws<InvalidInputException>(() => new RastriginEnergy(0));
        Assert.Throws<InvalidInputException>(() => new RastriginEnergy(1, -1));
        Assert.Throws<InvalidInputException>(() => new RastriginEnergy(1, 1, 17));
    }
}
