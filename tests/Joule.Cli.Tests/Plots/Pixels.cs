using SkiaSharp;

namespace Joule.Cli.Tests.Plots;

/// <summary>Counts pixels of pictures.</summary>
internal static class Pixels
{
    /// <summary>The number of dark pixels in a rectangle.</summary>
    public static int Dark(SKBitmap picture, int left, int top, int right, int bottom) =>
        Count(picture, left, top, right, bottom, c => c.Red + c.Green + c.Blue < 300);

    /// <summary>The number of pixels close to a colour in a rectangle.</summary>
    public static int Near(SKBitmap picture, SKColor colour, int left, int top, int right, int bottom) =>
        Count(picture, left, top, right, bottom, c => Math.Abs(c.Red - colour.Red) + Math.Abs(c.Green - colour.Green)
            + Math.Abs(c.Blue - colour.Blue) < 60);

    /// <summary>The number of pixels between two heights that differ between pictures of one size.</summary>
    public static int Different(SKBitmap one, SKBitmap other, int top, int bottom)
    {
        int count = 0;
        for (int y = top; y < bottom; y++)
        {
            for (int x = 0; x < one.Width; x++)
            {
                if (one.GetPixel(x, y) != other.GetPixel(x, y))
                    count++;
            }
        }
        return count;
    }

    /// <summary>The number of pixels of a kind in a rectangle.</summary>
    public static int Count(SKBitmap picture, int left, int top, int right, int bottom, Predicate<SKColor> counts)
    {
        int count = 0;
        for (int y = top; y < bottom; y++)
        {
            for (int x = left; x < right; x++)
            {
                if (counts(picture.GetPixel(x, y)))
                    count++;
            }
        }
        return count;
    }
}
