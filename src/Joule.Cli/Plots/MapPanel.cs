using ScottPlot;
using SkiaSharp;

namespace Joule.Cli.Plots;

/// <summary>One map of a <see cref="MapSheet"/>: an energy, points, or both.</summary>
/// <param name="Title">What is shown.</param>
internal sealed record MapPanel(string Title)
{
    private const int Left = 64, Right = 18, Top = 6, Bottom = 46;

    /// <summary>The height of the title.</summary>
    public const int TitleHeight = 34;

    /// <summary>The width of a panel in pixels.</summary>
    public const int Width = 520;

    /// <summary>The energies, or null.</summary>
    public EnergyGrid? Grid { get; init; }

    /// <summary>The bands of the energies.</summary>
    public EnergyBands? Bands { get; init; }

    /// <summary>The points.</summary>
    public Coordinates[] Points { get; init; } = [];

    /// <summary>The colour of the points.</summary>
    public Color Colour { get; init; } = Curve.Blue;

    /// <summary>The height of a panel, its title apart.</summary>
    public static int HeightOf(RobustRange horizontal, RobustRange vertical) =>
        Top + Bottom + (int)Math.Round((Width - Left - Right) * Math.Clamp(vertical.Span / horizontal.Span, 0.5, 1.3));

    /// <summary>The height of the map in a panel, for the scale beside it.</summary>
    public static int MapHeightOf(int height) => height - Top - Bottom;

    /// <summary>Draws the map.</summary>
    public Plot Draw(RobustRange horizontal, RobustRange vertical, (string Horizontal, string Vertical) names, int height)
    {
        Plot plot = AxisStyle.NewPlot();
        plot.HideGrid();
        int wide = Width - Left - Right;
        if (Grid is not null && Bands is not null)
        {
            using SKBitmap picture = Bands.Paint(Grid, wide, MapHeightOf(height));
            LandscapePlot.Fill(plot, picture, new CoordinateRect(horizontal.Low, horizontal.High, vertical.Low, vertical.High));
        }
        if (Points.Length > 0)
            plot.Add.Markers(Points, MarkerShape.FilledCircle, 4, Colour.WithAlpha(0.45));
        AxisStyle.SetRange(plot.Axes.Bottom, horizontal, 6);
        AxisStyle.SetRange(plot.Axes.Left, vertical, 6);
        plot.XLabel(Header.Fit(names.Horizontal, wide, 14, bold: false));
        plot.YLabel(Header.Fit(names.Vertical, MapHeightOf(height), 14, bold: false));
        AxisStyle.Apply(plot.Axes.Left, AxisStyle.Ink, 14, 12);
        AxisStyle.Apply(plot.Axes.Bottom, AxisStyle.Ink, 14, 12);
        plot.Layout.Fixed(new PixelPadding(left: Left, right: Right, bottom: Bottom, top: Top));
        return plot;
    }
}
