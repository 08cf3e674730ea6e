using Joule.Objectives;
using Xunit;

namespace Joule.Tests.Objectives;

public sealed class AdjustmentTests
{
    [Fact]
    public void The_first_attempt_is_the_configuration_itself()
    {
        Assert.Equal(7UL, Adjustment.None.Seed(7));
        Assert.Equal(0.3, Adjustment.None.RegularizationOf(0.3));
        Assert.Equal(0, Adjustment.None.RegularizationOf(0));
    }

    [Fact]
    public void Every_attempt_of_every_run_has_its_own_seed()
    {
        ulong[] runs = [1, 2, 3];
        ulong[] seeds = [.. from run in runs from attempt in Enumerable.Range(0, 6) select new Adjustment(attempt, 1, 1, 1).Seed(run)];
        Assert.Equal(seeds.Length, seeds.Distinct().Count());
    }

    [Theory]
    [InlineData(0.3, 0.6)]
    [InlineData(0.001, 0.02)]
    [InlineData(0, 0.02)]
    public void More_regularisation_increases_even_a_regularisation_of_zero(double configured, double expected) =>
        Assert.Equal(expected, new Adjustment(2, 1, 2, 1).RegularizationOf(configured));

    [Theory]
    [InlineData(-1, 1, 1, 1, 1)]
    [InlineData(0, 0.5, 1, 1, 1)]
    [InlineData(0, 1, 1, 1, 0.5)]
    [InlineData(1, 0, 1, 1, 1)]
    [InlineData(1, 2, 1, 1, 1)]
    [InlineData(1, double.NaN, 1, 1, 1)]
    [InlineData(1, 1, 0.5, 1, 1)]
    [InlineData(1, 1, double.PositiveInfinity, 1, 1)]
    [InlineData(1, 1, 1, double.NaN, 1)]
    [InlineData(1, 1, 1, 1, 0)]
    [InlineData(1, 1, 1, 1, 2)]
    public void Values_out_of_range_are_refused(int attempt, double rate, double regularization, double steps, double size) =>
        Assert.Throws<InvalidInputException>(new Adjustment(attempt, rate, regularization, steps, size).Validate);
}
