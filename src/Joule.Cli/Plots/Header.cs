using ScottPlot;
using SkiaSharp;

namespace Joule.Cli.Plots;

/// <summary>The line above a panel, with its title on the left and its legend on the right.</summary>
internal static class Header
{
    private const float LegendSize = 15;
    private static readonly SKColor Ink = SKColor.Parse("#222222");

    public static void Draw(SKCanvas canvas, CurvePanel panel, float left, float right, float baseline)
    {
        Text(canvas, panel.Title, left, baseline, 18, bold: true);
        float x = right;
        foreach (Curve curve in panel.Curves.Reverse())
        {
            x -= Measure(panel.Label(curve));
            Text(canvas, panel.Label(curve), x, baseline, LegendSize, bold: false);
            x -= 44;
            Sample(canvas, curve, x, x + 36, baseline - 5);
            x -= 22;
        }
    }

    /// <summary>Writes a line of text and returns its width.</summary>
    public static float Text(SKCanvas canvas, string text, float x, float baseline, float size, bool bold, SKColor? colour = null)
    {
        using SKFont font = new(bold ? BundledFont.Bold : BundledFont.Regular, size) { Subpixel = true };
        using SKPaint paint = new() { Color = colour ?? Ink, IsAntialias = true };
        canvas.DrawText(text, x, baseline, SKTextAlign.Left, font, paint);
        return font.MeasureText(text);
    }

    private static float Measure(string text)
    {
        using SKFont font = new(BundledFont.Regular, LegendSize) { Subpixel = true };
        return font.MeasureText(text);
    }

    private static void Sample(SKCanvas canvas, Curve curve, float from, float to, float y)
    {
        using SKPaint paint = new()
        {
            Color = new SKColor(curve.Colour.R, curve.Colour.G, curve.Colour.B),
            StrokeWidth = 3,
            IsAntialias = true,
            Style = SKPaintStyle.Stroke,
            PathEffect = curve.Pattern.Equals(LinePattern.Solid) ? null
                : SKPathEffect.CreateDash(curve.Pattern.Equals(LinePattern.Dotted) ? [3, 4] : [9, 5], 0),
        };
        canvas.DrawLine(from, y, to, y, paint);
    }
}
