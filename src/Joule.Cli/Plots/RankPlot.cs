using Joule.Evaluation;
using ScottPlot;

namespace Joule.Cli.Plots;

/// <summary>
/// The picture <c>ranks.png</c>: for each parameter a histogram per chain of its ranks among all chains (Vehtari et al. 2021). Chains that
/// sample one distribution have bars of equal height, up to chance.
/// </summary>
internal static class RankPlot
{
    /// <summary>The name of the file.</summary>
    public const string FileName = "ranks.png";

    private const double BandProbability = 0.95;
    private const double Cut = 2.5; // in expected counts
    private const double Room = 0.88; // of a strip, for its highest bar
    private const int MostColumns = 3;
    private const int Margin = 70;
    private const int Inset = 45; // from the left of a panel to its axis
    private const int LegendHeight = 34;
    private const int HeadingHeight = 28;
    private const int FootHeight = 56;
    private static readonly Color Band = Color.FromHex("#555555");

    /// <summary>Draws the picture.</summary>
    public static Sheet Draw(DrawnChains chains)
    {
        // One chain is compared with itself: its first half with its last.
        bool halves = chains.AllChains == 1 && chains.Draws > 1;
        int count = chains.Parameters.Count, columns = Math.Min(count, MostColumns), rows = (count + columns - 1) / columns;
        int strips = halves ? 2 : chains.Chains, strip = Math.Clamp(240 / strips, 24, 60), width = (Sheet.Width - Margin + Inset) / columns;
        int plotHeight = strips * strip + FootHeight + 6, panelHeight = HeadingHeight + plotHeight + 12;
        string what = halves ? "its first and its last half" : "equal bars: the chains agree";
        Sheet sheet = new(Sheet.HeaderHeight + LegendHeight + rows * panelHeight + 10, Margin, $"{chains.Title}: ranks",
            $"{chains.Summary}; {what}");
        Header.Legend(sheet.Canvas,
            [
                new("95% of the bars of independent draws", Lighter(Band), LinePattern.Solid),
                new("their mean", AxisStyle.Ink, LinePattern.Solid),
                new($"bar above {Cut} times the mean", Colors.Black, LinePattern.Solid),
            ], Sheet.Width - 40, Sheet.HeaderHeight + 22);
        for (int i = 0; i < count; i++)
        {
            int parameter = chains.Parameters[i], left = Margin - Inset + i % columns * width;
            int top = Sheet.HeaderHeight + LegendHeight + i / columns * panelHeight;
            ChainDraws draws = chains.Of(parameter);
            RankHistogram ranks = new(halves ? draws.Split() : draws);
            TracePlot.Heading(sheet, chains, parameter, left + Inset, left + width - 22, top + 20);
            sheet.Place(Panel(ranks, strips, halves, i % columns == 0), left, top + HeadingHeight, width, plotHeight);
        }
        return sheet;
    }

    private static Plot Panel(RankHistogram ranks, int strips, bool halves, bool first)
    {
        Plot plot = AxisStyle.NewPlot();
        plot.HideGrid();
        (int low, int high) = ranks.Band(BandProbability);
        double most = Math.Max(Cut * ranks.Expected, 1.1 * high), scale = Room / most;
        double all = ranks.Expected * ranks.Bins * ranks.Chains, width = all / ranks.Bins;
        IReadOnlyList<Color> colours = ChainColours.Of(strips);
        for (int chain = 0; chain < strips; chain++)
        {
            double floor = strips - 1 - chain;
            for (int bin = 0; bin < ranks.Bins; bin++)
            {
                double from = (bin + 0.06) * width, to = (bin + 0.94) * width, bar = ranks[chain][bin];
                Fill(plot, from, to, floor, floor + Math.Min(bar, most) * scale, colours[chain].WithAlpha(0.85));
                if (bar > most)
                    Fill(plot, from, to, floor + Room, floor + Room + 0.06, Colors.Black);
            }
            Fill(plot, 0, all, floor + low * scale, floor + high * scale, Band.WithAlpha(0.25));
            Line(plot, all, floor + ranks.Expected * scale);
            Line(plot, all, floor);
        }
        plot.Axes.SetLimits(0, all, 0, strips);
        AxisStyle.SetRange(plot.Axes.Bottom, new RobustRange(0, all), Math.Min(6, (int)all + 1));
        double[] places = [.. Enumerable.Range(0, strips).Select(chain => strips - 1 - chain + 0.45)];
        string[] names = halves ? ["first", "last"] : [.. Enumerable.Range(0, strips).Select(chain => $"{chain}")];
        plot.Axes.Left.SetTicks(places, names);
        plot.XLabel("rank");
        if (first && !halves)
            plot.YLabel("chain");
        AxisStyle.Apply(plot.Axes.Left, AxisStyle.Ink, 14, 12);
        AxisStyle.Apply(plot.Axes.Bottom, AxisStyle.Ink, 14, 12);
        plot.Layout.Fixed(new PixelPadding(left: Inset, right: 26, bottom: FootHeight, top: 6));
        return plot;
    }

    private static void Line(Plot plot, double to, double height)
    {
        ScottPlot.Plottables.LinePlot line = plot.Add.Line(0, height, to, height);
        (line.Color, line.LineWidth) = (AxisStyle.Ink, 1);
    }

    private static void Fill(Plot plot, double left, double right, double bottom, double top, Color colour)
    {
        ScottPlot.Plottables.Rectangle area = plot.Add.Rectangle(left, right, bottom, top);
        area.FillColor = colour;
        area.LineWidth = 0;
    }

    private static Color Lighter(Color colour) => ChainColours.At([Colors.White, colour], 0.4);
}
