using ScottPlot;
using ScottPlot.Plottables;
using SkiaSharp;

namespace Joule.Cli.Plots;

/// <summary>Points and a path over a landscape.</summary>
/// <param name="Points">The points.</param>
/// <param name="PointsName">What they are.</param>
/// <param name="Path">The path, in order.</param>
/// <param name="PathName">What it is.</param>
internal sealed record LandscapeDraws(
    Coordinates[] Points, string PointsName, Coordinates[] Path, string PathName)
{
    /// <summary>Places with a name, such as states.</summary>
    public IReadOnlyList<(Coordinates Place, string Name)> Named { get; init; } = [];
}

/// <summary>The landscape of an energy over two numbers of a state: filled contours with a scale in nats, and what lies over it.</summary>
internal static class LandscapePlot
{
    private const int Margin = 90;
    private const int Long = 900; // of the longer side
    private const int Other = 680; // the height where the axes have their own scales
    private const double Comparable = 2; // ratio of ranges up to which both axes have one scale
    private const int Right = 32; // of the landscape, for half a label
    private const int LegendHeight = 34;
    internal const int FootHeight = 62;
    private const int ScaleWidth = 130;

    /// <summary>Draws the picture.</summary>
    /// <param name="title">The title.</param>
    /// <param name="summary">The line below it.</param>
    /// <param name="grid">The energies.</param>
    /// <param name="bands">The bands of the contours.</param>
    /// <param name="names">The names of the two numbers.</param>
    /// <param name="draws">What lies over the landscape, or null.</param>
    public static Sheet Draw(string title, string summary, EnergyGrid grid, EnergyBands bands,
        (string Horizontal, string Vertical) names, LandscapeDraws? draws = null)
    {
        (int width, int height) = Size(grid);
        List<LegendEntry> entries = [];
        if (draws is { Points.Length: > 0 })
            entries.Add(new(draws.PointsName, Curve.Orange, LinePattern.Solid));
        if (draws is { Path.Length: > 0 })
            entries.Add(new(draws.PathName, Colors.Black, LinePattern.Solid));
        int legend = entries.Count == 0 ? 0 : LegendHeight;
        Sheet sheet = new(Sheet.HeaderHeight + legend + height + FootHeight + 8, Margin, title, summary);
        Header.Legend(sheet.Canvas, entries, Math.Max(Margin + width, 640), Sheet.HeaderHeight + 22);
        int top = Sheet.HeaderHeight + legend;
        sheet.Place(Landscape(grid, bands, names, draws, width, height), 0, top, Margin + width + Right, height + FootHeight + 8);
        sheet.Place(Scale(bands, height), Margin + width + Right, top, ScaleWidth, height + FootHeight + 8);
        return sheet;
    }

    /// <summary>The size of the landscape in pixels: one scale for both axes where their ranges are comparable.</summary>
    public static (int Width, int Height) Size(EnergyGrid grid)
    {
        double ratio = grid.Vertical.Span / grid.Horizontal.Span;
        return ratio > Comparable || ratio < 1 / Comparable ? (Long, Other)
            : ratio <= 1 ? (Long, (int)Math.Round(Long * ratio)) : ((int)Math.Round(Long / ratio), Long);
    }

    private static Plot Landscape(EnergyGrid grid, EnergyBands bands, (string Horizontal, string Vertical) names, LandscapeDraws? draws,
        int width, int height)
    {
        Plot plot = AxisStyle.NewPlot();
        plot.HideGrid();
        using (SKBitmap picture = bands.Paint(grid, width, height))
            Fill(plot, picture, new CoordinateRect(grid.Horizontal.Low, grid.Horizontal.High, grid.Vertical.Low, grid.Vertical.High));
        if (draws is not null)
            Cover(plot, draws);
        AxisStyle.SetRange(plot.Axes.Bottom, grid.Horizontal);
        AxisStyle.SetRange(plot.Axes.Left, grid.Vertical);
        plot.XLabel(Header.Fit(names.Horizontal, width, 16, bold: false));
        plot.YLabel(Header.Fit(names.Vertical, height, 16, bold: false));
        AxisStyle.Apply(plot.Axes.Left, AxisStyle.Ink);
        AxisStyle.Apply(plot.Axes.Bottom, AxisStyle.Ink);
        plot.Layout.Fixed(new PixelPadding(left: Margin, right: Right, bottom: FootHeight, top: 8));
        return plot;
    }

    private static void Cover(Plot plot, LandscapeDraws draws)
    {
        if (draws.Points.Length > 0)
            plot.Add.Markers(draws.Points, MarkerShape.FilledCircle, 5, Curve.Orange.WithAlpha(0.55));
        foreach ((Coordinates place, string name) in draws.Named)
            Mark(plot, place, name);
        if (draws.Path.Length == 0)
            return;
        foreach ((float size, Color colour) in (ReadOnlySpan<(float, Color)>)[(3.2f, Colors.White.WithAlpha(0.8)), (1.2f, Colors.Black)])
        {
            Scatter path = plot.Add.ScatterLine(draws.Path, colour);
            path.LineWidth = size;
        }
        Marker start = plot.Add.Marker(draws.Path[0], MarkerShape.FilledCircle, 11, Colors.White);
        (start.MarkerLineColor, start.MarkerLineWidth) = (Colors.Black, 2);
        start.MarkerStyle.OutlineColor = Colors.Black;
        start.MarkerStyle.OutlineWidth = 2;
    }

    private static void Mark(Plot plot, Coordinates place, string name)
    {
        Marker marker = plot.Add.Marker(place, MarkerShape.FilledCircle, 11, Curve.Orange);
        marker.MarkerStyle.OutlineColor = Colors.Black;
        marker.MarkerStyle.OutlineWidth = 2;
        Text text = plot.Add.Text(name, place);
        (text.LabelFontSize, text.LabelBold, text.LabelFontColor) = (20, true, Colors.Black);
        (text.LabelBackgroundColor, text.LabelPadding) = (Colors.White.WithAlpha(0.75), 3);
        (text.OffsetX, text.OffsetY) = (10, -26);
    }

    /// <summary>The scale beside a landscape.</summary>
    /// <param name="bands">The bands.</param>
    /// <param name="height">The height of the landscape in pixels.</param>
    /// <param name="label">What it is in.</param>
    public static Plot Scale(EnergyBands bands, int height, string label = "nats above the lowest energy")
    {
        Plot plot = AxisStyle.NewPlot();
        plot.HideGrid();
        int segments = bands.Count + 1;
        using (SKBitmap picture = new(1, segments))
        {
            for (int band = 0; band < segments; band++)
                picture.SetPixel(0, segments - 1 - band, bands.Colour(band));
            Fill(plot, picture, new CoordinateRect(0, 1, 0, segments));
        }
        plot.Axes.SetLimits(0, 1, 0, segments);
        AxisStyle.Bare(plot.Axes.Left, AxisStyle.Ink);
        AxisStyle.Bare(plot.Axes.Bottom, AxisStyle.Ink);
        int decimals = ValueTicks.Decimals(bands.Step);
        double[] places = [.. Enumerable.Range(0, segments).Select(i => (double)i)];
        string[] labels = [.. places.Select(place => ValueTicks.Label(place * bands.Step, decimals))];
        (plot.Axes.Right.Min, plot.Axes.Right.Max) = (0, segments);
        plot.Axes.Right.SetTicks([.. places, segments - 0.5], [.. labels, "above"]);
        plot.Axes.Right.Label.Text = label;
        AxisStyle.Apply(plot.Axes.Right, AxisStyle.Ink);
        plot.Layout.Fixed(new PixelPadding(left: 2, right: 100, bottom: FootHeight, top: 8));
        return plot;
    }

    /// <summary>Covers a rectangle of a plot with a picture.</summary>
    public static void Fill(Plot plot, SKBitmap picture, CoordinateRect place)
    {
        ImageRect image = plot.Add.ImageRect(new ScottPlot.Image(picture), place);
        image.AntiAlias = false;
    }
}
