using Joule.Objectives;
using Joule.Runs;

namespace Joule.Cli.Plots;

/// <summary>The picture <c>loss.png</c> of a run: its figures by epoch, in the panels named by <see cref="Figure.Curve"/>.</summary>
internal static class LossPlot
{
    private const double LongestSeconds = 1e9;

    public const int Width = Sheet.Width;
    public const int Height = HeaderHeight + 2 * PanelHeight; // two panels, as for contrastive divergence
    private const int HeaderHeight = Sheet.HeaderHeight;
    private const int PanelHeight = 481;
    private const int PanelTitleHeight = 44;
    private const int Margin = 105;

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
        using Sheet sheet = Draw(rows, figures, title, marks);
        sheet.Save(path);
    }

    /// <summary>Draws the picture.</summary>
    public static Sheet Draw(
        IReadOnlyList<MetricsRow> rows, IReadOnlyList<Figure> figures, string title, IReadOnlyList<PlotMark>? marks = null)
    {
        if (rows.Count == 0)
            throw new InvalidInputException("There is no epoch to draw yet: train for at least one epoch.");
        int first = rows[0].Epoch, last = rows[^1].Epoch;
        IReadOnlyList<CurvePanel> panels = PanelLayout.Of(rows, figures);
        Sheet sheet = new(HeaderHeight + panels.Count * PanelHeight, Margin, title, Summary(rows[^1]));
        int top = HeaderHeight;
        foreach (CurvePanel panel in panels)
        {
            Header.Draw(sheet.Canvas, panel, Margin, Width - Margin, top + 29);
            sheet.Place(panel.Draw(first, last, marks ?? []), 0, top + PanelTitleHeight, Width, PanelHeight - PanelTitleHeight);
            if (panel.Beyond > 0)
                sheet.Text(Beyond(panel.Beyond), Margin, top + PanelHeight - 14, 13, bold: false, Sheet.Grey);
            top += PanelHeight;
        }
        return sheet;
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
