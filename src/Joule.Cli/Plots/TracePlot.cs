using Joule.Evaluation;
using ScottPlot;
using ScottPlot.Plottables;

namespace Joule.Cli.Plots;

/// <summary>The picture <c>traces.png</c>: for each parameter the traces of the chains, and beside them their marginal densities.</summary>
internal static class TracePlot
{
    /// <summary>The name of the file.</summary>
    public const string FileName = "traces.png";

    private const int Margin = 90;
    private const int LegendHeight = 34;
    private const int RowHeight = 168;
    private const int HeadingHeight = 24;
    private const int FootHeight = 50;
    private const int DensityLeft = 850;
    private const int DensityWidth = Sheet.Width - DensityLeft - 40;
    private const int MostTicks = 7;
    private const double Flat = 4; // how much true values may widen a range
    private const int MostMarked = 60; // draws of which each has a marker

    /// <summary>Draws the picture.</summary>
    public static Sheet Draw(DrawnChains chains)
    {
        int rows = chains.Parameters.Count;
        Sheet sheet = new(
            Sheet.HeaderHeight + LegendHeight + rows * RowHeight + FootHeight, Margin, $"{chains.Title}: traces", chains.Summary);
        Header.Legend(sheet.Canvas, ChainColours.Legend(chains.Chains, chains.KnowsMeans), Sheet.Width - 40, Sheet.HeaderHeight + 22);
        int top = Sheet.HeaderHeight + LegendHeight;
        for (int row = 0; row < rows; row++, top += RowHeight)
        {
            int parameter = chains.Parameters[row];
            bool last = row == rows - 1;
            Heading(sheet, chains, parameter, Margin, DensityLeft - 20, top + 17);
            ChainDraws draws = chains.Of(parameter);
            RobustRange range = Range(chains, parameter, draws);
            int height = RowHeight - HeadingHeight + (last ? FootHeight : 0), foot = (last ? FootHeight : 0) + 8;
            sheet.Place(Traces(chains, parameter, draws, range, foot), 0, top + HeadingHeight, DensityLeft, height);
            sheet.Place(Densities(chains, parameter, draws, range, foot), DensityLeft, top + HeadingHeight, Sheet.Width - DensityLeft,
                height);
        }
        return sheet;
    }

    /// <summary>Writes a parameter's name and figures above its panel.</summary>
    public static void Heading(Sheet sheet, DrawnChains chains, int parameter, float left, float right, float baseline)
    {
        (string name, string figures) = chains.Heading(parameter);
        float width = Header.Measure(figures, 13, bold: false);
        float end = left + sheet.Text(Header.Fit(name, right - left - width - 16, 15, bold: true), left, baseline, 15, bold: true);
        sheet.Text(figures, end + 14, baseline, 13, bold: false, Sheet.Grey);
    }

    /// <summary>All draws of the shown chains; the true mean and deviation where they do not flatten the draws.</summary>
    public static RobustRange Range(DrawnChains chains, int parameter, ChainDraws draws)
    {
        RobustRange range = RobustRange.Empty;
        foreach (double value in draws.Values[..(chains.Chains * draws.Draws)])
            range = range.Including(value);
        if (chains.TrueMean(parameter) is { } mean)
        {
            double deviation = chains.TrueDeviation(parameter) ?? 0;
            RobustRange wide = range.Including(mean - deviation).Including(mean + deviation);
            range = range.Span == 0 || wide.Span <= Flat * range.Span ? wide : range;
        }
        return range.Padded();
    }

    private static Plot Traces(DrawnChains chains, int parameter, ChainDraws draws, RobustRange range, int foot)
    {
        Plot plot = AxisStyle.NewPlot();
        IReadOnlyList<Color> colours = ChainColours.Of(chains.Chains);
        for (int chain = 0; chain < chains.Chains; chain++)
        {
            // A signal is thinned to the smallest and the largest value of every column of pixels.
            Signal trace = plot.Add.Signal(draws[chain].ToArray(), 1, colours[chain].WithAlpha(chains.Chains > 1 ? 0.75 : 1));
            trace.LineWidth = 1.2f;
            trace.MaximumMarkerSize = draws.Draws <= MostMarked ? 6 : 0;
        }
        double pad = Math.Max(0.5, 0.005 * draws.Draws);
        TrueValues(plot, chains, parameter);
        plot.Axes.SetLimitsX(-pad, draws.Draws - 1 + pad);
        AxisStyle.SetRange(plot.Axes.Left, range, MostTicks);
        double[] ticks = EpochTicks.Between(0, draws.Draws - 1);
        bool last = foot > 8;
        plot.Axes.Bottom.SetTicks(ticks, [.. ticks.Select(t => last ? ValueTicks.Whole(t) : "")]);
        if (last)
            plot.XLabel("draw");
        AxisStyle.Apply(plot.Axes.Left, AxisStyle.Ink, 14, 12);
        AxisStyle.Apply(plot.Axes.Bottom, AxisStyle.Ink, 14, 12);
        plot.Layout.Fixed(new PixelPadding(left: Margin, right: 12, bottom: foot, top: 8));
        return plot;
    }

    private static Plot Densities(DrawnChains chains, int parameter, ChainDraws draws, RobustRange range, int foot)
    {
        Plot plot = AxisStyle.NewPlot();
        IReadOnlyList<Color> colours = ChainColours.Of(chains.Chains);
        double highest = 0;
        for (int chain = 0; chain < chains.Chains; chain++)
        {
            (double[] places, double[] heights) = DensityCurve.Of(draws[chain], range, chains.Walls(parameter));
            Scatter curve = plot.Add.ScatterLine(heights, places, colours[chain]);
            curve.LineWidth = 1.8f;
            highest = Math.Max(highest, heights.Max());
        }
        TrueValues(plot, chains, parameter);
        plot.Axes.SetLimits(0, 1.05 * highest, range.Low, range.High);
        (double[] ticks, _) = ValueTicks.Inside(range, MostTicks);
        plot.Axes.Left.SetTicks(ticks, [.. ticks.Select(_ => "")]);
        AxisStyle.Apply(plot.Axes.Left, AxisStyle.Ink, 14, 12);
        AxisStyle.Apply(plot.Axes.Bottom, AxisStyle.Ink, 14, 12);
        AxisStyle.Bare(plot.Axes.Bottom, AxisStyle.Ink);
        if (foot > 8)
            plot.XLabel("density");
        plot.Layout.Fixed(new PixelPadding(left: 12, right: Sheet.Width - DensityLeft - DensityWidth, bottom: foot, top: 8));
        return plot;
    }

    private static void TrueValues(Plot plot, DrawnChains chains, int parameter)
    {
        if (chains.TrueMean(parameter) is not { } mean)
            return;
        plot.Add.HorizontalLine(mean, 1.1f, Colors.Black);
        if (chains.TrueDeviation(parameter) is not { } deviation)
            return;
        plot.Add.HorizontalLine(mean - deviation, 1.1f, Colors.Black, LinePattern.Dashed);
        plot.Add.HorizontalLine(mean + deviation, 1.1f, Colors.Black, LinePattern.Dashed);
    }
}
