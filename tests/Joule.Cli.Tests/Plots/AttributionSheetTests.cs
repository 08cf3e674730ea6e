using Joule.Cli.Plots;
using Joule.Evaluation;
using Joule.States;
using SkiaSharp;
using Xunit;

namespace Joule.Cli.Tests.Plots;

public sealed class AttributionSheetTests
{
    [Fact]
    public void Pixels_that_raise_the_energy_are_red_and_others_blue()
    {
        StateSpace space = StateSpace.Box(new Shape(1, 2, 2), 0, 1);
        Descent descent = new(3, 1, [0, 0, 0, 0], [2, -1, 0, 1], true);
        using Sheet sheet = AttributionSheet.Draw(space, [[1, 0, 0, 1]], [descent], ["a"]);
        // The map is the second picture of the row; its four pixels are 150 wide.
        SKColor At(int x, int y) => sheet.Picture.GetPixel(64 + 324 + 75 + 150 * x, Sheet.HeaderHeight + 34 + 75 + 150 * y);
        Assert.Equal(SKColor.Parse("#B2182B"), At(0, 0));
        Assert.True(At(1, 0).Blue > At(1, 0).Red + 60);
        Assert.Equal(AttributionSheet.Blend(0, 0), At(0, 1));
        Assert.True(At(1, 1).Red > At(1, 1).Blue + 60);
        Assert.Equal(SKColors.White, sheet.Picture.GetPixel(64 + 75, Sheet.HeaderHeight + 34 + 75));
        Assert.Equal(SKColors.Black, sheet.Picture.GetPixel(64 + 648 + 75, Sheet.HeaderHeight + 34 + 75));
    }

    [Fact]
    public void Channels_of_a_pixel_are_added()
    {
        StateSpace space = StateSpace.Box(new Shape(3, 1, 2), 0, 1);
        Descent descent = new(1, 0, new float[6], [0.5, 0, 0.25, 0, 0.25, 0], true);
        using Sheet sheet = AttributionSheet.Draw(space, [new float[6]], [descent], ["a"]);
        Assert.Equal(SKColor.Parse("#B2182B"), sheet.Picture.GetPixel(64 + 324 + 75, Sheet.HeaderHeight + 34 + 20));
    }
}
