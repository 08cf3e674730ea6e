using Joule.Cli.Plots;
using Joule.Compute;
using Xunit;

namespace Joule.Cli.Tests.Plots;

public sealed class LandscapePlotTests
{
    [Theory]
    [InlineData(2, 1, 900, 450)]
    [InlineData(1, 1.5, 600, 900)]
    [InlineData(1, 100, 900, 680)]
    [InlineData(1000, 1, 900, 680)]
    public void Axes_have_one_scale_where_their_ranges_are_comparable(double horizontal, double vertical, int width, int height) =>
        Assert.Equal((width, height), LandscapePlot.Size(Grid(horizontal, vertical)));

    [Fact]
    public void A_landscape_can_be_drawn_alone()
    {
        EnergyBands bands = new(0, 10);
        using Sheet sheet = LandscapePlot.Draw("an energy", "of a plane", Grid(2, 1), bands, ("x", "y"));
        Assert.Equal(Sheet.HeaderHeight + 450 + 70, sheet.Picture.Height);
        // The scale: its lowest band in the lower left corner, and labels beside it.
        Assert.Equal(bands.Colour(0), sheet.Picture.GetPixel(90 + 900 + 32 + 10, sheet.Picture.Height - 80));
        Assert.True(Pixels.Count(sheet.Picture, 1056, 80, 1100, sheet.Picture.Height, c => c.Red < 150) > 300);
    }

    private static EnergyGrid Grid(double horizontal, double vertical)
    {
        using Device device = Device.Cpu(1);
        return EnergyGrid.Of(new MadeUpChains.Plane((x, y) => x + y), [0, 0], (0, 1), new RobustRange(0, horizontal),
            new RobustRange(0, vertical), device);
    }
}
