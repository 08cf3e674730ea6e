using Joule.Cli.Plots;
using SkiaSharp;
using Xunit;

namespace Joule.Cli.Tests.Plots;

public sealed class TracePlotTests
{
    // The panel of the first parameter, and of a single one, spans the heights 144 to 272.
    private const int Top = 144, Bottom = 272, Middle = (Top + Bottom) / 2;

    [Theory]
    [InlineData(1, 1, 1, 1)]
    [InlineData(1, 2, 2, 2)]
    [InlineData(4, 500, 2, 2)]
    [InlineData(1000, 3, 14, 12)]
    [InlineData(7, 40, 3, 3)]
    public void Any_chains_make_a_picture_with_a_row_per_parameter(int chains, int draws, int width, int rows)
    {
        using Sheet sheet = TracePlot.Draw(MadeUpChains.Normal(chains, draws, width));
        Assert.Equal((Sheet.Width, 162 + 168 * rows), (sheet.Picture.Width, sheet.Picture.Height));
    }

    [Fact]
    public void Traces_and_densities_have_the_colours_of_their_chains()
    {
        // Chain 0 lies low and chain 1 high: each colour fills one half of the panel, and of the densities beside it.
        DrawnChains chains = MadeUpChains.Of(2, 20_000, new MadeUpChains.Plane((_, _) => 0),
            (chain, draw, number) => 10 * chain + MadeUpChains.Independent(chain, draw % 997, number));
        using Sheet sheet = TracePlot.Draw(chains);
        foreach ((int left, int right, int least) in (ReadOnlySpan<(int, int, int)>)[(95, 835, 10_000), (865, 1155, 100)])
        {
            Assert.True(Pixels.Count(sheet.Picture, left, Top, right, Middle - 4, IsVermillion) > least);
            Assert.Equal(0, Pixels.Count(sheet.Picture, left, Top, right, Middle - 4, IsBlue));
            Assert.True(Pixels.Count(sheet.Picture, left, Middle + 4, right, Bottom, IsBlue) > least);
            Assert.Equal(0, Pixels.Count(sheet.Picture, left, Middle + 4, right, Bottom, IsVermillion));
        }
    }

    [Fact]
    public void The_true_mean_is_a_black_line_across_both_panels()
    {
        DrawnChains chains = MadeUpChains.Of(1, 50, new Energies.GaussianOptions { Dimensions = 1 }.Create(), (_, draw, _) => 2 + draw % 2);
        using Sheet sheet = TracePlot.Draw(chains);
        RobustRange range = TracePlot.Range(chains, 0, chains.Of(0));
        Assert.InRange(range.Low, -2, -1);
        int zero = (int)Math.Round(Bottom - (0 - range.Low) / range.Span * (Bottom - Top));
        Assert.True(Pixels.Count(sheet.Picture, 95, zero - 3, 835, zero + 3, IsGrey) > 700);
        Assert.True(Pixels.Count(sheet.Picture, 865, zero - 3, 1155, zero + 3, IsGrey) > 270);
    }

    [Fact]
    public void Far_true_values_do_not_flatten_the_draws()
    {
        DrawnChains chains = MadeUpChains.Of(
            1, 50, new Energies.GaussianOptions { Dimensions = 1 }.Create(), (_, draw, _) => 50 + draw % 2);
        Assert.InRange(TracePlot.Range(chains, 0, chains.Of(0)).Low, 45, 50);
    }

    private static bool IsGrey(SKColor colour) => colour.Red < 150 && colour.Red == colour.Blue;

    private static bool IsBlue(SKColor colour) => colour.Blue - colour.Red > 60;

    private static bool IsVermillion(SKColor colour) => colour.Red - colour.Blue > 60;
}
