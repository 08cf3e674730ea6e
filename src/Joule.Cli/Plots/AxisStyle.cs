using ScottPlot;

namespace Joule.Cli.Plots;

/// <summary>The look that all plots share.</summary>
internal static class AxisStyle
{
    /// <summary>The colour of axes and labels.</summary>
    public static readonly Color Ink = Color.FromHex("#333333");

    private static readonly Color Frame = Color.FromHex("#CCCCCC");

    /// <summary>An empty plot.</summary>
    public static Plot NewPlot()
    {
        Plot plot = new();
        plot.FigureBackground.Color = Colors.White;
        plot.Grid.MajorLineColor = Color.FromHex("#E8E8E8");
        plot.Axes.Top.FrameLineStyle.Color = plot.Axes.Right.FrameLineStyle.Color = Frame;
        return plot;
    }

    /// <summary>Styles an axis.</summary>
    public static void Apply(IAxis axis, Color colour, float labelSize = 16, float tickSize = 14)
    {
        axis.Label.FontSize = labelSize;
        axis.Label.Bold = false;
        axis.Label.ForeColor = colour;
        axis.TickLabelStyle.FontSize = tickSize;
        axis.TickLabelStyle.ForeColor = colour;
        axis.FrameLineStyle.Color = colour;
        axis.MajorTickStyle.Color = colour;
        axis.MinorTickStyle.Length = 0;
    }

    /// <summary>Sets the range of an axis and round ticks in it.</summary>
    /// <param name="axis">The axis.</param>
    /// <param name="range">Its range.</param>
    /// <param name="most">The most ticks.</param>
    public static void SetRange(IAxis axis, RobustRange range, int most = 9)
    {
        axis.Min = range.Low;
        axis.Max = range.High;
        (double[] places, string[] labels) = ValueTicks.Inside(range, most);
        axis.SetTicks(places, labels);
    }

    /// <summary>An axis without ticks.</summary>
    public static void Bare(IAxis axis, Color? colour = null)
    {
        axis.SetTicks([], []);
        axis.MinorTickStyle.Length = 0;
        axis.FrameLineStyle.Color = colour ?? Frame;
    }
}
