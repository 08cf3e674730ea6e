using Joule.Data;
using Joule.Objectives;
using Joule.Runs;
using ScottPlot;
using SkiaSharp;

namespace Joule.Cli.Plots;

/// <summary>The picture <c>loss.png</c> of a run: its figures by epoch, in the panels named by <see cref="Figure.Curve"/>.</summary>
internal static class LossPlot
{
    private const double LongestSeconds = 1e9;

    public const int Width = 1200;
    public const int Height = HeaderHeight + 2 * PanelHeight; // two panels, as for contrastive divergence
    private const int HeaderHeight = 78;
    private const int PanelHeight = 481;
    private const int PanelTitleHeight = 44;
    private const int Margin = 105;
    private static readonly SKColor Grey = SKColor.Parse("#666666");

    /// <summary>Draws the picture and replaces the file atomically: a reader sees the old picture or the new one, never a part.</summary>
    /// <param name="rows">The epochs, at least one.</param>
    /// <param name="figures">The figures that describe the columns. A column without a figure gets its own panel.</param>
    /// <param name="title">The title.</param>
    /// <param name="path">Where the PNG goes.</param>
    /// <param name="marks">Epochs to mark, or null.</param>
    /// <exception cref="InvalidInputException">There are no epochs to draw, or the file cannot be written.</exception>
    public static void Save(
        IReadOnlyList<MetricsRow> rows, IReadOnlyList<Figure> figures, string title, string path, IReadOnlyList<PlotMark>? marks = null)
    {
        using SKBitmap picture = Draw(rows, figures, title, marks);
        using SKData png = picture.Encode(SKEncodedImageFormat.Png, 100);
        AtomicFile.Write(path, png.SaveTo);
    }

    /// <summary>Draws the picture.</summary>
    public static SKBitmap Draw(
        IReadOnlyList<MetricsRow> rows, IReadOnlyList<Figure> figures, string title, IReadOnlyList<PlotMark>? marks = null)
    {
        if (rows.Count == 0)
            throw new InvalidInputException("There is no epoch to draw yet: train for at least one epoch.");
        BundledFont.Register();
        int first = rows[0].Epoch, last = rows[^1].Epoch;
        IReadOnlyList<CurvePanel> panels = PanelLayout.Of(rows, figures);
        SKBitmap picture = new(Width, HeaderHeight + panels.Count * PanelHeight);
        using SKCanvas canvas = new(picture);
        canvas.Clear(SKColors.White);
        Header.Text(canvas, title, Margin, 44, 26, bold: true);
        Header.Text(canvas, Summary(rows[^1]), Margin, 69, 15, bold: false, Grey);
        int top = HeaderHeight;
        foreach (CurvePanel panel in panels)
        {
            Header.Draw(canvas, panel, Margin, Width - Margin, top + 29);
            // Rendering a plot wipes its whole canvas, so each panel gets its own.
            using SKBitmap part = new(Width, PanelHeight - PanelTitleHeight);
            using (SKCanvas partCanvas = new(part))
            using (Plot plot = panel.Draw(first, last, marks ?? []))
                plot.Render(partCanvas, part.Width, part.Height);
            canvas.DrawBitmap(part, new SKPoint(0, top + PanelTitleHeight), SKSamplingOptions.Default);
            if (panel.Beyond > 0)
                Header.Text(canvas, Beyond(panel.Beyond), Margin, top + PanelHeight - 14, 13, bold: false, Grey);
            top += PanelHeight;
        }

        return picture;
    }

    private static string Beyond(int values) =>
        values == 1 ? "1 value is beyond the scale" : $"{values} values are beyond the scale";

    private static string Summary(MetricsRow last)
    {
        TimeSpan time = TimeSpan.FromSeconds(double.IsNaN(last.Seconds) ? 0 : Math.Clamp(Math.Round(last.Seconds), 0, LongestSeconds));
        string took = time.TotalHours >= 1 ? $"{(int)time.TotalHours} h {time.Minutes} min"
            : time.TotalMinutes >= 1 ? $"{time.Minutes} min {time.Seconds} s"
            : $"{time.Seconds} s";
        return $"{last.Epoch:N0} epoch{(last.Epoch == 1 ? "" : "s")}, {last.Step:N0} steps, {took}";
    }
}
