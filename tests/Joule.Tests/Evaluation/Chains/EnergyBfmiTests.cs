using Joule.Evaluation;
using Xunit;

namespace Joule.Tests.Evaluation;

public sealed class EnergyBfmiTests
{
    [Fact]
    public void It_is_the_quotient_of_the_definition()
    {
        ChainDraws energies = new(2, 4, [1, 3, 2, 6, 5, 5, 5, 7]);
        Assert.Equal([21 / 14.0, 4 / 3.0], EnergyBfmi.Of(energies), (a, b) => Math.Abs(a - b) < 1e-14);
    }

    // E-BFMI = 2 (1 − ρ̂(1)), and ρ̂(1) has the standard error √((1 − ρ²)/n): 0.01 at most for 10,000 draws.
    [Theory]
    [InlineData(0)]
    [InlineData(0.5)]
    [InlineData(0.95)]
    public void It_is_twice_what_a_step_forgets(double rho) =>
        Assert.All(EnergyBfmi.Of(TestChains.Autoregressive(3, 10_000, rho, 1)), value => Assert.Equal(2 * (1 - rho), value, 0.08));

    [Fact]
    public void Energies_that_do_not_vary_have_none()
    {
        Assert.Equal([double.NaN, double.NaN], EnergyBfmi.Of(ChainDraws.From(2, 9, (_, _) => 0.1)));
        Assert.Equal([double.NaN], EnergyBfmi.Of(new ChainDraws(1, 1, [3])));
    }
}
