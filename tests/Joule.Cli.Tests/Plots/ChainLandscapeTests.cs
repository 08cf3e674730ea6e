using Joule.Cli.Plots;
using Joule.Compute;
using Joule.Energies;
using Joule.Evaluation;
using Xunit;

namespace Joule.Cli.Tests.Plots;

public sealed class ChainLandscapeTests
{
    private static readonly (double, double) None = (double.NegativeInfinity, double.PositiveInfinity);

    [Fact]
    public void It_fits_two_free_continuous_parameters()
    {
        Assert.True(ChainLandscape.Fits(MadeUpChains.Normal(2, 5, 2)));
        Assert.False(ChainLandscape.Fits(MadeUpChains.Normal(2, 5, 3)));
        Assert.False(ChainLandscape.Fits(MadeUpChains.Normal(1, 1, 2)));
        Assert.True(ChainLandscape.Fits(MadeUpChains.Of(2, 5, new GaussianOptions { Dimensions = 3 }.Create(),
            (chain, draw, number) => number == 1 ? 4 : MadeUpChains.Independent(chain, draw, number))));
        Assert.False(ChainLandscape.Fits(MadeUpChains.Of(
            2, 5, new IsingChainEnergy([0.5f], [0, 0]), (_, draw, number) => (draw >> number) % 2 * 2 - 1)));
    }

    [Fact]
    public void The_range_has_all_draws_but_a_few_far_ones_and_the_walls()
    {
        double[] draws = [.. Enumerable.Range(0, 99).Select(i => i / 98.0), 30];
        RobustRange near = ChainLandscape.Range(new ChainDraws(1, 100, draws), None);
        Assert.InRange(near.High, 1, 1.2);
        draws[99] = 1.8;
        Assert.InRange(ChainLandscape.Range(new ChainDraws(1, 100, draws), None).High, 1.8, 2);
        Assert.Equal(new RobustRange(-3, 3), ChainLandscape.Range(new ChainDraws(1, 100, draws), (-3, 3)));
    }

    [Fact]
    public void The_bands_reach_above_the_draws()
    {
        using Device device = Device.Cpu(1);
        EnergyGrid grid = EnergyGrid.Of(new MadeUpChains.Plane((x, y) => x * x + y * y + 5), [0, 0], (0, 1), new RobustRange(-10, 10),
            new RobustRange(-10, 10), device);
        // All draws at distance 8: their energy is 64 above the lowest; a tenth of the square lies within 3.6.
        ChainDraws far = ChainDraws.From(1, 20, (_, t) => 8 * Math.Cos(t)), high = ChainDraws.From(1, 20, (_, t) => 8 * Math.Sin(t));
        EnergyBands bands = ChainLandscape.Bands(grid, far, high);
        Assert.Equal(5, bands.Lowest, 0.02);
        Assert.InRange(bands.Top, 64 * 1.3, 64 * 1.3 + bands.Step + 0.1);
        ChainDraws centre = ChainDraws.From(1, 20, (_, _) => 0);
        Assert.InRange(ChainLandscape.Bands(grid, centre, centre).Top, 12.7, 15.1);
    }

    [Fact]
    public void Draws_and_wells_are_where_they_belong()
    {
        using Device device = Device.Cpu(1);
        // A well at (3, −2), where the draws are, in a box.
        DrawnChains chains = MadeUpChains.Of(2, 200, new MadeUpChains.Plane((x, y) => (x - 3) * (x - 3) + (y + 2) * (y + 2), -5, 5),
            (chain, draw, number) => (number == 0 ? 3 : -2) + 0.2f * MadeUpChains.Independent(chain, draw, number));
        using Sheet sheet = ChainLandscape.Draw(chains, device);
        // The plane spans 900 pixels from (90, 120); one unit is 90. The well's centre is at (810, 750).
        Assert.True(Orange(750, 690, 870, 810) > 300);
        Assert.Equal(0, Orange(95, 125, 700, 640));
        Assert.True(Pixels.Dark(sheet.Picture, 810 - 60, 750 - 60, 810 + 60, 750 + 60) > 2000);

        int Orange(int left, int top, int right, int bottom) =>
            Pixels.Count(sheet.Picture, left, top, right, bottom, c => c.Red - c.Blue > 60);
    }
}
