using Joule.Energies;
using Xunit;

namespace Joule.Tests.Energies;

public sealed class HarmonicEnergyTests
{
    [Fact]
    public void Springs_have_the_energy_and_the_partition_of_their_formula()
    {
        HarmonicEnergy springs = new(1, 4);
        double[] gradient = new double[2];
        Assert.Equal(2 + 2, springs.Value([2, -1], gradient));
        Assert.Equal([2, -4], gradient);
        Assert.Equal(Math.Log(2 * Math.PI) - Math.Log(2), springs.LogPartition, 1e-12);
        Assert.Equal(0.25, springs.Moment(1, 2));
        Assert.Equal(3.0 / 16, springs.Moment(1, 4));
    }

    [Fact]
    public void Springs_that_are_none_are_refused()
    {
        Assert.Throws<InvalidInputException>(() => new HarmonicEnergy());
        Assert.Contains("[1, 0]", Assert.Throws<InvalidInputException>(() => new HarmonicEnergy(1, 0)).Message, StringComparison.Ordinal);
        Assert.Contains("at least 1 item",
            Assert.Throws<InvalidInputException>(() => new HarmonicOptions { Stiffness = [] }.Create()).Message, StringComparison.Ordinal);
    }
}
