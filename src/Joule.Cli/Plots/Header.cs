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
        IEnumerable<LegendEntry> entries = panel.Curves.Select(c => new LegendEntry(panel.Label(c), c.Colour, c.Pattern));
        Legend(canvas, [.. entries], right, baseline);
    }

    /// <summary>Draws a legend that ends at a place.</summary>
    public static void Legend(SKCanvas canvas, IReadOnlyList<LegendEntry> entries, float right, float baseline)
    {
        float x = right;
        foreach (LegendEntry entry in entries.Reverse())
        {
            x -= Measure(entry.Label, LegendSize, bold: false);
            Text(canvas, entry.Label, x, baseline, LegendSize, bold: false);
            x -= 44;
            Sample(canvas, entry, x, x + 36, baseline - 5);
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

    /// <summary>The width of a line of text.</summary>
    public static float Measure(string text, float size, bool bold)
    {
        using SKFont font = new(bold ? BundledFont.Bold : BundledFont.Regular, size) { Subpixel = true };
        return font.MeasureText(text);
    }

    /// <summary>A text that fits a width: its beginning and an ellipsis if it is too long.</summary>
    public static string Fit(string text, float width, float size, bool bold)
    {
        if (Measure(text, size, bold) <= width)
            return text;
        int length = text.Length;
        while (length > 0 && Measure(text[..length] + "…", size, bold) > width)
            length--;
        return text[..length] + "…";
    }

    private static void Sample(SKCanvas canvas, LegendEntry entry, float from, float to, float y)
    {
        using SKPaint paint = new()
        {
            Color = new SKColor(entry.Colour.R, entry.Colour.G, entry.Colour.B),
            StrokeWidth = 3,
            IsAntialias = true,
            Style = SKPaintStyle.Stroke,
            PathEffect = entry.Pattern.Equals(LinePattern.Solid) ? null
                : SKPathEffect.CreateDash(entry.Pattern.Equals(LinePattern.Dotted) ? [3, 4] : [9, 5], 0),
        };
        canvas.DrawLine(from, y, to, y, paint);
    }
}
