using Joule.Data;
using ScottPlot;
using SkiaSharp;

namespace Joule.Cli.Plots;

/// <summary>A picture of several panels below a title and a line that says what is shown.</summary>
internal sealed class Sheet : IDisposable
{
    /// <summary>The width of every sheet, in pixels.</summary>
    public const int Width = 1200;

    /// <summary>The height of the title and the line below it.</summary>
    public const int HeaderHeight = 78;

    /// <summary>The colour of remarks.</summary>
    public static readonly SKColor Grey = SKColor.Parse("#666666");

    private readonly SKCanvas _canvas;

    /// <summary>Starts a sheet.</summary>
    /// <param name="height">Its height in pixels, the header included.</param>
    /// <param name="margin">Where the title begins, and how far from the right edge it ends.</param>
    /// <param name="title">The title; cut where it is too long.</param>
    /// <param name="summary">The line below it; cut too.</param>
    public Sheet(int height, int margin, string title, string summary)
    {
        BundledFont.Register();
        Picture = new SKBitmap(Width, height);
        _canvas = new SKCanvas(Picture);
        _canvas.Clear(SKColors.White);
        Text(Header.Fit(title, Width - 2 * margin, 26, bold: true), margin, 44, 26, bold: true);
        Text(Header.Fit(summary, Width - 2 * margin, 15, bold: false), margin, 69, 15, bold: false, Grey);
    }

    /// <summary>The picture.</summary>
    public SKBitmap Picture { get; }

    /// <summary>What else is drawn besides plots.</summary>
    public SKCanvas Canvas => _canvas;

    /// <summary>Draws a plot into a rectangle, and disposes of it.</summary>
    public void Place(Plot plot, int left, int top, int width, int height)
    {
        // Rendering a plot wipes its whole canvas, so each plot gets its own.
        using SKBitmap part = new(width, height);
        using (SKCanvas canvas = new(part))
        using (plot)
            plot.Render(canvas, width, height);
        _canvas.DrawBitmap(part, new SKPoint(left, top), SKSamplingOptions.Default);
    }

    /// <summary>Writes a line of text and returns its width.</summary>
    public float Text(string text, float x, float baseline, float size, bool bold, SKColor? colour = null) =>
        Header.Text(_canvas, text, x, baseline, size, bold, colour);

    /// <summary>Replaces a file atomically: a reader sees the old picture or the new one, never a part.</summary>
    /// <param name="path">Where the PNG goes.</param>
    /// <exception cref="InvalidInputException">The file cannot be written.</exception>
    public void Save(string path) => Save(Picture, path);

    /// <inheritdoc cref="Save(string)"/>
    public static void Save(SKBitmap picture, string path)
    {
        using SKData png = picture.Encode(SKEncodedImageFormat.Png, 100);
        AtomicFile.Write(path, png.SaveTo);
    }

    public void Dispose()
    {
        _canvas.Dispose();
        Picture.Dispose();
    }
}
