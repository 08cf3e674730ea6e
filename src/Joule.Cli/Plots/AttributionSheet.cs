using System.Globalization;
using Joule.Evaluation;
using Joule.States;
using SkiaSharp;

namespace Joule.Cli.Plots;

/// <summary>
/// Images with the shares of their pixels: the image, the map over it, and the likely image that it was compared with. Red pixels raise the
/// energy, blue ones lower it; one scale holds for all maps.
/// </summary>
internal static class AttributionSheet
{
    private const int Margin = 64, Side = 300, Gap = 24, Caption = 34, ScaleLeft = 1070, ScaleWidth = 22, ScaleHeight = 240;

    private static readonly SKColor Raises = SKColor.Parse("#B2182B");
    private static readonly SKColor Lowers = SKColor.Parse("#2166AC");

    /// <summary>Draws the picture.</summary>
    /// <param name="space">The layout of the images.</param>
    /// <param name="images">The images, as states.</param>
    /// <param name="descents">Their explanations.</param>
    /// <param name="names">Their names.</param>
    public static Sheet Draw(StateSpace space, IReadOnlyList<float[]> images, IReadOnlyList<Descent> descents,
        IReadOnlyList<string> names)
    {
        double[][] maps = [.. descents.Select(d => Joined(d.Shares, space.Shape))];
        double scale = Math.Max(1e-9, Largest(maps));
        int height = Math.Max(1, (int)Math.Round((double)Side * space.Shape.Height / space.Shape.Width)), row = Caption + height + Gap;
        Sheet sheet = new(Sheet.HeaderHeight + Math.Max(descents.Count * row, ScaleHeight + 2 * Caption) + 8, Margin,
            "What makes the energy high",
            "The image, the share of each pixel, and the nearest likely image. Shares add up to the difference of the two energies.");
        for (int i = 0; i < descents.Count; i++)
        {
            int top = Sheet.HeaderHeight + i * row + Caption;
            Descent found = descents[i];
            string difference = string.Create(CultureInfo.InvariantCulture, $"{found.Energy - found.ReferenceEnergy:0.00} nats");
            string[] captions =
            [
                $"{names[i]}: {Nats(found.Energy)}", $"shares, {difference} in all",
                $"{(found.IsLikely ? "likely" : "lowest found")}: {Nats(found.ReferenceEnergy)}",
            ];
            for (int k = 0; k < 3; k++)
            {
                int left = Margin + k * (Side + Gap);
                sheet.Text(Header.Fit(captions[k], Side, 15, bold: false), left, top - 9, 15, bold: false);
                float[] shown = k == 2 ? found.Reference : images[i];
                double[]? map = k == 1 ? maps[i] : null;
                Paint(sheet.Canvas, SKRectI.Create(left, top, Side, height), space, shown, map, scale);
            }
        }
        DrawScale(sheet, scale);
        return sheet;
    }

    /// <summary>The colour of a share over a grey level: the more of the colour, the larger the share.</summary>
    /// <param name="grey">The image, 0 for black and 1 for white.</param>
    /// <param name="share">The share as a part of the largest, from −1 to 1.</param>
    public static SKColor Blend(double grey, double share)
    {
        // The image stays visible as light grey, so that both hues can be told from it.
        double light = 0.62 + 0.36 * Math.Clamp(grey, 0, 1), weight = Math.Sqrt(Math.Min(1, Math.Abs(share)));
        SKColor hue = share > 0 ? Raises : Lowers;
        return new SKColor(Mix(hue.Red), Mix(hue.Green), Mix(hue.Blue));

        byte Mix(byte of) => (byte)Math.Round(weight * of + (1 - weight) * 255 * light);
    }

    private static void Paint(SKCanvas canvas, SKRectI where, StateSpace space, float[] image, double[]? map, double scale)
    {
        Shape shape = space.Shape;
        using SKBitmap picture = new(shape.Width, shape.Height);
        int plane = shape.Height * shape.Width;
        for (int i = 0; i < plane; i++)
        {
            bool isColour = shape.Channels == 3;
            double red = Level(i), green = isColour ? Level(plane + i) : red, blue = isColour ? Level(2 * plane + i) : red;
            SKColor colour = map is null ? new SKColor(Byte(red), Byte(green), Byte(blue))
                : Blend(0.299 * red + 0.587 * green + 0.114 * blue, map[i] / scale);
            picture.SetPixel(i % shape.Width, i / shape.Width, colour);
        }
        using SKPaint paint = new();
        using SKImage pixels = SKImage.FromBitmap(picture);
        SKRect place = SKRect.Create(where.Left, where.Top, where.Width, where.Height);
        canvas.DrawImage(pixels, place, new SKSamplingOptions(SKFilterMode.Nearest), paint);

        double Level(int number) => space.HasWalls ? (image[number] - space.Low) / (space.High - space.Low) : 0.5 + 0.2 * image[number];
    }

    private static void DrawScale(Sheet sheet, double scale)
    {
        int top = Sheet.HeaderHeight + Caption;
        for (int y = 0; y < ScaleHeight; y++)
        {
            using SKPaint paint = new() { Color = Blend(1, 1 - 2.0 * y / (ScaleHeight - 1)) };
            sheet.Canvas.DrawRect(ScaleLeft, top + y, ScaleWidth, 1, paint);
        }
        sheet.Text("nats a pixel", ScaleLeft - 8, top - 9, 15, bold: false);
        foreach ((double share, int y) in ((double, int)[])[(scale, 0), (0, ScaleHeight / 2), (-scale, ScaleHeight)])
        {
            string text = (share < 0 ? "−" : share > 0 ? "+" : "") + Math.Abs(share).ToString("G2", CultureInfo.InvariantCulture);
            sheet.Text(text, ScaleLeft + ScaleWidth + 8, top + y + 5, 14, bold: false);
        }
    }

    // The channels of a pixel belong together.
    private static double[] Joined(double[] shares, Shape shape)
    {
        int plane = shape.Height * shape.Width;
        double[] map = new double[plane];
        for (int i = 0; i < shares.Length; i++)
            map[i % plane] += shares[i];
        return map;
    }

    // All but the largest 0.5%, which would leave the rest pale.
    private static double Largest(double[][] maps)
    {
        double[] sizes = [.. maps.SelectMany(m => m).Select(Math.Abs).Order()];
        return sizes[Math.Min(sizes.Length - 1, (int)(0.995 * sizes.Length))];
    }

    private static byte Byte(double level) => (byte)Math.Round(255 * Math.Clamp(level, 0, 1));

    private static string Nats(float energy) => string.Create(CultureInfo.InvariantCulture, $"{energy:0.00} nats");
}
