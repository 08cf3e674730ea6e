using Joule.Cli.Plots;
using SkiaSharp;
using Xunit;

namespace Joule.Cli.Tests.Plots;

public sealed class RankPlotTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(1, 2, 2)]
    [InlineData(1, 50, 2)]
    [InlineData(4, 500, 2)]
    [InlineData(1000, 3, 14)]
    public void Any_chains_make_a_picture(int chains, int draws, int width)
    {
        using Sheet sheet = RankPlot.Draw(MadeUpChains.Normal(chains, draws, width));
        Assert.Equal(Sheet.Width, sheet.Picture.Width);
    }

    [Fact]
    public void The_bars_of_a_low_chain_stand_on_the_left()
    {
        // Two of four chains are low: all their ranks are in the lower half.
        using Sheet sheet = RankPlot.Draw(MadeUpChains.Of(4, 1000, new MadeUpChains.Plane((_, _) => 0),
            (chain, draw, number) => 100 * (chain % 2) + MadeUpChains.Independent(chain, draw, number)));
        // The first panel's axis spans 70 to 616; chain 0 is its top strip.
        int low = Blue(75, 340), high = Blue(346, 610);
        Assert.True(low > 3000, $"{low} blue pixels on the left");
        Assert.Equal(0, high);

        int Blue(int left, int right) => Pixels.Count(sheet.Picture, left, 146, right, 208, c => c.Blue - c.Red > 60);
    }

    [Fact]
    public void A_bar_that_is_cut_has_a_black_cap()
    {
        // A stuck chain among eight has all its ranks in one bin.
        using Sheet stuck = RankPlot.Draw(MadeUpChains.Of(8, 500, new MadeUpChains.Plane((_, _) => 0),
            (chain, draw, number) => chain == 0 ? 9 : MadeUpChains.Independent(chain, draw, number)));
        using Sheet mixed = RankPlot.Draw(MadeUpChains.Of(8, 500, new MadeUpChains.Plane((_, _) => 0), MadeUpChains.Independent));
        // The last bin of chain 0, of eight strips of 30 pixels; the cap lies within the first six.
        int Caps(Sheet sheet) => Pixels.Near(sheet.Picture, SKColors.Black, 560, 142, 616, 150);
        Assert.True(Caps(stuck) > 20, $"{Caps(stuck)} black pixels");
        Assert.Equal(0, Caps(mixed));
    }
}
