namespace Joule.States;

/// <summary>Moves images by whole pixels; the edge fills the gap.</summary>
internal static class ImageShift
{
    /// <summary>Moves an image by (down, right) pixels.</summary>
    /// <param name="from">[channels, height, width] numbers.</param>
    /// <param name="to">Receives as many; another place.</param>
    /// <param name="height">Rows of the image.</param>
    /// <param name="width">Columns of the image.</param>
    /// <param name="down">Pixels down; negative: up.</param>
    /// <param name="right">Pixels to the right; negative: to the left.</param>
    public static void Run(ReadOnlySpan<float> from, Span<float> to, int height, int width, int down, int right)
    {
        for (int row = 0; row < from.Length / width; row++)
        {
            int source = row / height * height + Math.Clamp(row % height - down, 0, height - 1);
            for (int x = 0; x < width; x++)
                to[row * width + x] = from[source * width + Math.Clamp(x - right, 0, width - 1)];
        }
    }
}
