using Joule.Compute;
using Joule.Energies;
using Xunit;

namespace Joule.Tests.Energies;

public sealed class FunnelEnergyTests
{
    private const int Draws = 20_000;

    [Fact]
    public void Deviations_are_those_of_the_paper()
    {
        IKnown funnel = new FunnelEnergy(10);
        Assert.Equal(3, funnel.Deviation(0)!.Value, 1e-12);
        Assert.Equal(Math.Exp(2.25), funnel.Deviation(9)!.Value, 1e-12);
        Assert.Equal(["v", "x1"], [funnel.ParameterName(0), funnel.ParameterName(1)]);
    }

    [Fact]
    public void The_partition_function_is_that_of_its_energy()
    {
        // Narrow enough a v that quadrature meets all of x: |v| < 8σ, |x| < 8·e^(v/2).
        FunnelEnergy funnel = new(2, 0.4);
        Assert.Equal(Quadrature.Of(funnel, [(-3.2, 3.2), (-40, 40)], 1e-7).LogPartition, funnel.LogPartition!.Value, 1e-6);
    }

    [Fact]
    public void Exact_states_are_normal_when_the_funnel_is_straightened()
    {
        FunnelEnergy funnel = new(3);
        float[] state = new float[3];
        double[] means = new double[3], squares = new double[3];
        for (uint i = 0; i < Draws; i++)
        {
            funnel.Sample(new RandomStream(5, RandomPurpose.User, 0), i, state);
            for (int k = 0; k < 3; k++)
            {
                double z = k == 0 ? state[0] / 3.0 : state[k] * Math.Exp(-state[0] / 2.0);
                means[k] += z / Draws;
                squares[k] += z * z / Draws;
            }
        }
        // The mean of a normal has the standard error 1/√n, that of its square √(2/n). Five of them.
        Assert.All(means, m => Assert.Equal(0, m, 5 / Math.Sqrt(Draws)));
        Assert.All(squares, s => Assert.Equal(1, s, 5 * Math.Sqrt(2.0 / Draws)));
    }

    [Fact]
    public void One_dimension_or_no_deviation_is_refused()
    {
        Assert.Throws<InvalidInputException>(() => new FunnelEnergy(1));
        Assert.Throws<InvalidInputException>(() => new FunnelEnergy(2, 0));
        Assert.Contains("dimensions is 1",
            Assert.Throws<InvalidInputException>(() => new FunnelOptions { Dimensions = 1 }.Create()).Message, StringComparison.Ordinal);
    }
}
