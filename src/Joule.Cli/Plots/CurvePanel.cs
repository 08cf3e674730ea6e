using ScottPlot;
using ScottPlot.Plottables;

namespace Joule.Cli.Plots;

/// <summary>One panel of curves by epoch, with a second scale on the right for a curve that would flatten the others.</summary>
internal sealed class CurvePanel
{
    /// <summary>The ratio of the common range to the range of the main curves above which the far curve gets its own scale.</summary>
    private const double OwnScaleFrom = 6;

    private static readonly Color MarkColour = Color.FromHex("#7A1F1F");
    private readonly IReadOnlyList<Curve> _main;
    private readonly Curve? _far;
    private readonly bool _zero;

    /// <summary>Lays out a panel.</summary>
    /// <param name="title">The title.</param>
    /// <param name="unit">The label of the vertical axis, with its unit.</param>
    /// <param name="main">The curves that must stay readable.</param>
    /// <param name="far">A curve that may have a different magnitude, or null.</param>
    /// <param name="zero">Whether zero is meaningful. If so, it is drawn, at the same height on both scales.</param>
    public CurvePanel(string title, string unit, IReadOnlyList<Curve> main, Curve? far, bool zero)
    {
        (Title, Unit, _main, _far, _zero) = (title, unit, main, far, zero);
        RobustRange near = main.Aggregate(RobustRange.Empty, (range, curve) => range.Union(RobustRange.Of(curve.Values)));
        RobustRange other = far is null ? RobustRange.Empty : RobustRange.Of(far.Values);
        if (zero && !near.IsEmpty)
            near = near.Including(0);
        if (zero && !other.IsEmpty)
            other = other.Including(0);
        RobustRange common = near.Union(other);
        // With one or two epochs the curves have almost no range; their magnitude stands in for it.
        double room = Math.Max(near.Span, zero ? 0 : 0.02 * Math.Max(Math.Abs(near.Low), Math.Abs(near.High)));
        OwnScale = !near.IsEmpty && !other.IsEmpty && common.Span > OwnScaleFrom * room && other.Span + Math.Abs(other.Low - near.Low) > 0;
        (Left, Right) = (OwnScale ? near.Padded() : common.Padded(), other.Padded());
        if (OwnScale && zero)
            (Left, Right) = RobustRange.AlignZero(Left, Right);
        Beyond = Curves.Sum(c => c.Points().Count(p => !(OwnScale && c == far ? Right : Left).Contains(p.Y)));
    }

    public string Title { get; }

    public string Unit { get; }

    /// <summary>Whether the far curve has its own scale, on the right.</summary>
    public bool OwnScale { get; }

    /// <summary>The range of the left scale.</summary>
    public RobustRange Left { get; }

    /// <summary>The range of the right scale, if there is one.</summary>
    public RobustRange Right { get; }

    /// <summary>The number of measured values outside the scales; the picture must report it.</summary>
    public int Beyond { get; }

    /// <summary>All curves, in legend order.</summary>
    public IEnumerable<Curve> Curves => _far is null ? _main : [.. _main, _far];

    /// <summary>A curve's name in the legend.</summary>
    public string Label(Curve curve) => OwnScale && curve == _far ? curve.Name + " (right scale)" : curve.Name;

    /// <summary>Draws the panel's axes and curves.</summary>
    public Plot Draw(int first, int last, IReadOnlyList<PlotMark> marks)
    {
        Plot plot = AxisStyle.NewPlot();
        double pad = Math.Max(0.5, 0.02 * (last - first));
        double[] ticks = EpochTicks.Between(first, last);
        plot.Axes.Bottom.SetTicks(ticks, [.. ticks.Select(t => t.ToString("0"))]);
        plot.Axes.SetLimits(first - pad, last + pad, Left.Low, Left.High);
        if (_zero)
            plot.Add.HorizontalLine(0, 1.5f, Color.FromHex("#8A8A8A"));
        foreach (Curve curve in Curves)
            AddCurve(plot, curve);
        foreach (PlotMark mark in marks)
            AddMark(plot, mark);
        plot.XLabel("epoch");
        plot.YLabel(Unit);
        AxisStyle.SetRange(plot.Axes.Left, Left);
        AxisStyle.Apply(plot.Axes.Left, AxisStyle.Ink);
        AxisStyle.Apply(plot.Axes.Bottom, AxisStyle.Ink);
        if (OwnScale)
        {
            AxisStyle.SetRange(plot.Axes.Right, Right);
            plot.Axes.Right.Label.Text = _far!.Unit.Length > 0 ? $"{_far.Name} ({_far.Unit})" : _far.Name;
            AxisStyle.Apply(plot.Axes.Right, _far.Colour);
        }

        // The same padding everywhere, so that the epochs of all panels line up.
        plot.Layout.Fixed(new PixelPadding(left: 105, right: 105, bottom: 62, top: 8));
        return plot;
    }

    private void AddCurve(Plot plot, Curve curve)
    {
        Coordinates[] points = curve.Points();
        if (points.Length == 0)
            return;
        Scatter scatter = plot.Add.Scatter(points, curve.Colour);
        scatter.LineWidth = 2.4f;
        scatter.LinePattern = curve.Pattern;
        // Three sizes, the largest a ring, so that points at the same place do not hide each other.
        scatter.MarkerSize = points.Length > 30 ? 0 : curve == _far ? 13 : curve.Pattern.Equals(LinePattern.Solid) ? 9 : 5;
        scatter.MarkerShape = curve == _far ? MarkerShape.OpenCircle : MarkerShape.FilledCircle;
        scatter.MarkerLineWidth = 2;
        if (OwnScale && curve == _far)
            scatter.Axes.YAxis = plot.Axes.Right;
    }

    private void AddMark(Plot plot, PlotMark mark)
    {
        plot.Add.VerticalLine(mark.Epoch, 1.5f, MarkColour, LinePattern.Dashed);
        Text label = plot.Add.Text(mark.Label, mark.Epoch, Left.High);
        label.LabelFontSize = 12;
        label.LabelFontColor = MarkColour;
        label.LabelRotation = 90;
        label.LabelAlignment = Alignment.LowerLeft;
        label.OffsetX = -3;
    }
}
