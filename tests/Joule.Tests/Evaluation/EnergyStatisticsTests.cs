using Joule.Evaluation;
using Xunit;

namespace Joule.Tests.Evaluation;

public sealed class EnergyStatisticsTests
{
    [Fact]
    public void Small_cases_are_exact()
    {
        EnergyStatistics s = EnergyStatistics.Of([2f, 4f, 4f, 4f, 5f, 5f, 7f, 9f], "energy");
        Assert.Equal((8, 5.0, 2f, 9f), (s.Count, s.Mean, s.Min, s.Max));
        Assert.Equal(Math.Sqrt(32.0 / 7), s.Deviation, 1e-15);
    }

    [Fact]
    public void A_large_offset_does_not_cancel() =>
        Assert.Equal(Math.Sqrt(2), EnergyStatistics.Of([1_000_000f, 1_000_002f], "energy").Deviation, 1e-12);

    [Fact]
    public void A_single_energy_has_no_deviation() => Assert.True(double.IsNaN(EnergyStatistics.Of([3f], "energy").Deviation));

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_value_that_is_not_finite_is_named(float bad)
    {
        DivergenceException e = Assert.Throws<DivergenceException>(() => EnergyStatistics.Of([1f, bad], "energy of an image"));
        Assert.Equal((1, "energy of an image"), (e.Chain, e.Quantity));
    }

    [Fact]
    public void No_energies_are_an_error() => Assert.Throws<InvalidInputException>(() => EnergyStatistics.Of([], "energy"));
}
