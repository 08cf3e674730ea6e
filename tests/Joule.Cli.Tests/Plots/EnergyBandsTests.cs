using Joule.Cli.Plots;
using Joule.Compute;
using SkiaSharp;
using Xunit;

namespace Joule.Cli.Tests.Plots;

public sealed class EnergyBandsTests
{
    [Theory]
    [InlineData(5.8, 0.5, 12)]
    [InlineData(12, 1, 12)]
    [InlineData(0.013, 0.002, 7)]
    [InlineData(4e6, 500_000, 8)]
    public void Steps_are_round_and_reach_the_top(double top, double step, int count)
    {
        EnergyBands bands = new(-7, top);
        Assert.Equal(step, bands.Step, step * 1e-9);
        Assert.Equal(count, bands.Count);
        Assert.True(bands.Top >= top);
    }

    [Fact]
    public void An_energy_has_its_band()
    {
        EnergyBands bands = new(10, 5);
        Assert.Equal(0.5, bands.Step);
        Assert.Equal([0, 0, 1, 9, 10, 10, -1],
            new[] { 9, 10.4, 10.6, 14.9, 15.1, double.PositiveInfinity, double.NaN }.Select(bands.Of));
        // Brightness alone tells the bands apart.
        int[] brightness =
            [.. Enumerable.Range(0, bands.Count + 1).Select(bands.Colour).Select(colour => colour.Red + colour.Green + colour.Blue)];
        Assert.Equal(brightness.Order().Distinct(), brightness);
    }

    [Fact]
    public void A_grid_is_painted_with_the_second_number_upwards()
    {
        using Device device = Device.Cpu(1);
        EnergyGrid grid = EnergyGrid.Of(new MadeUpChains.Plane((x, y) => x + 10 * y), [0, 0], (0, 1), new RobustRange(0, 1),
            new RobustRange(0, 1), device);
        EnergyBands bands = new(0, 11);
        using SKBitmap picture = bands.Paint(grid, 110, 110);
        Assert.Equal(bands.Colour(0), picture.GetPixel(5, 107));
        Assert.Equal(bands.Colour(10), picture.GetPixel(107, 6));
        Assert.Equal(bands.Colour(9), picture.GetPixel(5, 6));
    }
}
