using Joule.Data;
using Joule.Runs;
using ScottPlot;
using SkiaSharp;

namespace Joule.Cli.Plots;

/// <summary>The picture <c>loss.png</c> of a run: contrastive divergence above, mean energies below, by epoch.</summary>
internal static class LossPlot
{
    private const double Largest = 1e30; // what a scale of ticks can be made for
    private const double LongestSeconds = 1e9;

    public const int Width = 1200;
    public const int Height = 1040;
    private const int HeaderHeight = 78;
    private const int PanelTitleHeight = 44;
    private const int Margin = 105;
    private static readonly SKColor Grey = SKColor.Parse("#666666");

    /// <summary>Draws the picture and puts it in place at once: a reader sees the old file or the new one, never half of one.</summary>
    /// <param name="rows">The epochs, at least one.</param>
    /// <param name="title">The title.</param>
    /// <param name="path">Where the PNG goes.</param>
    /// <param name="marks">Places to mark, or null.</param>
    /// <exception cref="InvalidInputException">There is no epoch to draw, or the file cannot be written.</exception>
    public static void Save(IReadOnlyList<MetricsRow> rows, string title, string path, IReadOnlyList<PlotMark>? marks = null)
    {
        using SKBitmap picture = Draw(rows, title, marks);
        using SKData png = picture.Encode(SKEncodedImageFormat.Png, 100);
        AtomicFile.Write(path, png.SaveTo);
    }

    /// <summary>Draws the picture.</summary>
    public static SKBitmap Draw(IReadOnlyList<MetricsRow> rows, string title, IReadOnlyList<PlotMark>? marks = null)
    {
        if (rows.Count == 0) throw new InvalidInputException("There is no epoch to draw yet: train for at least one epoch.");
        BundledFont.Register();
        int first = rows[0].Epoch, last = rows[^1].Epoch;
        var picture = new SKBitmap(Width, Height);
        using var canvas = new SKCanvas(picture);
        canvas.Clear(SKColors.White);
        Header.Text(canvas, title, Margin, 44, 26, bold: true);
        Header.Text(canvas, Summary(rows[^1]), Margin, 69, 15, bold: false, Grey);
        int top = HeaderHeight;
        foreach (CurvePanel panel in Panels(rows))
        {
            int height = (Height - HeaderHeight) / 2;
            Header.Draw(canvas, panel, Margin, Width - Margin, top + 29);
            // Rendering a plot wipes the canvas that it is given, so each panel gets its own.
            using var part = new SKBitmap(Width, height - PanelTitleHeight);
            using (var partCanvas = new SKCanvas(part))
            using (Plot plot = panel.Draw(first, last, marks ?? [])) plot.Render(partCanvas, part.Width, part.Height);
            canvas.DrawBitmap(part, new SKPoint(0, top + PanelTitleHeight), SKSamplingOptions.Default);
            if (panel.Beyond > 0) Header.Text(canvas, Beyond(panel.Beyond), Margin, top + height - 14, 13, bold: false, Grey);
            top += height;
        }

        return picture;
    }

    private static CurvePanel[] Panels(IReadOnlyList<MetricsRow> rows)
    {
        double[] epochs = [.. rows.Select(row => (double)row.Epoch)];
        Curve Curve(string name, Color colour, LinePattern pattern, Func<MetricsRow, double> value) =>
            new(name, colour, pattern, epochs, [.. rows.Select(row => Math.Clamp(value(row), -Largest, Largest))]); // NaN stays NaN
        return
        [
            new CurvePanel(
                "Contrastive divergence",
                "contrastive divergence (nats)",
                [Curve("training, data − negatives", Plots.Curve.Blue, LinePattern.Solid, row => row.Cd)],
                Curve("validation, data − noise", Plots.Curve.Vermillion, LinePattern.Solid, row => row.ValCd),
                zero: true),
            new CurvePanel(
                "Mean energies",
                "mean energy (nats)",
                [
                    Curve("data", Plots.Curve.Blue, LinePattern.Solid, row => row.EnergyData),
                    Curve("validation data", Plots.Curve.Vermillion, LinePattern.Dashed, row => row.ValEnergyData),
                    Curve("negatives", Plots.Curve.Green, LinePattern.Solid, row => row.EnergyNegative),
                ],
                Curve("noise", Plots.Curve.Purple, LinePattern.Dotted, row => row.ValEnergyNoise),
                zero: false),
        ];
    }

    private static string Beyond(int values) => values == 1 ? "1 value is beyond the scale" : $"{values} values are beyond the scale";

    private static string Summary(MetricsRow last)
    {
        var time = TimeSpan.FromSeconds(double.IsNaN(last.Seconds) ? 0 : Math.Clamp(Math.Round(last.Seconds), 0, LongestSeconds));
        string took = time.TotalHours >= 1 ? $"{(int)time.TotalHours} h {time.Minutes} min" : time.TotalMinutes >= 1 ? $"{time.Minutes} min {time.Seconds} s" : $"{time.Seconds} s";
        return $"{last.Epoch:N0} epoch{(last.Epoch == 1 ? "" : "s")}, {last.Step:N0} steps, {took}";
    }
}
