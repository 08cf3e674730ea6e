using Joule.Evaluation;
using ScottPlot;
using ScottPlot.Plottables;

namespace Joule.Cli.Plots;

/// <summary>
/// The picture <c>calibration.png</c>: the share of normal test rows whose p-value is at most R, against R, on linear and on logarithmic
/// scales. For a calibrated model it follows the diagonal, up to chance.
/// </summary>
internal static class CalibrationPlot
{
    /// <summary>The name of the file.</summary>
    public const string FileName = "calibration.png";

    private const int Margin = 60, Side = 540, Foot = 62, Places = 200;
    private const double Deviations = 1.96; // a band that holds 95% of the places

    /// <summary>Draws the picture.</summary>
    /// <param name="calibration">The model's calibration.</param>
    /// <param name="pValues">The p-values of normal test rows, at least one.</param>
    /// <param name="title">The title.</param>
    public static Sheet Draw(Calibration calibration, IReadOnlyList<double> pValues, string title)
    {
        double[] sorted = [.. pValues.Order()];
        double rate = calibration.AlarmRate;
        Sheet sheet = new(Sheet.HeaderHeight + 40 + Side, Margin, title,
            $"{Counted.Of(sorted.Length, "normal test row")}, {Counted.Of(calibration.Count, "calibration row")}; at the "
                + $"alarm rate {rate:0.######} the share is {Share(sorted, rate):0.######}");
        Header.Legend(sheet.Canvas,
            [
                new("normal test rows", Curve.Blue, LinePattern.Solid),
                new("promised", AxisStyle.Ink, LinePattern.Dashed),
                new("95% of calibrated models", Color.FromHex("#BBBBBB"), LinePattern.Solid),
            ], Sheet.Width - 40, Sheet.HeaderHeight + 22);
        double least = Math.Min(calibration.SmallestPValue, 0.1);
        sheet.Place(Panel(calibration, sorted, isLog: false, 0), Margin, Sheet.HeaderHeight + 40, Side, Side);
        sheet.Place(Panel(calibration, sorted, isLog: true, Math.Log10(least)), Margin + Side, Sheet.HeaderHeight + 40, Side, Side);
        return sheet;
    }

    /// <summary>The share of p-values of at most a rate.</summary>
    /// <param name="sorted">The p-values, ascending.</param>
    /// <param name="rate">The rate.</param>
    internal static double Share(double[] sorted, double rate)
    {
        int low = 0, high = sorted.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (sorted[middle] <= rate)
                low = middle + 1;
            else
                high = middle;
        }
        return low / (double)sorted.Length;
    }

    private static Plot Panel(Calibration calibration, double[] sorted, bool isLog, double from)
    {
        Plot plot = AxisStyle.NewPlot();
        double to = isLog ? 0 : 1, all = calibration.Count + 1;
        double[] places = [.. Enumerable.Range(0, Places + 1).Select(i => from + (to - from) * i / Places)];
        double[] rates = [.. places.Select(place => isLog ? Math.Pow(10, place) : place)];
        // The variance of a share of m rows among n calibration rows: that of a beta-binomial law.
        double[] spread = [.. rates.Select(r => Deviations * Math.Sqrt(r * (1 - r) * (1.0 / sorted.Length + 1 / all)))];
        FillY band = plot.Add.FillY(places, [.. rates.Zip(spread, (r, s) => Place(r - s, isLog, from))],
            [.. rates.Zip(spread, (r, s) => Place(r + s, isLog, from))]);
        band.FillColor = Color.FromHex("#DDDDDD");
        band.LineWidth = 0;
        LinePlot promised = plot.Add.Line(from, from, to, to);
        (promised.Color, promised.LineWidth, promised.LinePattern) = (AxisStyle.Ink, 1.5f, LinePattern.Dashed);
        Scatter curve = plot.Add.ScatterLine(places, [.. rates.Select(r => Place(Share(sorted, r), isLog, from))], Curve.Blue);
        curve.LineWidth = 2.4f;
        plot.Axes.SetLimits(from, to, from, to);
        double[] ticks = isLog ? [.. Enumerable.Range((int)Math.Ceiling(from), 1 - (int)Math.Ceiling(from)).Select(t => (double)t)]
            : [0, 0.2, 0.4, 0.6, 0.8, 1];
        string[] labels = [.. ticks.Select(t => isLog ? Math.Pow(10, t).ToString("0.######") : t.ToString("0.#"))];
        plot.Axes.Bottom.SetTicks(ticks, labels);
        plot.Axes.Left.SetTicks(ticks, labels);
        plot.XLabel("alarm rate R");
        plot.YLabel(isLog ? "" : "share of rows with p ≤ R");
        AxisStyle.Apply(plot.Axes.Left, AxisStyle.Ink);
        AxisStyle.Apply(plot.Axes.Bottom, AxisStyle.Ink);
        plot.Layout.Fixed(new PixelPadding(left: 80, right: 20, bottom: Foot, top: 8));
        return plot;
    }

    private static double Place(double share, bool isLog, double from) =>
        isLog ? Math.Max(from, Math.Log10(Math.Max(share, 1e-12))) : Math.Clamp(share, 0, 1);
}
