using Joule.Cli.Plots;
using Joule.Evaluation;
using SkiaSharp;
using Xunit;

namespace Joule.Cli.Tests.Plots;

public sealed class CalibrationPlotTests
{
    private const int Top = Sheet.HeaderHeight + 40;

    [Fact]
    public void The_share_counts_p_values_up_to_the_rate()
    {
        double[] sorted = [0.1, 0.2, 0.2, 0.9];
        Assert.Equal([0, 0.25, 0.75, 0.75, 1], new[] { 0.05, 0.1, 0.2, 0.5, 0.9 }.Select(rate => CalibrationPlot.Share(sorted, rate)));
    }

    [Fact]
    public void Straight_p_values_lie_on_the_diagonal_and_others_do_not()
    {
        Calibration calibration = Calibration.Of([.. Enumerable.Range(0, 999).Select(i => (float)i)]);
        double[] straight = [.. Enumerable.Range(1, 1000).Select(i => i / 1000.0)];
        using Sheet good = CalibrationPlot.Draw(calibration, straight, "good");
        using Sheet bad = CalibrationPlot.Draw(calibration, [.. straight.Select(p => p * p)], "bad");
        Assert.Equal(Sheet.Width, good.Picture.Width);
        Assert.True(Blue(good.Picture) > 300);
        // The middle of the linear panel: its curve passes there only if half of the p-values are at most 0.5.
        Assert.True(BlueAtMiddle(good.Picture));
        Assert.False(BlueAtMiddle(bad.Picture));
    }

    private static int Blue(SKBitmap picture) => (from x in Enumerable.Range(0, picture.Width)
                                                  from y in Enumerable.Range(Top, picture.Height - Top)
                                                  where IsBlue(picture.GetPixel(x, y))
                                                  select 0).Count();

    // The panel begins at (60, 118) and is 540 wide; its data area is inset by 80, 20, 8 and 62.
    private static bool BlueAtMiddle(SKBitmap picture) => (from x in Enumerable.Range(60 + 80 + 220 - 6, 13)
                                                           from y in Enumerable.Range(118 + 8 + 235 - 6, 13)
                                                           where IsBlue(picture.GetPixel(x, y))
                                                           select 0).Any();

    private static bool IsBlue(SKColor colour) => colour.Blue > 120 && colour.Red < 90;
}
